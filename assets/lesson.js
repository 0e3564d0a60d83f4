// The lesson bar: a step of a lesson, its buttons, and scrolling to the ring. Words are data; the server made their
// HTML from a few tags without attributes. `it` keeps the state between calls.
const it = (window.rnnlmLesson ??= { entered: null, done: null, moving: 0, touched: -1, movedOn: -1e9 });
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

function button(className, text, onclick) {
  const node = element("button", className, text);
  node.type = "button";
  node.onclick = onclick;
  return node;
}

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

const atRest = () => document.querySelector("[data-testid=stApp]")?.getAttribute("data-test-script-state") === "notRunning";

function open(page) {
  seen(`.st-key-page_${page} a`)?.click();
  return until(() => document.querySelector(`.st-key-page_${page}_open`) && atRest(), 10);
}

// Open what hides a setting first: Settings, and a folded part in it.
async function reveal({ selector, settings }) {
  if (!settings || seen(selector)) return;
  if (!document.querySelector("[data-testid=stPopoverBody]")) seen(".st-key-settings button")?.click();
  await until(() => document.querySelector("[data-testid=stPopoverBody] " + selector), 3);
  if (!seen(selector)) document.querySelector("[data-testid=stPopoverBody] details:not([open]) summary")?.click();
}

async function show(ring, key) {
  await until(() => atRest() && (seen(ring.selector) || (ring.settings && seen(".st-key-settings"))), 3);
  if (it.entered !== key) return;
  await reveal(ring);
  const node = await until(() => seen(ring.selector), 2);
  if (!node || it.entered !== key) return;
  // A page may still be laid out, so check several times, until the visitor does something.
  const began = performance.now();
  for (let times = 0; times < 4 && it.entered === key && it.touched < began; times += 1) {
    bringIntoSight(seen(ring.selector) ?? node);
    await pause(400);
  }
}

function bringIntoSight(node) {
  window.rnnlmHall?.bring(node);
  const behavior = calm() ? "auto" : "smooth";
  if (node.closest("[data-testid=stPopoverBody]")) return node.scrollIntoView({ block: "center", behavior });
  const { top, bottom } = node.getBoundingClientRect();
  const foot = it.root?.isConnected ? it.root.getBoundingClientRect().top : innerHeight;
  if (top >= 0 && bottom <= foot) return;
  const by = bottom - top < foot ? (top + bottom - foot) / 2 : top - 8;
  document.querySelector("[data-testid=stMain]").scrollBy({ top: by, behavior });
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

function buttonsOf(data, set) {
  const row = element("div", "buttons");
  if (data.do) row.append(button("do", data.do, () => set("do", { at: data.at })));
  if (data.do) row.firstElementChild.dir = "auto";
  const back = button("back", data.names.back, () => set("go", { from: data.at, to: data.at - 1 }));
  back.disabled = data.at === 0;
  // If the step has just changed under the pointer, the click was meant for the previous one.
  const go = () => performance.now() - it.movedOn > 600 && set("go", { from: data.at, to: data.at + 1 });
  const next = button(data.waits ? "next" : "next main", data.names.next, go);
  const close = button("close", "×", () => set("close", { at: data.at }));
  close.title = data.names.close;
  close.setAttribute("aria-label", data.names.close);
  row.append(back, next, close);
  return row;
}

function askOf({ question, choices, label }, set) {
  const ask = element("div", "ask");
  ask.append(markup("div", "question", question));
  const list = element("div", "choices");
  list.setAttribute("role", "group");
  list.setAttribute("aria-label", label);
  choices.forEach(({ text, verdict, told, why }, i) => {
    const choice = button(`choice ${verdict}`, "", () => {
      it.movedOn = -1e9; // a visitor who answers has read the step
      set("pick", { choice: i });
    });
    choice.setAttribute("aria-pressed", verdict !== "");
    choice.append(markup("div", "answer", text));
    if (verdict) choice.append(element("b", "told", told), markup("div", "why", why));
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
  const say = markup("div", "say", data.say);
  root.append(headOf(data, set), buttonsOf(data, set), say);
  if (data.ask) root.append(askOf(data.ask, set));
  if (data.ring?.elsewhere) root.append(elsewhereOf(data.ring));
  return root;
}

// A focused button passes the focus to its replacement.
function replace(parent, next) {
  const old = parent.querySelector(".bar");
  if (!old) return parent.append(next);
  const focused = parent.getRootNode().activeElement;
  const at = focused ? [...old.querySelectorAll("button")].indexOf(focused) : -1;
  const name = focused?.classList[0];
  const scrolled = it.key === it.drawn ? old.scrollTop : 0;
  old.replaceWith(next);
  next.scrollTop = scrolled;
  if (at < 0) return;
  const same = next.querySelectorAll(name === "choice" || name === "dot" ? "button" : `button.${name}`);
  (same[name === "choice" || name === "dot" ? at : 0] ?? next.querySelector(".next"))?.focus({ preventScroll: true });
}

// Reserve room at the foot of the page for the bar.
function measure() {
  const height = it.root?.isConnected ? it.root.getBoundingClientRect().height : 0;
  document.documentElement.style.setProperty("--lesson-bar", `${Math.ceil(height)}px`);
}

// The page's live region reads a new step aloud, because this bar is replaced with each answer.
function sayNew(bar) {
  const now = [...bar.querySelectorAll(".say, .choice .told, .choice .why, .done")].map((node) => node.textContent).filter(Boolean);
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
  const next = draw(data, tell);
  replace(parentElement, next);
  it.root = next;
  it.drawn = it.key;
  (it.observer ??= new ResizeObserver(measure)).disconnect();
  it.observer.observe(next);
  measure();
  sayNew(next);
  if (it.entered !== it.key) {
    it.entered = it.key;
    if (it.movesOn) it.movedOn = performance.now();
    it.movesOn = false;
    if (data.ring) show(data.ring, it.key);
  }
  if (data.doing) perform(data.doing);
  clearInterval(it.looking);
  look(data);
  if (data.ring?.elsewhere) it.looking = setInterval(() => look(data), 700);
  clearTimeout(it.moving);
  const on = () => {
    it.movesOn = true;
    tell("go", { from: data.at, to: data.at + 1 });
  };
  if (data.moves !== null) it.moving = setTimeout(on, 1000 * data.moves);
  return () => {
    clearInterval(it.looking);
    clearTimeout(it.moving);
    measure();
  };
}
