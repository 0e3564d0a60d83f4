// Runs as lines of a chart and rows of a table. Each row is made once and then refilled, so that it keeps the focus.

function build(parent) {
  const root = element("div", "compared");
  const it = { root, chart: element("div", "chart"), table: element("table", "table"), rows: new Map(), over: null };
  const head = element("tr", "");
  it.heads = ["run", "final", "held", "seconds", ""].map((name) => element("th", name));
  it.heads.forEach((cell) => (cell.scope = "col"));
  head.append(...it.heads);
  it.table.append(element("thead", ""), element("tbody", ""));
  it.table.tHead.append(head);
  const beside = element("div", "beside");
  beside.append(it.table);
  root.append(it.chart, beside);
  it.chart.setAttribute("role", "img");
  it.chart.onpointermove = (event) => hover(it, nearest(it, event));
  it.chart.onpointerleave = () => hover(it, null);
  parent.append(root);
  return it;
}

function rowOf(it, id) {
  const row = element("tr", "row"), cells = ["run", "final", "held", "seconds", "acts"].map((name) => element("td", name));
  const name = element("input", "name"), settings = element("div", "settings"), acts = {};
  const send = (what, value) => it.mail.tell("did", { what, id, value: value ?? null });
  name.dir = "auto";
  name.onchange = () => send("rename", name.value);
  name.onkeydown = (event) => event.stopPropagation();
  const swatch = shape("svg", { class: "swatch", viewBox: "0 0 22 4", width: 22, height: 4 }), line = shape("line", { x1: 0, x2: 22, y1: 2, y2: 2 });
  swatch.append(line);
  cells[0].append(swatch, name, settings);
  for (const what of ["pin", "hide", "remove"]) {
    acts[what] = element("button", what);
    acts[what].type = "button";
    acts[what].onclick = () => send(what);
    cells[4].append(acts[what]);
  }
  row.append(...cells);
  row.onpointerenter = row.onfocus = () => hover(it, id);
  row.onpointerleave = () => hover(it, null);
  row.addEventListener("focusin", () => hover(it, id));
  row.addEventListener("focusout", () => hover(it, null));
  return { row, name, settings, acts, cells, line };
}

function fillRow({ row, name, settings, acts, cells }, run, { labels, held }) {
  row.className = `row${run.here ? " here" : ""}${run.hidden ? " hidden" : ""}${run.other ? " other" : ""}`;
  if (name.getRootNode().activeElement !== name) name.value = run.name;
  name.setAttribute("aria-label", labels.rename);
  name.title = run.name;
  settings.textContent = run.settings;
  settings.title = run.settings;
  cells[1].textContent = run.final;
  cells[2].textContent = run.held_final;
  cells[2].hidden = !held;
  cells[3].textContent = run.seconds;
  acts.pin.textContent = run.pinned ? labels.unpin : labels.pin;
  acts.hide.textContent = run.hidden ? labels.show : labels.hide;
  acts.remove.textContent = labels.remove;
  acts.pin.setAttribute("aria-pressed", run.pinned);
  for (const act of [acts.pin, acts.remove]) act.classList.toggle("idle", !run.removable);
}

// The look of the n-th of `of` grey lines. Each has its own grey and dashes.
function lookOf(n, of) {
  return { "--part": `${Math.round(45 + (45 * (n + 1)) / of)}%`, "--dash": ["none", "7 3", "11 3 2 3", "3 3"][n % 4] };
}

// A name beside its line. A long name loses its end, or its beginning if another name begins in the same way.
function shortened(name, names) {
  const most = 24, alike = names.some((other) => other !== name && other.slice(0, most - 1) === name.slice(0, most - 1));
  if (name.length <= most) return name;
  if (!alike) return `${name.slice(0, most - 1)}…`;
  const parts = name.split(", ");
  while (parts.length > 1 && parts.join(", ").length > most - 2) parts.shift();
  return `… ${parts.join(", ").slice(2 - most)}`;
}

