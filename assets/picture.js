// The network as a picture: word, vector, state with its loop, scores, strip. All numbers and words are data.
// A click on Next word or 1 update starts a signal at once. Each part shows the answer when the signal reaches it.
const PATH = ["word", "x", "h", "scores", "strip"];
const PARTS = ["word", "x", "h", "loop", "scores", "strip"];
const STEP = 100, WINDOW = 600, BACK = 450, FALL = 260, PATIENCE = 4000; // milliseconds
const NARROWEST = 200; // pixels; smaller than on any screen

function fill(it, part, data) {
  it.shown[part] = data;
  DRAW[part](it.parts[part].content, data, it.boxes[part]);
}

function place(it) {
  const width = it.drawing.clientWidth;
  if (width < NARROWEST || !it.data) return; // the page is not laid out yet
  it.boxes = boxesOf(width);
  set(it.svg, { width, height: it.boxes.height, viewBox: `0 0 ${width} ${it.boxes.height}` });
  for (const part of PARTS) {
    const box = it.boxes[part];
    putInto(it.parts[part], box, it.boxes.foot || box.y + box.height + 18);
    fill(it, part, it.shown[part] ?? it.data);
  }
  it.ways = waysOf(it.boxes);
  for (const [name, way] of Object.entries(it.ways)) drawWay(it.arrows[name], way);
  drawLoop(it.arrows.loop, it.boxes);
  write(it);
}

// The text up to the word read, and the word drawn after it. If there is too little room, the first words are left out.
function write(it) {
  const { words, draw } = it.data;
  const nodes = words.map((word, i) => asWords(element("bdi", i === words.length - 1 ? "read" : "", word)));
  if (draw) nodes.push(asWords(element("bdi", "new", draw.word)));
  it.line.replaceChildren(...nodes);
  while (it.line.childElementCount > 2 && it.line.scrollWidth > it.line.clientWidth) it.line.firstElementChild.remove();
}

function show(it, data) {
  it.data = data;
  it.shown = {};
  const { names, parts } = data;
  it.svg.setAttribute("aria-label", names.label);
  for (const [name, arrow] of Object.entries(it.arrows)) arrow.lastElementChild.textContent = names.ways[name] ?? "";
  for (const part of PARTS) {
    it.parts[part].label.textContent = names[part] ?? "";
    it.parts[part].node.setAttribute("aria-label", parts[part].told.replace(/[\u2068\u2069]/g, ""));
  }
  place(it);
  tell(it, it.part);
}

function tell(it, part) {
  it.part = part;
  it.told.classList.toggle("part", Boolean(part));
  setSentence(it.told, part ? it.data.parts[part].told : it.data.names.hint);
}

// --- The signal.

const wait = (time) => new Promise((done) => setTimeout(done, time));
const sizeOf = (node) => node.currentCSSZoom ?? 1;

function light(it, ...names) {
  lightUp(it, names);
  const way = it.ways[names[0]];
  if (!way) return;
  const [from, to] = way.map(([x, y]) => `translate(${x}px, ${y}px)`);
  it.spark.animate([{ transform: from, opacity: 1 }, { transform: to, opacity: 1 }], { duration: STEP });
}

// Begin a signal. It ends the signal before it.
function begin(it) {
  const play = { of: JSON.stringify(it.latest.text) };
  it.playing = play;
  it.svg.querySelectorAll(".dim").forEach((part) => part.classList.remove("dim"));
  show(it, it.latest);
  return play;
}

const hasArrived = (it, { of }) => JSON.stringify(it.latest.text) !== of;

function end(it) {
  it.playing = null;
  light(it);
  show(it, it.latest);
}

// Let an element fly from the place of another element to its own place.
function fly(from, to) {
  const [a, b] = [from, to].map((node) => node.getBoundingClientRect()), zoom = sizeOf(to);
  const by = `translate(${(a.left + a.width / 2 - b.left - b.width / 2) / zoom}px, ${(a.top - b.top) / zoom}px)`;
  to.animate([{ transform: by, opacity: 0.4 }, { transform: "none", opacity: 1 }], { duration: FALL, easing: "cubic-bezier(.4, 0, .7, 1)" });
}

async function sendSignal(it) {
  const play = begin(it), { draw, isLast } = it.data, old = it.line.querySelector(".new");
  if (draw && isLast) {
    fill(it, "word", { word: draw.word });
    fly(old, it.parts.word.content.lastElementChild);
  }
  for (const part of PATH) {
    light(it, part);
    if (hasArrived(it, play)) fill(it, part, it.latest);
    await wait(STEP);
    if (it.playing !== play) return;
  }
  if (!hasArrived(it, play)) await Promise.race([new Promise((done) => (play.done = done)), wait(PATIENCE)]);
  if (it.playing !== play) return;
  const isNew = hasArrived(it, play);
  end(it);
  const needle = it.svg.querySelector(".needle");
  if (!isNew || !needle) return;
  needle.animate([{ transform: "translateY(-34px)", opacity: 0 }, { transform: "none", opacity: 1 }], { duration: 180, easing: "ease-in" });
  fly(it.svg.querySelector("text.word"), it.line.querySelector(".new"));
}

