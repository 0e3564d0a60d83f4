// The lesson bar: a step of a lesson, its buttons, and scrolling to the ring. Words are data; the server has made their
// HTML, which has only a few tags without attributes. `it` keeps the state between calls.
const it = (window.rnnlmLesson ??= { entered: null, shown: null, done: null, touched: -1, changed: -1e9 });
const READ = 500; // milliseconds after a change of the step in which a click was meant for the step before
for (const kind of ["pointerdown", "wheel", "keydown"]) {
  document.addEventListener(kind, () => (it.touched = performance.now()), { capture: true, passive: true });
}
const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
const pause = (ms) => new Promise((then) => setTimeout(then, ms));

function markup(tag, className, html) {
  const node = element(tag, className);
  node.innerHTML = html;
  node.dir = "auto"; // a lesson may be written from right to left
  return node;
}

// The second click of a double click hits whatever the first one brought under the pointer, so it does nothing.
const onceRead = (act) => () => performance.now() - it.changed > READ && act();

// The visible elements that match a selector.
function seen(selector) {
  return [...document.querySelectorAll(selector)].find((node) => node.checkVisibility() && node.getBoundingClientRect().width);
}

async function until(condition, seconds) {
  const end = performance.now() + 1000 * seconds;
  while (performance.now() < end) {
    const found = condition();
    if (found) return found;
    await pause(60);
  }
  return null;
}

// Whether the server has sent everything and no page is being left. A page that is being left takes no clicks.
function atRest() {
  const isDone = document.querySelector("[data-testid=stApp]")?.getAttribute("data-test-script-state") === "notRunning";
  return isDone && !document.documentElement.classList.contains("leaving");
}

function open(page) {
  seen(`.st-key-page_${page} a`)?.click();
  return until(() => document.querySelector(`.st-key-page_${page}_open`) && atRest(), 10);
}

// Before a setting is shown, open Settings and, if necessary, the folded part of Settings that contains it.
async function reveal({ selector, settings }) {
  if (!settings) return;
  // Settings opens below its button, which is above the window if the page is scrolled.
  document.querySelector("[data-testid=stMain]").scrollTo({ top: 0 });
  // A page that has just opened may be drawn again, which closes the popover, so try several times.
  for (let times = 0; times < 3 && !seen(selector); times += 1) {
    if (!document.querySelector("[data-testid=stPopoverBody]")) seen(".st-key-settings button")?.click();
    if (await until(() => document.querySelector("[data-testid=stPopoverBody] " + selector), 1.5)) break;
  }
  if (!seen(selector)) document.querySelector("[data-testid=stPopoverBody] details:not([open]) summary")?.click();
}

async function show(ring, key) {
  await until(() => atRest() && (seen(ring.selector) || (ring.settings && seen(".st-key-settings"))), 3);
  if (it.shown !== key) return;
  await reveal(ring);
  const node = await until(() => seen(ring.selector), 2);
  if (!node || it.shown !== key) return;
  // The layout of a page may still change, so check several times, but only until the visitor does something.
  const began = performance.now();
  for (let times = 0; times < 4 && it.shown === key && it.touched < began; times += 1) {
    keepInSight(ring, node);
    await pause(400);
  }
  // Later, check only when the element grows, as a panel does when its results arrive.
  (it.grown ??= new ResizeObserver(() => it.grows?.())).disconnect();
  it.grows = null;
  it.grown.observe(node);
  let { height } = node.getBoundingClientRect();
  it.grows = () => {
    const now = node.getBoundingClientRect().height;
    if (it.shown === key && now > height + 20) keepInSight(ring, node);
    height = now;
  };
}

// Scroll to the panel to watch, and then to the ring. So if there is no room for both, the ring is in sight.
function keepInSight(ring, node) {
  const watched = ring.watch && seen(ring.watch);
  if (watched) bringIntoSight(watched);
  bringIntoSight(seen(ring.selector) ?? node, watched ? "auto" : undefined);
}