function draw(it) {
  const { runs, axes, held } = it.data;
  it.width = it.chart.clientWidth;
  const shown = runs.filter((run) => !run.hidden), named = it.width > 480, room = named ? 150 : 14;
  const { svg, x, y, plot, box } = frame(it.width, it.chart.clientHeight, axes, room);
  const names = [];
  it.x = x;
  it.y = y;
  const greys = shown.filter((run) => !run.here).length;
  let grey = 0;
  // The line of the run on screen is wide and is drawn first, so that a line on the same path is visible on top of it.
  for (const run of [...shown].sort((a, b) => b.here - a.here)) {
    const part = shape("g", { class: `line${run.here ? " here" : ""}${run.other ? " other" : ""}`, "data-id": run.id });
    if (!run.here) Object.entries(lookOf(grey++, greys)).forEach(([name, value]) => part.style.setProperty(name, value));
    part.append(shape("path", { d: pathOf(run.points, x, y) }));
    if (held) part.append(shape("path", { class: "new", d: pathOf(run.held, x, y) }));
    if (held) for (const [a, b] of run.held) part.append(shape("circle", { cx: x(a), cy: y(b), r: 2 }));
    plot.append(part);
    const last = run.points[run.points.length - 1];
    if (last && named) names.push({ run, end: [x(last[0]), y(last[1])], y: y(last[1]) + 4 });
  }
  spread(names, box.top + 8, box.bottom, 15);
  for (const name of names) {
    const [endX, endY] = name.end; // a thin line connects the end of a short run with its name
    if (endX < box.right - 12) svg.append(shape("path", { class: "leader", d: `M${endX},${endY}L${box.right + 5},${name.y - 4}`, "data-id": name.run.id }));
    const text = shape("text", { class: `named${name.run.here ? " here" : ""}`, x: box.right + 8, y: name.y, "data-id": name.run.id });
    text.textContent = shortened(name.run.name, shown.map((run) => run.name));
    svg.append(text);
  }
  it.chart.replaceChildren(svg);
  hover(it, it.over);
}

function nearest(it, event) {
  const { left, top, width } = it.chart.getBoundingClientRect(), zoom = width / it.width;
  const px = (event.clientX - left) / zoom, py = (event.clientY - top) / zoom;
  let best = null, far = 30;
  for (const run of it.data.runs)
    if (!run.hidden)
      for (const [a, b] of [...run.points, ...run.held]) {
        const away = Math.hypot(it.x(a) - px, it.y(b) - py);
        if (away < far) [best, far] = [run.id, away];
      }
  return best;
}

function hover(it, id) {
  it.over = id;
  const one = id === null || !it.chart.querySelector(`.line[data-id="${id}"]`) ? null : String(id);
  it.chart.querySelectorAll("[data-id]").forEach((node) => {
    node.classList.toggle("faded", one !== null && node.dataset.id !== one);
    node.classList.toggle("over", node.dataset.id === one);
  });
  it.rows.forEach(({ row }, at) => row.classList.toggle("over", String(at) === one));
}

export default function (component) {
  const { data, parentElement } = component;
  const it = (parentElement.rnnlmRuns ??= build(parentElement));
  it.data = data;
  it.mail = mailOf(component);
  const names = ["run", "final", "held", "seconds"];
  names.forEach((name, i) => (it.heads[i].textContent = data.labels[name]));
  it.heads[2].hidden = !data.held;
  const body = it.table.tBodies[0], ids = data.runs.map((run) => run.id);
  [...it.rows.keys()].filter((id) => !ids.includes(id)).forEach((id) => {
    it.rows.get(id).row.remove();
    it.rows.delete(id);
  });
  const shown = data.runs.filter((run) => !run.hidden && !run.here);
  data.runs.forEach((run, i) => {
    if (!it.rows.has(run.id)) it.rows.set(run.id, rowOf(it, run.id));
    const made = it.rows.get(run.id);
    if (body.children[i] !== made.row) body.insertBefore(made.row, body.children[i] ?? null);
    fillRow(made, run, data);
    const look = shown.includes(run) ? lookOf(shown.indexOf(run), shown.length) : {};
    for (const name of ["--part", "--dash"]) made.line.style.setProperty(name, look[name] ?? "");
  });
  it.chart.setAttribute("aria-label", data.labels.chart);
  drawn(it, () => draw(it));
}
