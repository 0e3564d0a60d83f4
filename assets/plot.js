// Lines and marks on fixed axes, as SVG, for the panels of Compare. All words are data.

function scaleOf([lo, hi], [from, to], log) {
  const of = log ? Math.log : (value) => value;
  const a = of(lo), b = of(hi);
  const scale = (value) => from + ((of(value) - a) / (b - a || 1)) * (to - from);
  return scale;
}

function ticksOf([lo, hi], log, most) {
  const ticks = [];
  if (log) {
    for (let e = Math.floor(Math.log10(lo)); e <= Math.log10(hi); e++)
      for (const m of [1, 2, 5]) if (m * 10 ** e >= lo * 0.999 && m * 10 ** e <= hi * 1.001) ticks.push(m * 10 ** e);
    const few = ticks.filter((tick) => /^1(e|0*$|\.)|^0\.0*1$/.test(String(tick)));
    if (ticks.length <= 2 * most || few.length < 2) return ticks;
    return few.filter((_, i) => i % Math.ceil(few.length / (2 * most)) === 0);
  }
  const raw = (hi - lo) / most || 1, power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].find((m) => m * power >= raw) * power;
  for (let tick = Math.ceil(lo / step) * step; tick <= hi + step / 1e6; tick += step) ticks.push(tick);
  return ticks;
}

function short(value) {
  if (value >= 1e9) return value.toExponential(0).replace("+", "");
  if (value >= 1e6) return `${+(value / 1e6).toPrecision(3)}M`;
  if (value >= 1e4) return `${+(value / 1e3).toPrecision(3)}k`;
  return String(+value.toPrecision(4));
}

// An empty chart with its axes, as { svg, x, y, plot }. The group `plot` is clipped at the axes.
function frame(width, height, axes, right) {
  const box = { left: 40, right: width - right, top: axes.nameY ? 24 : 8, bottom: height - 34 };
  const svg = shape("svg", { width, height, viewBox: `0 0 ${width} ${height}` });
  const x = scaleOf(axes.x, [box.left, box.right], axes.logX);
  const y = scaleOf(axes.y, [box.bottom, box.top], axes.log);
  for (const tick of ticksOf(axes.y, axes.log, 6)) {
    svg.append(shape("line", { class: "grid", x1: box.left, x2: box.right, y1: y(tick), y2: y(tick) }));
    svg.append(shape("text", { class: "tick", x: box.left - 6, y: y(tick) + 4, "text-anchor": "end" }, short(tick)));
  }
  for (const tick of axes.ticksX ?? ticksOf(axes.x, axes.logX, Math.max(2, Math.min(8, (box.right - box.left) / 60))))
    svg.append(shape("text", { class: "tick", x: x(tick), y: box.bottom + 16, "text-anchor": "middle" }, short(tick)));
  const middle = (box.left + box.right) / 2;
  svg.append(shape("text", { class: "tick", x: middle, y: height - 3, "text-anchor": "middle" }, axes.nameX));
  if (axes.nameY) svg.append(shape("text", { class: "tick", x: 0, y: 11 }, axes.nameY));
  const id = `cut${Math.random().toString(36).slice(2)}`, cut = shape("clipPath", { id });
  cut.append(shape("rect", { x: box.left, y: box.top - 4, width: Math.max(0, box.right - box.left + 4), height: box.bottom - box.top + 4 }));
  const plot = shape("g", { "clip-path": `url(#${id})` });
  svg.append(cut, plot);
  return { svg, x, y, plot, box };
}

function pathOf(points, x, y) {
  return points.map(([a, b], i) => `${i ? "L" : "M"}${x(a).toFixed(1)},${y(b).toFixed(1)}`).join("");
}

// Push apart the names beside the ends of their lines if they would overlap.
function spread(names, top, bottom, gap) {
  names.sort((a, b) => a.y - b.y);
  names.forEach((name, i) => (name.y = Math.max(name.y, i ? names[i - 1].y + gap : top)));
  for (let i = names.length - 1; i >= 0; i--) names[i].y = Math.min(names[i].y, i === names.length - 1 ? bottom : names[i + 1].y - gap);
}

// Draw now, and again whenever the width changes.
function drawn(it, draw) {
  it.draw = () => it.chart.clientWidth && it.chart.clientHeight && draw();
  it.watch ??= new ResizeObserver(() => it.width !== it.chart.clientWidth && it.draw());
  it.watch.observe(it.chart);
  it.draw();
}