// Scroll to an element, but no further than necessary. If its whole panel fits, the heading is in sight, too.
function bringIntoSight(node, behavior = calm() || it.ring?.watch ? "auto" : "smooth") {
  window.rnnlmHall?.bring(node);
  if (node.closest("[data-testid=stPopoverBody]")) return node.scrollIntoView({ block: "center", behavior });
  const row = document.querySelector(".st-key-run"), panel = node.closest("[class*='st-key-panel_']");
  if (row?.contains(node) && getComputedStyle(row.parentElement).position === "sticky") return; // always in sight
  const head = row && getComputedStyle(row.parentElement).position === "sticky" ? row.getBoundingClientRect().height : 0;
  const foot = it.root?.isConnected ? it.root.getBoundingClientRect().top : innerHeight;
  const fits = panel && panel.getBoundingClientRect().height <= foot - head - 8;
  const { top, bottom } = (fits ? panel : node).getBoundingClientRect();
  if (top >= head && bottom <= foot) return;
  const down = Math.min(bottom - foot + 12, top - head - 8);
  document.querySelector("[data-testid=stMain]").scrollBy({ top: bottom > foot ? Math.max(0, down) : top - head - 8, behavior });
}

// Open the page and press the control, as a visitor would.
async function perform({ id, page, press }) {
  if (it.done === id) return;
  it.done = id;
  await until(atRest, 10);
  if (page && !document.querySelector(`.st-key-page_${page}_open`)) await open(page);
  if (!press) return;
  const control = await until(() => atRest() && seen(press), 5);
  (control?.querySelector("button:not(:disabled)") ?? control)?.click();
}

function headOf(data, set) {
  const head = element("div", "head");
  const title = head.appendChild(element("b", "title", data.title));
  title.dir = "auto";
  const dots = element("div", "dots");
  data.ended.forEach((ended, i) => {
    const dot = button(`dot ${ended ? "ended" : ""} ${i === data.at ? "here" : ""}`, "", () => set("go", { from: data.at, to: i }));
    dot.setAttribute("aria-label", `${i + 1}`);
    if (i === data.at) dot.setAttribute("aria-current", "step");
    dots.append(dot);
  });
  head.append(dots, element("span", "where", data.where), element("span", "done", data.done));
  return head;
}

function closeOf(data, set) {
  const close = button("close", "×", () => set("close", { at: data.at }));
  close.title = data.names.close;
  close.setAttribute("aria-label", data.names.close);
  return close;
}

function doOf(data, set) {
  const node = button("do", data.do, () => set("do", { at: data.at }));
  node.dir = "auto";
  return node;
}

// Back and Next are at the lower edge of the bar, so that a question that opens above does not move them.
function buttonsOf(data, set) {
  const row = element("div", "buttons");
  if (data.start !== undefined) {
    const go = () => (set("start", { id: data.start }), open("train"));
    if (data.start) row.append(button("next main", data.names.next, onceRead(go)));
    return row;
  }
  const back = button("back", data.names.back, () => set("go", { from: data.at, to: data.at - 1 }));
  back.disabled = data.at === 0;
  const go = () => set("go", { from: data.at, to: data.at + 1 });
  const next = button(data.waits ? "next" : "next main", data.names.next, onceRead(go));
  row.append(back, next);
  return row;
}

function askOf({ question, choices, label }, set) {
  const ask = element("div", "ask");
  ask.append(markup("div", "question", question));
  const list = element("div", "choices");
  list.setAttribute("role", "group");
  list.setAttribute("aria-label", label);
  choices.forEach(({ text, verdict, told, why }, i) => {
    const choice = button(`choice ${verdict}`, "", onceRead(() => set("pick", { choice: i })));
    choice.setAttribute("aria-pressed", verdict !== "");
    choice.append(markup("div", "answer", text));
    if (verdict) choice.append(element("b", "told", told));
    if (why) choice.append(markup("div", "why", why));
    list.append(choice);
  });
  ask.append(list);
  return ask;
}

function elsewhereOf(ring) {
  const line = element("p", "elsewhere", ring.elsewhere + " ");
  line.append(button("there", ring.go, () => open(ring.page)));
  line.hidden = true;
  return line;
}

