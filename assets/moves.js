// One update in six moves: buttons, a picture of the loop, a sentence, a table. All words arrive as data.

function group(svg, part, ...nodes) {
  const g = shape("g", { "data-part": part });
  g.append(...nodes);
  svg.append(g);
}

// From left to right: x, the box with its loop h, the scores, the loss; below them the way back to the cut.
function loopOf(names) {
  const svg = shape("svg", { class: "loop", viewBox: "0 0 210 118", role: "img" });
  const line = (d, more = "") => shape("path", { class: `line ${more}`, d });
  const tip = (d) => shape("path", { class: "tip", d });
  const text = (x, y, name) => shape("text", { x, y }, name);
  group(svg, "x", text(10, 69, names.x), line("M18 65 H38"), tip("M44 65 l-7 -4 v8 z"));
  group(svg, "rnn", line("M46 50 H84 V80 H46 Z"));
  group(svg, "weights", text(65, 69, names.weights));
  group(svg, "h", text(65, 17, names.h), line("M76 49 C88 14 42 14 52 43"), tip("M54 49 l-6 -6 l8 -2 z"));
  group(svg, "scores", line("M85 65 H104"), tip("M110 65 l-7 -4 v8 z"), text(136, 69, names.scores));
  group(svg, "loss", line("M160 65 H174"), tip("M180 65 l-7 -4 v8 z"), text(195, 69, names.loss));
  group(svg, "back", line("M195 76 C195 108 160 104 65 104 V90", "return"), tip("M65 82 l-4 8 h8 z"));
  group(svg, "back", line("M65 104 H26", "return"), tip("M18 104 l8 -4 v8 z"), line("M12 92 V116"));
  return svg;
}

function build(parent) {
  const root = element("div", "moves"), steps = element("div", "steps"), move = element("div", "move");
  const beside = element("div", "beside"), scroll = element("div", "scroll");
  beside.append(element("p", "sentence"), element("p", "shapes"));
  steps.setAttribute("role", "group");
  move.append(beside, element("div", ""), scroll);
  root.append(steps, move);
  parent.append(root);
  return { root, steps, beside, scroll, picture: move.children[1] };
}

function showSteps(it) {
  const { steps, at, label } = it.data;
  it.steps.setAttribute("aria-label", label);
  while (it.steps.childElementCount < steps.length) {
    const button = element("button", "");
    button.type = "button";
    it.steps.append(button);
  }
  [...it.steps.children].forEach((button, i) => {
    button.textContent = steps[i].title;
    button.setAttribute("aria-pressed", steps[i].name === at);
    button.onclick = () => it.mail.tell("move", steps[i].name);
  });
}

function rowOf({ cells, bar, cut }, wide) {
  const row = element("tr", cut ? "cut" : "");
  row.append(...cells.map((cell) => asWords(element("td", "", cell))));
  [...row.children].forEach((cell, i) => (cell.title = cells[i]));
  if (wide) {
    const cell = element("td", "bar"), fill = element("i", "");
    fill.style.width = `${100 * Math.min(1, bar)}%`;
    cell.append(fill);
    row.append(cell);
  }
  return row;
}

function tableOf({ head, rows }) {
  const table = element("table", ""), top = element("tr", ""), wide = rows.some((row) => row.bar !== undefined);
  top.append(...head.map((name) => element("th", "", name)), ...(wide ? [element("th", "", "")] : []));
  table.append(top, ...rows.map((row) => rowOf(row, wide)));
  return table;
}

export default function (component) {
  const { data, parentElement } = component;
  const it = (parentElement.rnnlmMoves ??= build(parentElement));
  it.data = data;
  it.mail = mailOf(component);
  showSteps(it);
  it.beside.children[0].textContent = data.sentence;
  it.beside.children[1].textContent = data.shapes;
  if (!it.picture.firstChild) it.picture.append(loopOf(data.names));
  it.picture.firstChild.setAttribute("aria-label", data.sentence);
  it.picture.querySelectorAll("[data-part]").forEach((part) => (part.dataset.on = data.on.includes(part.dataset.part) ? "1" : "0"));
  it.scroll.replaceChildren(tableOf(data.table));
}
