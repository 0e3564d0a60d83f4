// Hall mode: one panel fills the window. This is its switch, with keys, a presenter's clicker and swipes; hall.css has
// the layout. The browser changes the mode at once and reports it to the server, which keeps it in the link.
const hall = (window.rnnlmHall ??= { on: false, shown: {}, sheet: new CSSStyleSheet(), began: false });
const TAKES_LETTERS = "input, textarea, select, [contenteditable], [role=slider], [role=option], [data-testid=stPopoverBody], dialog";
const TAKES_ARROWS = `${TAKES_LETTERS}, [role=tab], [role=radio], [role=combobox]`;
const OPEN = "[data-testid=stPopoverBody], [role=listbox]"; // Escape closes these first
const STEPS = { ArrowRight: 1, ArrowDown: 1, PageDown: 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1 };
const SWIPE = 60; // pixels of a swipe

const main = () => document.querySelector("[data-testid=stMain]");
const namesHere = () => hall.data.panels.map(({ name }) => name);

function shownHere() {
  const names = namesHere();
  return names.includes(hall.shown[hall.data.page]) ? hall.shown[hall.data.page] : names[0];
}

// Hidden panels keep their size but take no room, so that their charts are already drawn when they appear.
function draw() {
  const name = shownHere();
  document.documentElement.classList.toggle("hall", hall.on);
  document.documentElement.classList.toggle("hall-panel", hall.on && Boolean(name));
  hall.sheet.replaceSync(
    hall.on && name
      ? `@media screen { [class*="st-key-panel_"]:not(.st-key-panel_${name}) { position: fixed !important; inset: 0 12px auto; width: auto; max-width: none; visibility: hidden; opacity: 0; pointer-events: none; z-index: -1; } }`
      : "",
  );
  const { button, dots } = hall.parts, { name: label, key, about } = hall.on ? hall.data.leave : hall.data.enter;
  button.replaceChildren(label, element("kbd", "", key));
  button.title = about;
  button.setAttribute("aria-pressed", hall.on);
  dots.hidden = !hall.on || !name;
  [...dots.children].forEach((dot, i) => dot.setAttribute("aria-current", namesHere()[i] === name));
}

function turn(on) {
  if (on === hall.on) return;
  hall.on = on;
  draw();
  main().scrollTo(0, 0);
  hall.mail.tell("projector", on);
}

function go(name) {
  hall.shown[hall.data.page] = name;
  draw();
  main().scrollTo(0, 0);
}

function step(by) {
  const names = namesHere(), to = names[names.indexOf(shownHere()) + by];
  if (to) go(to);
}

// When a lesson shows a control, open its panel.
hall.bring = (node) => {
  const panel = hall.on && node.closest("[class*='st-key-panel_']");
  const name = panel && [...panel.classList].find((one) => one.startsWith("st-key-panel_")).slice(13);
  if (name && name !== shownHere() && namesHere().includes(name)) go(name);
};

function onKey(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const isIn = (what) => event.composedPath().some((node) => node.matches?.(what));
  if (event.code === "KeyF") return void (event.repeat || isIn(TAKES_LETTERS) || turn(!hall.on));
  if (!hall.on) return;
  if (event.key === "Escape") return void (hall.closes || isIn(TAKES_LETTERS) || turn(false));
  const by = STEPS[event.key];
  const scrolls = /Up|Down/.test(event.key) && event.key.startsWith("Arrow") && main().scrollHeight > main().clientHeight + 1;
  if (!by || scrolls || isIn(TAKES_ARROWS)) return;
  event.preventDefault();
  step(by);
}

// A sideways swipe changes the panel, unless the element under it can itself be dragged or scrolled sideways.
function onTouch(event) {
  const { clientX: x, clientY: y } = event.changedTouches[0];
  if (event.type === "touchstart") {
    const takes = (node) => node.scrollWidth > node.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(node).overflowX);
    const path = event.composedPath().filter((node) => node instanceof Element);
    const isTaken = path.some((node) => node.matches("input, [role=slider]") || getComputedStyle(node).touchAction !== "auto" || takes(node));
    hall.touch = hall.on && event.touches.length === 1 && !isTaken ? { x, y } : null;
  } else if (hall.touch) {
    const across = x - hall.touch.x;
    if (Math.abs(across) > SWIPE && Math.abs(across) > 2 * Math.abs(y - hall.touch.y)) step(across < 0 ? 1 : -1);
    hall.touch = null;
  }
}

function begin() {
  hall.began = true;
  document.adoptedStyleSheets.push(hall.sheet);
  document.addEventListener("keydown", () => (hall.closes = Boolean(document.querySelector(OPEN))), true);
  document.addEventListener("keydown", onKey);
  for (const kind of ["touchstart", "touchend"]) document.addEventListener(kind, onTouch, { passive: true });
}

function build(parent) {
  const root = element("div", "hall"), dots = element("div", "dots"), button = element("button", "turn");
  dots.setAttribute("role", "group");
  button.type = "button";
  button.onclick = () => turn(!hall.on);
  root.append(dots, button);
  parent.append(root);
  return { root, dots, button };
}

function dotOf({ name, title }) {
  const dot = element("button", "dot");
  dot.type = "button";
  dot.title = title;
  dot.setAttribute("aria-label", title);
  dot.onclick = () => go(name);
  return dot;
}

export default function (component) {
  const { data, parentElement } = component;
  hall.parts = parentElement.rnnlmSwitch ??= build(parentElement);
  hall.mail = mailOf(component);
  if (!hall.mail.waits("projector")) hall.on = data.on;
  if (JSON.stringify(hall.data?.panels) !== JSON.stringify(data.panels) || !hall.parts.dots.childElementCount) {
    hall.parts.dots.replaceChildren(...data.panels.map(dotOf));
  }
  hall.data = data;
  hall.parts.dots.setAttribute("aria-label", data.label);
  if (!hall.began) begin();
  draw();
}
