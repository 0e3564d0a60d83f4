// Who this tab is: the token it keeps, and what it keeps beside it.

// In a frame of another site, as a learning platform's, a browser may keep nothing for this one. What stands in the
// session's history outlives a reload too, and is in no address: nobody passes it on with a link.
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

const TELLS = 3000; // milliseconds in which the server may say that it knows the tab; then it is told again

// The server offers a token. A tab that has one already tells it, and its address, which it keeps until then; it takes
// what the server says then. Another session offers another token, and what was told the one before may be lost.
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

// What must not be lost unasked: the browser asks before such a page is left.
function onLeave(event) {
  if (it.unstored && it.data?.every !== null) event.preventDefault();
}
