// The identity of this tab: its token and the data stored with it.

// In a frame of another site, for example a learning platform, a browser may store nothing for the page. Then the state
// of the history entry is used: it survives a reload, too, and nobody shares it with a link, because it is not in the
// address.
function stored(name) {
  try {
    return JSON.parse(sessionStorage.getItem(name)) ?? history.state?.[name] ?? null;
  } catch {
    return history.state?.[name] ?? null;
  }
}

function store(name, value) {
  const written = JSON.stringify(value);
  try {
    sessionStorage.setItem(name, written);
    return true;
  } catch {
    if (written.length > 10_000) return false;
    if (JSON.stringify(history.state?.[name]) !== written) history.replaceState({ ...history.state, [name]: value }, "");
    return JSON.stringify(history.state?.[name]) === written;
  }
}

function keep(data) {
  return store("rnnlm", { token: it.token, ...data.keep });
}

const TELLS = 3000; // milliseconds until the server must confirm the tab; then the token is sent again

// The server offers a token. A tab that already has a token sends this token and its address, and then takes the token
// of the server's answer. Until then, it keeps its address. A new session offers a new token, and messages to the
// previous session may be lost.
function recognise({ data }) {
  it.offered = data;
  clearTimeout(it.telling);
  const tab = stored("rnnlm");
  const known = it.token ?? tab?.token;
  const told = it.told?.token === data.token && it.told;
  if (known && known !== data.token && !(told && told.number < data.told)) {
    const since = told ? performance.now() - told.at : TELLS;
    if (since < TELLS) return void (it.telling = setTimeout(() => recognise({ data: it.offered }), TELLS - since));
    it.told = { token: data.token, number: data.told, at: performance.now() };
    request("tab", { ...tab, token: known, text: stored("rnnlm-text"), address: location.search });
    return;
  }
  it.told = null;
  it.token = data.token;
  if (!it.leaving && !it.wanted) write(data.query);
  if (!keep(data) && !it.unstored) {
    it.unstored = true;
    request("tab", { storage: false });
  }
}

// If the tab cannot be stored and a run is training, the browser asks before the page is closed.
function onLeave(event) {
  if (it.unstored && it.data?.every !== null) event.preventDefault();
}
