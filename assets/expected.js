// The learning curve that a visitor expects: drawn on the chart by mouse or finger, or typed as a few numbers. The chart
// shows the curve once the server knows it; until then, this component shows it.
const PLOT = ".st-key-curve svg .role-frame.root > g > path.background";
const RIGHT = 6; // pixels that the chart keeps free at its right edge

function build(root) {
  const it = { root, isOpen: false, values: [], from: null };
  it.begin = button("begin", "", ({ detail }) => {
    turn(it, true);
    if (!detail) it.typed.querySelector("input").focus({ preventScroll: true }); // pressed by a key
  });
  it.how = element("span", "how");
  it.typed = element("span", "typed");
  it.told = element("span", "told");
  it.wrong = element("span", "wrong");
  it.clear = button("clear", "", () => send(it, []));
  it.done = button("done", "", () => turn(it, false));
  it.paper = shape("svg", { class: "paper", preserveAspectRatio: "none", viewBox: "0 0 1 1", "aria-hidden": true });
  it.line = it.paper.appendChild(shape("path", {}));
  root.append(it.how, it.typed, it.told, it.wrong, it.begin, it.clear, it.done, it.paper);
  it.paper.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    event.preventDefault();
    it.paper.setPointerCapture(event.pointerId);
    it.from = null;
    draw(it, event);
  });
  it.paper.addEventListener("pointermove", (event) => it.paper.hasPointerCapture(event.pointerId) && draw(it, event));
  for (const kind of ["pointerup", "pointercancel"]) it.paper.addEventListener(kind, () => it.from && send(it, pointsOf(it)));
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !it.isOpen) return;
    event.stopPropagation();
    turn(it, false);
    it.begin.focus();
  });
  new ResizeObserver(() => cover(it)).observe(root);
  return it;
}

function turn(it, isOpen) {
  it.isOpen = isOpen;
  refresh(it);
}

// The perplexity at a height of the chart from 0 to 1, and the height of a perplexity.
const perplexityAt = ({ log, top }, height) => Math.max(1, log ? top ** height : top * height);
const heightOf = ({ log, top }, value) => (log ? Math.log(value) / Math.log(top) : value / top);

// Put the paper over the chart's plot. The rectangles are in pixels of the screen, a style in pixels before any zoom.
function cover(it) {
  const plot = it.isOpen && document.querySelector(PLOT);
  it.paper.style.display = plot ? "" : "none";
  if (!plot) return;
  const zoom = it.root.getBoundingClientRect().width / it.root.offsetWidth || 1;
  const host = it.root.getBoundingClientRect(), { left, top, width, height } = plot.getBoundingClientRect();
  const free = (RIGHT * width) / plot.getBBox().width;
  const box = { left: left - host.left, top: top - host.top, width: width - free, height };
  for (const [name, value] of Object.entries(box)) it.paper.style[name] = `${value / zoom}px`;
}

// Set the values of all steps between the pointer's last place and its present one.
function draw(it, event) {
  const { left, top, width, height } = it.paper.getBoundingClientRect();
  const within = (share) => Math.max(0, Math.min(1, share));
  const to = { x: it.data.steps * within((event.clientX - left) / width), y: within(1 - (event.clientY - top) / height) };
  const [a, b] = [it.from ?? to, to].sort((one, other) => one.x - other.x);
  for (let step = Math.ceil(a.x); step <= b.x; step++) {
    const share = b.x > a.x ? (step - a.x) / (b.x - a.x) : 1;
    it.values[step] = perplexityAt(it.data, a.y + share * (b.y - a.y));
  }
  it.values[Math.round(to.x)] ??= perplexityAt(it.data, to.y); // a short line sets the nearest step
  it.from = to;
  picture(it);
}

function pointsOf(it) {
  const points = it.values.map((value, step) => [(it.data.epochs * step) / it.data.steps, value]);
  return points.filter(([, value]) => value);
}

function send(it, points) {
  it.from = null;
  it.mail.tell("drawn", points);
  if (!points.length) take(it, points);
}

// The typed numbers and the start, where all words are equally likely, become a curve: straight on a logarithmic axis.
function type(it) {
  const knots = [[0, it.data.first]];
  let isWrong = false;
  it.typed.querySelectorAll("input").forEach((input, i) => {
    const value = Number(input.value.replace(",", ".")), isFine = input.value.trim() === "" || (value >= 1 && value < 1e7);
    input.setAttribute("aria-invalid", !isFine);
    isWrong ||= !isFine;
    if (input.value.trim() && isFine) knots.push([it.data.typed[i].step, value]);
  });
  it.wrong.textContent = isWrong ? it.data.names.wrong : "";
  if (isWrong) window.rnnlmAloud?.(it.data.names.wrong);
  if (isWrong || knots.length < 2) return;
  it.typed.querySelectorAll("input").forEach((input) => (input.shown = input.value));
  it.values = [];
  knots.slice(1).forEach(([to, value], i) => {
    const [from, before] = knots[i];
    for (let step = from; step <= to; step++) it.values[step] = before * (value / before) ** ((step - from) / (to - from));
  });
  send(it, pointsOf(it));
  picture(it);
}

// While a curve is drawn and until the server has it, show it on the paper.
function picture(it) {
  const own = it.from || it.mail.waits("drawn") ? pointsOf(it) : [];
  const place = ([epoch, value]) => `${epoch / it.data.epochs} ${1 - heightOf(it.data, value)}`;
  it.line.setAttribute("d", own.length ? `M${own.map(place).join("L")}` : "");
}

function take(it, points) {
  it.values = [];
  for (const [epoch, value] of points) it.values[Math.round((it.data.steps * epoch) / it.data.epochs)] = value;
  it.typed.querySelectorAll("input").forEach((input, i) => {
    const value = it.values[it.data.typed[i].step];
    if (input.value !== (input.shown ?? "")) return; // it is being typed
    input.value = input.shown = value ? String(+value.toPrecision(3)) : "";
  });
}

function refresh(it) {
  const { names, told, drawn } = it.data, isOpen = it.isOpen;
  it.root.classList.toggle("rests", !isOpen && !drawn.length);
  it.how.hidden = it.typed.hidden = it.done.hidden = !isOpen;
  it.begin.hidden = isOpen;
  it.told.hidden = isOpen || !told;
  it.clear.hidden = !drawn.length;
  for (const [node, text] of [[it.begin, names.begin], [it.how, names.how], [it.clear, names.clear], [it.done, names.done], [it.told, told]])
    if (node.textContent !== text) node.textContent = text;
  cover(it);
  picture(it);
}

export default function (component) {
  const { data, parentElement } = component, root = parentElement.querySelector(".expected");
  const it = (root.rnnlmExpected ??= build(root));
  it.data = data;
  it.mail = mailOf(component);
  if (it.typed.children.length !== data.typed.length || it.names !== JSON.stringify(data.typed)) {
    it.names = JSON.stringify(data.typed);
    it.typed.replaceChildren(...data.typed.map(({ name }) => {
      const label = element("label", "", name), input = label.appendChild(element("input", ""));
      input.inputMode = "decimal";
      input.autocomplete = "off";
      input.addEventListener("change", () => type(it));
      return label;
    }));
  }
  if (!it.from && !it.mail.waits("drawn")) take(it, data.drawn);
  refresh(it);
}
