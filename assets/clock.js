// The page's clock, mounted outside all panels. It polls the server for changes, with one request at a time. It takes
// the visitor from page to page, and it detects what a broken connection has lost. A separate panel with a script of
// one line calls `tick` with each answer. `it` keeps the state between calls.
const it = (window.rnnlmClock ??= {});
Object.assign(it, {
  number: 0, // the number of the clock's last request
  flight: null, // the request that has no answer yet
  waiting: [], // requests to be sent later
  wanted: null, // the page change to be sent later
  leaving: null, // the page change that was sent and has no answer yet
  tooSoon: [], // clicks and keys on a new page that is not ready yet, to be repeated
  answer: null,
  lost: 0,
  timer: 0,
  trip: 0, // milliseconds that the last answer took
  touched: -1e9, // the time of the visitor's last action
  confirmed: 0, // the time of the last request that was answered: the server has all actions before it
  data: null,
  ...it,
});
const SETTLES = 300; // milliseconds until a control has sent its change; Streamlit's sliders wait for 200, ours for 250
const ACTED = 10_000; // milliseconds after an action in which it may still wait on the server
const BACK = "_back"; // a parameter that marks a step back or forward as new; link.py reads it
const AT_REST = 2000; // milliseconds without any open request after which a missing answer counts as lost
const DRAWN = 200; // the same if the whole page was drawn meanwhile
const LOST = 3; // lost answers in a row before the visitor is informed

function app() {
  return document.querySelector("[data-testid=stApp]");
}

// Whether Streamlit has no open request.
function isAtRest() {
  return app()?.getAttribute("data-test-script-state") === "notRunning";
}

// The messages of our own components, by key. A page may have no such components.
function mails() {
  return window.rnnlmMail ?? new Map();
}

// --- Requests. There are never two at a time, and there are none during a page change. But after a cut, the page is
// requested before a waiting page change.

function request(name, value = null) {
  const others = it.waiting.filter((one) => one.name !== name), one = { name, value };
  it.waiting = name === "tab" ? [one, ...others] : [...others, one]; // answers before it are another visitor's
  next();
}

function next() {
  clearTimeout(it.soon);
  const isBlocked = it.flight || it.leaving || (it.wanted && !it.reconnected);
  if (!it.waiting.length || isBlocked || it.connection !== "CONNECTED") return;
  // Changes within one turn of the event loop travel in one message, under the name of one panel. If two requests reach
  // the server together, one of them may get no answer. So the clock sends nothing at the time of a visitor's action.
  const now = performance.now();
  it.busySince = isAtRest() ? null : (it.busySince ?? now);
  if (now - it.touched < 60 || (it.busySince !== null && now - it.busySince < 3000)) return void (it.soon = setTimeout(next, 40));
  it.busySince = null;
  const { name, value } = it.waiting.shift();
  ask(name, value);
}

function ask(name, value = null) {
  clearTimeout(it.timer);
  it.number = Math.max(it.number + 1, Date.now());
  it.flight = { name, number: it.number, at: performance.now(), drawn: it.data?.full };
  (name === "look" ? it.look : it.full)(name, { number: it.number, value });
  watch();
}

// An answer is lost if it is still missing although Streamlit has no open request, or if it takes far too long. If the
// whole page was drawn meanwhile, the request probably came from a page that the server had left, and has no answer. A
// page change that takes long is only reported: a second request, of the old page, would overtake the new page.
function watch() {
  clearTimeout(it.watching);
  const of = it.flight ?? it.leaving, began = performance.now();
  let restsSince = null, isDrawn = false;
  const look = () => {
    if (!of || (it.flight ?? it.leaving) !== of || it.connection !== "CONNECTED") return;
    const now = performance.now();
    const wasDrawn = isDrawn;
    isDrawn = of === it.flight && of.drawn !== undefined && of.drawn !== it.data.full;
    restsSince = isAtRest() && isDrawn === wasDrawn ? (restsSince ?? now) : null;
    const isOver = restsSince !== null && now - restsSince > (isDrawn ? DRAWN : AT_REST) + 2 * it.trip;
    const isLate = now - began > 1000 * (it.data?.lost ?? 10);
    if (isOver || (isLate && of !== it.leaving)) return void lose(of);
    if (isLate) tellCut(true);
    it.watching = setTimeout(look, 100);
  };
  look();
}

// Request the whole page, because a new session knows no panel. If this request is also lost repeatedly, inform the
// visitor.
function lose(of) {
  if (it.leaving === of) arrive(false);
  it.flight = null;
  it.lost += 1;
  if (it.lost > LOST) tellCut(true);
  request("again");
}

