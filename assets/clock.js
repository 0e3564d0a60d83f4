// The page's clock, mounted outside all panels: the tab's token, keys, the way to a whole run of the script. A panel of
// its own ticks, a line of script that calls `tick` with each answer. What lasts from call to call is in `it`.
const it = (window.rnnlmClock ??= {});
Object.assign(it, { asked: 0, answer: null, lost: 0, timer: 0, touched: -1e9, askedAt: Infinity, data: null, ...it });

// Keys press the page's own buttons. A key goes to what has the focus: Space trains only where nothing, or Train, has
// it (a click beside all controls gives it to the page's main part); a letter does where it would do nothing by itself.
const TAKES_LETTERS = "input, textarea, select, [contenteditable], [role=slider], [role=option], [data-testid=stPopoverBody]";

function onKey(event) {
  const name = it.keys?.[event.code];
  if (!name || event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const at = document.activeElement ?? document.body;
  if (event.code === "Space" ? !at.matches("body, [data-testid=stMain]") : at.closest(TAKES_LETTERS)) return; // Train presses itself
  const button = document.querySelector(`.st-key-${name} button:not(:disabled)`);
  if (!button?.checkVisibility()) return; // a link may hide it
  event.preventDefault();
  button.click();
}

// A look that is sent again may be one of a panel that the new session does not know: then the whole page is asked for.
function lost() {
  if (it.connection !== "CONNECTED") return watch(); // Streamlit is connecting again, and onConnection asks then
  it.lost += 1;
  if (it.lost > 3) location.reload();
  else if (it.lost > 1) again();
  else ask();
}

function watch() {
  clearTimeout(it.timer);
  it.timer = setTimeout(lost, (it.data?.lost ?? 10) * 1000);
}

// Values set in one turn of the event loop travel in one message under one panel's name: a look keeps off clicks.
function ask() {
  if (it.connection !== "CONNECTED") return watch();
  if (performance.now() - it.touched < 60) {
    it.timer = setTimeout(ask, 80);
    return;
  }
  it.asked += 1;
  it.askedAt = performance.now();
  it.look("look", it.asked);
  watch();
}

function again() {
  it.full("again", Date.now());
  watch();
}

// The connection is back, and the session may be a new one, which knows no panel: ask for the whole page, once
// Streamlit has had its chance to.
function onConnection() {
  const state = document.querySelector("[data-testid=stApp]")?.getAttribute("data-test-connection-state");
  if (state !== it.connection && state === "CONNECTED" && it.connection) {
    const before = it.answer;
    setTimeout(() => it.answer === before && again(), 1000);
  }
  it.connection = state;
  clearTimeout(it.cutting);
  if (state === "CONNECTED") tellCut(false);
  else if (document.querySelector(".cut") === null) it.cutting = setTimeout(tellCut, 1500, true);
}

// What Streamlit says of a lost connection is for whoever runs the server; a visitor is told what becomes of the page.
function tellCut(is) {
  document.querySelector(".cut")?.remove();
  if (!is || !it.cut) return;
  const line = document.body.appendChild(document.createElement("p"));
  line.className = "cut";
  line.textContent = it.cut;
}

// The address is what is chosen, so that it can be sent to others; only another page makes an entry to come back to.
function write(query) {
  if (location.search.slice(1) !== query) {
    history.replaceState(history.state, "", location.pathname + (query && "?" + query) + location.hash);
  }
}

// A way to another page that follows a click at once would overtake it: it waits until the server has answered the click,
// or has been given a second to.
function onWay(event) {
  const way = event.target.closest?.("[class*='st-key-page_'] a");
  if (!way || it.going || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const [before, from, until] = [it.answer, it.touched + 100, it.touched + 1000]; // a look may be answered before it
  if (performance.now() >= until) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  clearTimeout(it.way);
  const go = () => {
    const now = performance.now();
    if (now < from || (it.answer === before && now < until)) return void (it.way = setTimeout(go, 20));
    it.going = true;
    way.click();
    it.going = false;
  };
  go();
}

// Streamlit opens the page of an entry one comes back to; once it stands, what its address says is chosen again.
function goBack(search) {
  clearTimeout(it.back);
  it.back = setTimeout(() => {
    const app = document.querySelector("[data-testid=stApp]");
    if (app?.getAttribute("data-test-script-state") === "notRunning") it.full("address", search);
    else goBack(search);
  }, 250);
}

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

// What is typed into a panel that Escape closes is handed over first.
function onEscape(event) {
  if (event.key === "Escape" && event.isTrusted && document.activeElement?.matches("[data-testid=stPopoverBody] [role=slider], [data-testid=stPopoverBody] [type=range]")) {
    event.stopImmediatePropagation(); // a slider tells of itself a moment after it was moved
    const again = () => document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", code: "Escape", bubbles: true }));
    setTimeout(again, 300);
    return;
  }
  if (event.key === "Escape" && document.activeElement?.matches("[data-testid=stPopoverBody] :is(textarea, input)")) {
    document.activeElement.blur();
  }
}

function begin() {
  it.started = true;
  keepFocus(it);
  keepMarks((it.marks = {}));
  document.addEventListener("keydown", onKey);
  document.addEventListener("keydown", onEscape, true);
  window.addEventListener("popstate", () => goBack(location.search));
  document.addEventListener("click", onWay, true);
  for (const kind of ["click", "change", "keydown"]) {
    document.addEventListener(kind, () => (it.touched = performance.now()), true);
  }
  new MutationObserver(onConnection).observe(document.querySelector("[data-testid=stApp]"), {
    attributes: true,
    attributeFilter: ["data-test-connection-state"],
  });
  onConnection();
}

function keep(data) {
  return store("rnnlm", { token: it.token, ...data.keep });
}

// The server offers a token. A tab that has one already tells it, and its address, which it keeps until then; it takes
// what the server says then. Another session offers another token, and what was told the one before may be lost.
function recognise({ data, setTriggerValue }) {
  const tab = stored("rnnlm");
  const known = it.token ?? tab?.token;
  const told = it.told?.token === data.token && it.told;
  if (known && known !== data.token && !(told && told.number < data.told)) {
    if (told && performance.now() - told.at < 3000) return;
    it.told = { token: data.token, number: data.told, at: performance.now() };
    setTriggerValue("tab", { ...tab, token: known, text: stored("rnnlm-text"), address: location.search });
    return;
  }
  it.told = null;
  it.token = data.token;
  write(data.query);
  if (!keep(data) && !it.unstored) {
    it.unstored = true;
    setTriggerValue("tab", { storage: false });
  }
}

// What must not be lost unasked: the browser asks before such a page is left.
function onLeave(event) {
  if (it.unstored && it.data?.every !== null) event.preventDefault();
}

function mountPage(component) {
  const { data, setTriggerValue } = component;
  it.full = setTriggerValue;
  it.keys = data.keys;
  it.cut = data.cut;
  if (!it.started) begin();
  recognise(component);
}

it.tick = ({ data, setTriggerValue }) => {
  it.look = setTriggerValue;
  it.data = data;
  if (it.answer === data.answer) return;
  it.answer = data.answer;
  it.lost = 0;
  clearTimeout(it.timer);
  if (data.token === it.token) {
    write(data.query);
    keep(data);
  }
  // What was changed while a look was on its way may have been overtaken by it: then the whole page is asked for.
  const crossed = it.touched > it.askedAt;
  it.askedAt = Infinity;
  if (crossed) it.timer = setTimeout(again, 150);
  else if (data.every !== null) it.timer = setTimeout(ask, data.every * 1000);
};

if (it.early) it.tick(it.early); // the panel was there before this module

export default function (component) {
  if (component.data.role === "text") store("rnnlm-text", component.data.text);
  else mountPage(component);
}