// Show an update: the window's words go in one by one, and then the gradient goes back to the cut.
async function runWindow(it) {
  const { window: read, names } = it.latest, play = begin(it);
  const words = read.words.map((word) => asWords(element("bdi", "", word)));
  const cut = element("span", "cut", names.cut), back = element("i", "back");
  it.line.replaceChildren(cut, ...words.slice(0, read.first), ...(read.more ? [element("span", "more", read.more)] : []), ...words.slice(read.first));
  for (const part of ["scores", "strip", ...(read.steps.length ? [] : ["x", "h", "loop"])]) it.parts[part].node.classList.add("dim");
  let previous = null;
  for (const [i, word] of words.entries()) {
    words.forEach((one) => one.classList.toggle("lit", one === word));
    light(it, ...(read.steps.length ? ["h", "word", "x"] : ["word"]));
    fill(it, "word", { word: read.words[i] });
    if (read.steps[i]) {
      const { x, h } = read.steps[i];
      for (const part of ["x", "h", "loop"]) fill(it, part, { x, h, previous });
      previous = h;
    }
    await wait(WINDOW / words.length);
    if (it.playing !== play) return;
  }
  light(it);
  words.forEach((one) => one.classList.remove("lit"));
  const last = words.at(-1);
  back.style.left = `${cut.offsetLeft + cut.offsetWidth}px`;
  back.style.width = `${last.offsetLeft + last.offsetWidth - cut.offsetLeft - cut.offsetWidth}px`;
  it.line.append(back);
  back.animate([{ transform: "scaleX(0)" }, { transform: "none" }], { duration: BACK, easing: "ease-out" });
  await wait(BACK + 350);
  if (it.playing !== play) return;
  it.svg.querySelectorAll(".dim").forEach((part) => part.classList.remove("dim"));
  end(it);
}

function listen(it) {
  document.addEventListener("click", function onClick({ target }) {
    if (!it.root.isConnected) return void document.removeEventListener("click", onClick, true);
    if (!it.boxes || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const pressed = (...keys) => keys.some((key) => target.closest?.(`.st-key-${key} button:not(:disabled)`));
    if (pressed("next_word", "draw_word")) sendSignal(it);
    else if (pressed("one_update") && it.latest.window) runWindow(it);
  }, true);
}

// --- Actions of a visitor.

function open(it, part, event) {
  if (event.pointerType === "touch" && it.tapped !== part) {
    it.tapped = part; // the first tap explains the part, the second tap goes to its panel
    return void tell(it, part);
  }
  const title = document.querySelector(`.st-key-panel_${it.data.parts[part].panel} h2.panel`);
  if (!title) return;
  window.rnnlmHall?.bring?.(title);
  title.tabIndex = -1;
  title.focus({ preventScroll: true });
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  title.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
}

function partOf(it, name) {
  const part = framed(name, { tabindex: 0, role: "button" }), { node } = part;
  node.onpointerenter = node.onfocus = () => tell(it, name);
  node.onpointerleave = node.onblur = () => tell(it, it.svg.querySelector(":focus")?.dataset.part ?? null);
  node.onclick = (event) => open(it, name, event);
  node.onkeydown = (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    open(it, name, event);
  };
  return part;
}

function build(parent) {
  const root = element("div", "network"), drawing = element("div", "drawing"), svg = shape("svg", { role: "group" });
  const it = { root, drawing, svg, line: element("div", "line"), told: element("p", "told"), shown: {}, part: null };
  it.parts = Object.fromEntries(PARTS.map((name) => [name, partOf(it, name)]));
  it.arrows = Object.fromEntries(["x", "h", "loop", "scores", "strip"].map((name) => [name, arrowOf()]));
  it.spark = shape("circle", { class: "spark", r: 4 });
  it.line.dir = "auto";
  svg.append(...Object.values(it.arrows), ...PARTS.map((name) => it.parts[name].node), it.spark);
  drawing.append(svg);
  root.append(drawing, it.line, it.told);
  parent.append(root);
  new ResizeObserver(() => !it.playing && place(it)).observe(drawing);
  listen(it);
  return it;
}

export default function ({ data, parentElement }) {
  const it = (parentElement.rnnlmPicture ??= build(parentElement));
  it.latest = data;
  if (it.playing) it.playing.done?.();
  else show(it, data);
}
