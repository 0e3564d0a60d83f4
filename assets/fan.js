// A fan: the range and median of its runs' curves, and each run's final perplexity against its value of the option.

function build(parent) {
  const root = element("div", "fanned");
  const it = { bar: element("div", "bar"), chart: element("div", "chart"), ends: element("div", "chart") };
  it.bar.append(element("i", ""));
  it.chart.setAttribute("role", "img");
  it.ends.setAttribute("role", "img");
  root.append(it.bar, it.chart, it.ends);
  parent.append(root);
  return it;
}

function areaOf(epochs, low, high, x, y) {
  const there = epochs.map((epoch, i) => [epoch, high[i]]), back = epochs.map((epoch, i) => [epoch, low[i]]).reverse();
  return epochs.length ? `${pathOf([...there, ...back], x, y)}Z` : "";
}

function drawCurves(it) {
  const { curves, epochs, bands, axes } = it.data;
  const { svg, x, y, plot } = frame(it.chart.clientWidth, it.chart.clientHeight, axes, 10);
  if (epochs.length) {
    plot.append(shape("path", { class: "range", d: areaOf(epochs, bands[0], bands[4], x, y) }));
    plot.append(shape("path", { class: "range inner", d: areaOf(epochs, bands[1], bands[3], x, y) }));
  }
  for (const curve of curves) plot.append(shape("path", { class: "thin", d: pathOf(curve, x, y) }));
  plot.append(shape("path", { class: "median", d: pathOf(epochs.map((epoch, i) => [epoch, bands[2][i]]), x, y) }));
  it.chart.replaceChildren(svg);
}

function drawEnds(it) {
  const { values, ends, told, diverged, value_axes, labels } = it.data;
  const most = Math.max(2, Math.floor(it.ends.clientWidth / 44));
  const sorted = [...new Set(values)].sort((a, b) => a - b), few = sorted.length <= most ? sorted : undefined;
  const { svg, x, y, box } = frame(it.ends.clientWidth, it.ends.clientHeight, { ...value_axes, ticksX: few }, 10);
  values.forEach((value, i) => {
    if (ends[i] === null) return;
    const over = ends[i] > value_axes.y[1]; // beyond the axis: drawn hollow at the top, with its figure
    const mark = shape("circle", { class: over ? "mark over" : "mark", cx: x(value), cy: over ? box.top : y(ends[i]), r: 4 });
    mark.append(shape("title", {}, told[i]));
    svg.append(mark);
  });
  for (const value of diverged) {
    const mark = shape("text", { class: "tick", x: x(value), y: box.top + 12, "text-anchor": "middle" }, "×");
    mark.append(shape("title", {}, labels.diverged));
    svg.append(mark);
  }
  it.ends.replaceChildren(svg);
}

export default function ({ data, parentElement }) {
  const it = (parentElement.rnnlmFan ??= build(parentElement));
  it.data = data;
  it.bar.style.visibility = data.share === null ? "hidden" : "";
  it.bar.firstElementChild.style.width = `${100 * (data.share ?? 0)}%`;
  it.chart.setAttribute("aria-label", data.labels.curves);
  it.ends.setAttribute("aria-label", `${data.labels.values}: ${data.told.join("; ")}`);
  drawn(it, () => {
    it.width = it.chart.clientWidth;
    drawCurves(it);
    drawEnds(it);
  });
}