function draw(data, set) {
  const root = element("div", "bar");
  root.setAttribute("role", "region");
  root.setAttribute("aria-label", data.names.lesson);
  const body = element("div", "body");
  body.append(markup("div", "say", data.say));
  if (data.ask) body.append(askOf(data.ask, set));
  if (data.ring?.elsewhere) body.append(elsewhereOf(data.ring));
  root.append(headOf(data, set), closeOf(data, set), body);
  if (data.do) root.append(doOf(data, set));
  root.append(buttonsOf(data, set));
  return root;
}

// Replace the bar. A focused button passes the focus to its replacement.
function replace(parent, next) {
  const old = parent.querySelector(".bar");
  if (!old) return parent.append(next);
  const focused = parent.getRootNode().activeElement;
  const at = focused ? [...old.querySelectorAll("button")].indexOf(focused) : -1;
  const name = focused?.classList[0];
  const scrolled = it.key === it.drawn ? old.querySelector(".body").scrollTop : 0;
  old.replaceWith(next);
  next.querySelector(".body").scrollTop = scrolled;
  if (at < 0) return;
  const same = next.querySelectorAll(name === "choice" || name === "dot" ? "button" : `button.${name}`);
  (same[name === "choice" || name === "dot" ? at : 0] ?? next.querySelector(".next"))?.focus({ preventScroll: true });
}

// If only figures in the texts have changed, as they do during training, the buttons are kept: one may be being
// clicked.
const TEXTS = ".say, .question, .answer, .why";
const bones = ({ say, ask, mail, ...rest }) => JSON.stringify([rest, ask?.choices.map(({ verdict }) => verdict)]);

function refill(root, next) {
  const old = root.querySelectorAll(TEXTS);
  next.querySelectorAll(TEXTS).forEach((node, i) => old[i].innerHTML !== node.innerHTML && (old[i].innerHTML = node.innerHTML));
}

// Reserve room at the foot of the page for the bar.
function measure() {
  const height = it.root?.isConnected ? it.root.getBoundingClientRect().height : 0;
  document.documentElement.style.setProperty("--lesson-bar", `${Math.ceil(height)}px`);
}

// The page's live region reads a new step aloud. The bar cannot be a live region, because each answer replaces it.
function sayNew(bar) {
  const parts = it.saidKey === it.key ? ".choice .told, .choice .why, .done" : ".say, .choice .told, .choice .why, .done";
  const now = [...bar.querySelectorAll(parts)].map((node) => node.textContent).filter(Boolean);
  it.saidKey = it.key;
  const news = now.filter((text) => !it.said?.includes(text));
  it.said = now;
  if (news.length) window.rnnlmAloud?.(news.join(" "));
}

function look(data) {
  const line = it.root.querySelector(".elsewhere");
  if (line) line.hidden = Boolean(seen(data.ring.selector));
}

export default function (component) {
  const { data, parentElement } = component;
  const mail = mailOf(component), tell = (name, value) => mail.tell(name, value);
  it.key = `${data.id} ${data.at}`;
  const next = draw(data, tell), isSame = it.bones === bones(data) && parentElement.querySelector(".bar") === it.root;
  if (isSame) refill(it.root, next);
  else {
    replace(parentElement, next);
    it.root = next;
  }
  it.bones = bones(data);
  it.drawn = it.key;
  it.ring = data.ring;
  (it.observer ??= new ResizeObserver(measure)).disconnect();
  it.observer.observe(it.root);
  measure();
  sayNew(it.root);
  if (it.entered !== it.key) {
    if (it.entered) it.changed = performance.now();
    it.entered = it.key;
  }
  // Within a step, the ring may move to another control, and the visitor to another page.
  const shown = [it.key, data.ring?.selector, data.ring?.page, data.ring?.elsewhere].join(" ");
  if (it.shown !== shown) {
    it.shown = shown;
    it.grows = null;
    if (data.ring && !data.ring.elsewhere) show(data.ring, shown);
  }
  if (data.doing) perform(data.doing);
  clearInterval(it.looking);
  look(data);
  if (data.ring?.elsewhere) it.looking = setInterval(() => look(data), 700);
  return () => {
    clearInterval(it.looking);
    measure();
  };
}