it.tick = ({ data, setTriggerValue }) => {
  it.look = setTriggerValue;
  it.data = data;
  if (it.answer === data.answer) return;
  it.answer = data.answer;
  for (const [key, mail] of mails()) mail.hear(data.heard[key] ?? {});
  const { flight } = it, isAnswer = flight && data.number >= flight.number;
  if (isAnswer) {
    it.trip = performance.now() - flight.at;
    it.confirmed = flight.at;
    it.flight = null;
    if (it.lost > LOST) tellCut(false);
    it.lost = 0;
  }
  if (it.leaving && data.full !== it.leaving.full && data.page === it.leaving.page) arrive(true);
  const endsCut = it.reconnected && isAnswer;
  // An answer of the old page does not apply to the new address. But after a cut it lets the page change go on.
  if (it.leaving || (it.wanted && !endsCut)) return;
  if (!it.wanted && data.token === it.token) {
    write(data.query);
    keep(data);
  }
  pressAgain(data, isAnswer ? flight.at : null);
  if (endsCut) resume();
  if (!it.wanted && !it.leaving) plan(data, isAnswer ? flight : null);
};

// Plan the next poll. The answer to a poll may have overwritten what the visitor did in the meantime; then request the
// page.
function plan(data, flight) {
  clearTimeout(it.timer);
  const wait = (seconds, name) => (it.timer = setTimeout(request, 1000 * seconds, name));
  if (flight && it.touched > flight.at) wait(0.15, "again");
  else if (it.waiting.length) next();
  else if (it.flight) return;
  else if (data.every !== null) wait(data.every, "look");
  else if (pressesWait()) wait(1, "look");
}

// --- Page changes. They wait until earlier actions are answered, and after a cut until the server has answered.
// Meanwhile, the old page accepts no input.

// An open panel is closed. No panel tells the server that it opens or closes, so the page change need not wait for it.
function leave(way) {
  const { touched } = it;
  document.querySelector(POPOVER)?.click();
  it.touched = touched;
  it.wanted = { ...way, since: performance.now() };
  clearTimeout(it.way);
  it.way = setTimeout(depart, 0); // a link cannot be clicked again while its click is handled
}

function depart() {
  clearTimeout(it.way);
  const { wanted } = it, now = performance.now(), later = () => void (it.way = setTimeout(depart, 20));
  if (!wanted) return;
  const isQuiet = isAtRest() && now - it.touched > SETTLES, isInTime = now - wanted.since < 5000;
  const isCut = it.reconnected || it.connection !== "CONNECTED";
  if (it.leaving || it.flight || isCut || (!isQuiet && isInTime)) return later();
  // Whether the server has the visitor's last action is only known from the answer to a later request. If an action and
  // a page change wait on the server together, one of them is lost.
  if (it.data && it.touched > it.confirmed && now - it.touched < ACTED && isInTime) {
    ask("look");
    return later();
  }
  it.wanted = null;
  it.touched = -1e9; // the action that led here is done with this page change
  clearTimeout(it.timer);
  const isHere = wanted.page === it.data?.page && (!wanted.isInHistory || wanted.search.slice(1) === it.data.query);
  if (isHere) return void (write(it.data.query), arrive(true));
  it.leaving = { ...wanted, full: it.data?.full };
  document.documentElement.classList.add("leaving");
  it.going = true;
  wanted.go();
  it.going = false;
  watch();
}

function arrive(isThere) {
  it.leaving = null;
  document.documentElement.classList.remove("leaving");
  if (!isThere) return;
  tellCut(false);
  for (const mail of mails().values()) mail.arrive();
  for (const [event, target, key] of it.tooSoon.splice(0)) repeat(event, target, key);
  if (it.data) plan(it.data, null);
}

function pageOf(path) {
  const name = path.replace(/\/$/, "").split("/").pop();
  return document.querySelector(`[class~="st-key-page_${CSS.escape(name)}"], [class~="st-key-page_${CSS.escape(name)}_open"]`) ? name : "train";
}

