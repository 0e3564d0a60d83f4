// Presses of Streamlit's buttons. A broken connection loses a press silently, and if two presses wait, the server takes
// only one. So the server reports how often each button was pressed, and missing presses are repeated. A repeated press
// can be lost, too; but a press that never counts, as of a button that the server refuses, must come to an end.
const REPEATED = 3; // times, at most

function onPress(event) {
  const button = event.target.closest?.("[data-testid=stButton] button:not(:disabled)");
  const key = button && keyOf(button);
  if (!key || it.again) return;
  const presses = ((it.presses ??= {})[key] ??= []);
  presses.push({ at: performance.now(), times: 0 });
  if (it.data && it.data.every === null && !it.flight) {
    clearTimeout(it.timer);
    it.timer = setTimeout(request, 1000, "look"); // nothing else would check whether the press has arrived
  }
}

function keyOf(button) {
  const named = button.closest("[class*='st-key-']");
  return named && namesOf(named).whole.slice("st-key-".length);
}

function pressesWait() {
  return Object.values(it.presses ?? {}).some((presses) => presses.length);
}

// Keep waiting presses over a reload, until the server knows this tab again.
function keepPresses() {
  store("rnnlm-presses", { token: it.token, presses: it.presses ?? {}, counted: it.counted ?? {} });
}

function findPresses(token) {
  const kept = stored("rnnlm-presses");
  if (kept?.token !== token) return;
  store("rnnlm-presses", null);
  it.counted = kept.counted;
  for (const [key, presses] of Object.entries(kept.presses)) {
    const again = presses.map(({ times = 0 }) => ({ at: 0, times }));
    it.presses[key] = [...again, ...(it.presses[key] ?? [])];
  }
}

// `asked` is the time of the request that is answered now. Presses before it have reached the server, or never will.
// The server keeps the counts of a tab longer than a session. Until it knows the tab, its counts are of somebody new.
function pressAgain({ session, token, pressed }, asked) {
  it.session = session;
  if (token !== it.token) return;
  if (it.countedFor !== token) {
    it.countedFor = token;
    it.counted = pressed;
    if (!it.reconnected) it.presses = {};
  }
  findPresses(token);
  for (const [key, presses] of Object.entries(it.presses ?? {})) {
    presses.splice(0, (pressed[key] ?? 0) - (it.counted[key] ?? 0));
    if (asked === null || !(presses[0]?.at < asked)) continue;
    const { times } = presses.shift();
    if (times === REPEATED) continue;
    presses.unshift({ at: performance.now(), times: times + 1 });
    it.again = true;
    document.querySelector(`.st-key-${key} button:not(:disabled)`)?.click();
    it.again = false;
  }
  it.counted = pressed;
}
