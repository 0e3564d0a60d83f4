// One update in six moves: buttons, a sentence and a table. All words arrive as data.

function build(parent) {
  const root = element("div", "moves"), steps = element("div", "steps"), move = element("div", "move");
  const beside = element("div", "beside"), scroll = element("div", "scroll");
  beside.append(element("p", "sentence"), element("p", "shapes"));
  steps.setAttribute("role", "group");
  move.append(beside, scroll);
  root.append(steps, move);
  parent.append(root);
  return { root, steps, beside, scroll };
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
  it.scroll.replaceChildren(tableOf(data.table));
}