function onWay(event) {
  const way = event.target.closest?.("[class*='st-key-page_'] a");
  if (!way || it.going || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const page = namesOf(way.closest("[class*='st-key-page_']")).lasting.replace("st-key-page_", "");
  leave({ page, go: () => document.querySelector(`.st-key-page_${page} a`)?.click() });
}

// Back and Forward. The address has already changed. Streamlit opens the page of this address, and the server applies the
// choices in it, because the parameter BACK marks the step as new.
function onHistory(event) {
  if (it.going) return;
  event.stopImmediatePropagation();
  document.activeElement?.blur?.(); // send typed text while its page is still open
  const page = pageOf(location.pathname), search = location.search.replace(new RegExp(`[?&]${BACK}=\\d+$`), "");
  const go = () => {
    history.replaceState(history.state, "", `${location.pathname}${search}${search ? "&" : "?"}${BACK}=${Date.now()}`);
    window.dispatchEvent(new PopStateEvent("popstate", { state: history.state }));
  };
  leave({ page, search, go, isInHistory: true });
}

// When Streamlit opens another page, it adds a history entry for it. If the visitor has used Back or Forward in the
// meantime, the address is already the one they want, and this entry would take them away from it.
function pushOnlyWhereNobodyWentOn() {
  const push = history.pushState;
  history.pushState = (...entry) => it.wanted?.isInHistory || push.apply(history, entry);
}

function isNewPageThere() {
  return document.querySelector(`[class~="st-key-page_${it.leaving.page}_open"]`) !== null;
}

// Whether an action is meant for the page that the visitor goes to. A busy browser shows it before the clock's answer.
// Text can be typed as soon as the page is there, because it is not sent yet; all else waits until Streamlit is at rest.
function isForNewPage({ type, key, target }) {
  if (!isNewPageThere()) return false;
  return isAtRest() || (target.matches?.("input[type=text], textarea") && (type !== "keydown" || [...key].length === 1));
}

// Clicks and keys on the new page that came too soon. Until it is ready, Streamlit may replace a button by a new one. A
// script's key event presses no button, its click does.
function repeat(event, target, key) {
  const at = target.isConnected ? target : document.querySelector(`.st-key-${key} button`);
  const isPress = event.type === "click" || (at?.matches("button") && ["Enter", " "].includes(event.key));
  at?.dispatchEvent(isPress ? new MouseEvent("click", event) : new KeyboardEvent(event.type, event));
}

// Input on a page that is being left would reach the server after the request for the new page, so it is blocked.
// Controls that all pages have still work: their messages and presses wait for the new page.
const EVERYWHERE = "[class*='st-key-page_'], .st-key-lesson_bar, .st-key-progress_line";

function onAct(event) {
  if (!it.leaving || it.going || event.target.closest?.(EVERYWHERE) || isForNewPage(event)) return;
  if (event.type === "keydown" && (event.key === "Tab" || event.ctrlKey || event.metaKey || event.altKey)) return;
  if (isNewPageThere() && /click|keydown/.test(event.type)) it.tooSoon.push([event, event.composedPath()[0], keyOf(event.target)]);
  else if (event.type === "click") onPress(event);
  event.preventDefault();
  event.stopImmediatePropagation();
}

// The address contains all choices, so that it can be shared. Only a page change adds a history entry.
function write(query) {
  if (location.search.slice(1) !== query) {
    history.replaceState(history.state, "", location.pathname + (query && "?" + query) + location.hash);
  }
}

// --- The connection.

function onConnection() {
  const state = app()?.getAttribute("data-test-connection-state");
  if (state === it.connection) return;
  const before = it.connection;
  it.connection = state;
  clearTimeout(it.cutting);
  if (state === "CONNECTED") {
    tellCut(false);
    if (before) reconnect();
  } else {
    it.flight = null;
    it.trip = Math.max(it.trip, 500); // the next connection may be slower
    if (it.leaving) {
      it.wanted ??= { ...it.leaving, since: performance.now() };
      arrive(false);
    }
    it.cutting = setTimeout(tellCut, 1500, true);
  }
}

// What the server sent when the connection broke is lost, although the session knows it as sent. So request the whole
// page, unless a new session has sent it.
function reconnect() {
  const before = it.session;
  it.reconnected = true;
  it.waiting = it.waiting.filter(({ name }) => name !== "look"); // the server may have left this page
  clearTimeout(it.timer);
  setTimeout(() => (it.session === before || it.reconnected) && request("again"), 1000);
}

// Send again what the cut has lost: messages, and then a page change that had no answer.
function resume() {
  it.reconnected = false;
  const all = [...mails().values()], now = performance.now();
  if (it.wanted) {
    it.wanted.since = now;
    if (all.some((mail) => mail.pending.length)) it.touched = now; // the page change waits until they are answered
  }
  for (const mail of all) mail.sendAgain();
  depart();
}

function begin() {
  it.started = true;
  keepFocus(it);
  pushOnlyWhereNobodyWentOn();
  for (const kind of ["pointerdown", "mousedown", "click", "keydown"]) document.addEventListener(kind, onAct, true);
  keepMarks((it.marks = {}));
  keepTerms();
  document.addEventListener("keydown", onChosen, true);
  document.addEventListener("keydown", onKey);
  document.addEventListener("keydown", onEscape, true);
  it.onHistory = onHistory; // before.js calls it
  document.addEventListener("click", onWay, true);
  document.addEventListener("click", onPress, true);
  for (const kind of ["click", "change", "input", "keydown"]) {
    document.addEventListener(kind, () => (it.touched = performance.now()), true);
  }
  new MutationObserver(() => (onConnection(), onState())).observe(app(), {
    attributes: true,
    attributeFilter: ["data-test-connection-state", "data-test-script-state"],
  });
  onConnection();
}

function mountPage(component) {
  const { data, setTriggerValue } = component;
  it.full = setTriggerValue;
  it.keys = data.keys;
  it.terms = data.terms;
  document.documentElement.lang = data.lang;
  it.cut = data.cut;
  if (!it.started) begin();
  window.rnnlmShowPage(); // the scene is there by now, or will not come
  recognise(component);
}

if (it.early) it.tick(it.early); // the panel was loaded before this module

export default function (component) {
  if (component.data.role === "text") store("rnnlm-text", component.data.text);
  else mountPage(component);
}
