// The parts of the network's picture: their places, and how each part is drawn from the server's numbers and words.
// Inside shows all of them, the opening scene the first four.
const ROW = 17, ACROSS = 10; // pixels of a score's height, and cells in a row
const WIDTHS = [
  { from: 900, word: 110, gap: 70, cell: 10, scores: 210 },
  { from: 680, word: 78, gap: 24, cell: 10, scores: 166 },
  { from: 540, word: 66, gap: 20, cell: 8, scores: 130 },
  { from: 440, word: 56, gap: 14, cell: 6, scores: 108 },
];

// --- The places of the parts: in one row or, on a phone, in three rows.

function boxesOf(width) {
  const top = 64, wide = WIDTHS.find(({ from }) => width >= from);
  const cell = wide?.cell ?? Math.max(6, Math.min(10, Math.floor((width - 150) / 21)));
  const block = ACROSS * cell, gap = wide?.gap ?? 26, middle = top + block / 2;
  const word = { x: 0, y: middle - 16, width: wide?.word ?? Math.min(130, width - 2 * block - 2 * gap - 16), height: 32 };
  const x = { x: word.width + gap, y: top, width: block, height: block, cell };
  const h = { ...x, x: x.x + block + gap };
  const loop = { x: h.x + block / 2 - 24, y: 0, width: 48, height: 48, cell: 4 };
  const scores = { x: h.x + block + gap + 12, y: top, width: wide?.scores, height: block };
  const strip = { x: scores.x + scores.width + gap, y: middle - 56 };
  strip.width = width - strip.x - 4;
  if (!wide) {
    Object.assign(scores, { x: 0, y: top + block + 46, width, height: 6 * ROW });
    Object.assign(strip, { x: 4, y: scores.y + scores.height + 44, width: width - 8 });
  }
  strip.height = wide ? 112 : 98;
  const foot = wide && middle + Math.max(block / 2, 3 * ROW) + 18; // the height of the parts' names
  return { word, x, h, loop, scores, strip, wide, foot, height: foot ? foot + 6 : strip.y + strip.height + 22 };
}

// The ways of the signal: from where, to where, and the name of the operation on the way.
function waysOf({ word, x, h, scores, strip, wide }) {
  const right = (box, by) => [box.x + box.width + by, box.y + box.height / 2];
  const left = (box, by) => [box.x - by, box.y + box.height / 2];
  const down = (box, to) => [[box.x + box.width / 2, box.y + box.height + 24], [box.x + box.width / 2, to.y - 5]];
  return {
    x: [right(word, 5), left(x, 6)],
    h: [right(x, 6), left(h, 6)],
    scores: wide ? [right(h, 6), left(scores, 6)] : down(h, scores),
    strip: wide ? [right(scores, 6), left(strip, 8)] : down({ ...scores, width: 2 * (h.x + h.width / 2) }, strip),
  };
}

// --- The frames of the parts, and the arrows between them.

function framed(name, attributes) {
  const node = shape("g", { class: "part", "data-part": name, ...attributes });
  const part = { node, frame: shape("rect", { class: "frame" }), content: shape("g", {}), label: shape("text", { class: "label" }) };
  node.append(part.frame, part.content, part.label);
  return part;
}

// Put a part into its box, with its name below the box at this height of the drawing.
function putInto({ node, frame, label }, box, foot) {
  node.setAttribute("transform", `translate(${box.x} ${box.y})`);
  set(frame, { x: -4, y: -4, width: box.width + 8, height: box.height + 8, rx: 5 });
  set(label, { x: box.width / 2, y: foot - box.y });
}

// Light up these parts and the arrows to them. The loop belongs to the state.
function lightUp({ parts, arrows }, names) {
  for (const [name, { node }] of Object.entries(parts)) node.classList.toggle("lit", names.includes(name));
  for (const [name, arrow] of Object.entries(arrows)) arrow.classList.toggle("lit", names.includes(name) || (name === "loop" && names.includes("h")));
}

function arrowOf() {
  const arrow = shape("g", { class: "arrow" });
  arrow.append(shape("path", {}), shape("path", { class: "tip" }), shape("text", { class: "label" }));
  return arrow;
}

function drawWay(arrow, [[x1, y1], [x2, y2]]) {
  const [line, tip, label] = arrow.children, flat = y1 === y2;
  set(label, { x: (x1 + x2) / 2, y: y1 - 7, display: flat && x2 - x1 > 48 ? "" : "none" });
  line.setAttribute("d", `M${x1} ${y1}L${flat ? x2 - 7 : x2} ${flat ? y2 : y2 - 7}`);
  tip.setAttribute("d", flat ? `M${x2} ${y2}l-7 -4v8z` : `M${x2} ${y2}l-4 -7h8z`);
}

function drawLoop(arrow, { h, loop, wide }) {
  const [line, tip, label] = arrow.children, out = h.x + h.width, middle = h.y + h.height / 2, top = loop.y + loop.height / 2;
  set(label, { x: out + 24, y: top + 16, display: wide?.gap > 60 ? "" : "none" });
  line.setAttribute("d", `M${out + 2} ${middle - 14}C${out + 22} ${middle - 20} ${out + 14} ${top} ${loop.x + loop.width + 2} ${top}M${loop.x - 3} ${top}C${h.x - 14} ${top} ${h.x - 20} ${h.y + 12} ${h.x - 9} ${h.y + 18}`);
  tip.setAttribute("d", `M${h.x - 4} ${h.y + 21}l-8 0l4.5 -7z`);
}

// --- The parts.

function fitted(parent, count, make) {
  while (parent.childElementCount < count) parent.append(make());
  while (parent.childElementCount > count) parent.lastElementChild.remove();
  return [...parent.children];
}

function set(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
}

function fit(node, word, width) {
  let letters = [...word];
  node.textContent = word;
  while (letters.length > 1 && node.getComputedTextLength() > width) {
    letters = letters.slice(0, -1);
    node.textContent = `${letters.join("")}…`;
  }
}

const numbersOf = ({ bytes }) => Int8Array.from(atob(bytes), (letter) => letter.charCodeAt(0));

// The accent colour for numbers above 0, the text's colour for numbers below, and no colour at 0.
function drawCells(group, cells, box) {
  const numbers = cells ? numbersOf(cells) : [], rows = Math.ceil(numbers.length / ACROSS), { cell } = box;
  const across = Math.min(ACROSS, numbers.length || 1), from = (ACROSS * cell - rows * cell) / 2, aside = ((ACROSS - across) * cell) / 2;
  fitted(group, numbers.length, () => shape("rect", {})).forEach((rect, i) => {
    const x = aside + (i % ACROSS) * cell, y = from + Math.floor(i / ACROSS) * cell, size = cell - (cell > 5 ? 1 : 0.5);
    const strength = (Math.abs(numbers[i]) / 127) * (numbers[i] > 0 ? 1 : 0.6);
    set(rect, { x, y, width: size, height: size, class: `cell${numbers[i] > 0 ? " plus" : ""}`, "fill-opacity": strength.toFixed(3) });
  });
}

const DRAW = {
  word(node, { word }, box) {
    const [token, text] = fitted(node, 2, () => (node.childElementCount ? asWords(shape("text", { class: "read" })) : shape("rect", { class: "token", rx: 4 })));
    set(token, { width: box.width, height: box.height });
    set(text, { x: box.width / 2, y: 21 });
    fit(text, word, box.width - 8);
  },
  x: (node, { x }, box) => drawCells(node, x, box),
  h: (node, { h }, box) => drawCells(node, h, box),
  loop(node, { previous }, box) {
    const [group] = fitted(node, 1, () => shape("g", { class: "previous", transform: "translate(4 4)" }));
    drawCells(group, previous, box);
  },
  scores(node, { scores }, box) {
    const names = Math.min(0.5 * box.width, 104), long = box.width - names - 34, top = (box.height - scores.length * ROW) / 2;
    const make = () => {
      const row = shape("g", {});
      row.append(asWords(shape("text", { class: "end", y: 12 })), shape("rect", { class: "bar", y: 3, height: 11, rx: 1 }), shape("text", { class: "figure", y: 12 }));
      return row;
    };
    fitted(node, scores.length, make).forEach((row, i) => {
      const [name, bar, figure] = row.children, width = Math.max(1, long * scores[i].share);
      set(row, { transform: `translate(0 ${top + i * ROW})`, class: scores[i].drawn ? "drawn" : "" });
      set(name, { x: names - 6 });
      set(bar, { x: names, width });
      set(figure, { x: names + width + 5 });
      fit(name, scores[i].word, names - 6);
      figure.textContent = scores[i].score;
    });
  },
  strip(node, { pieces, draw }, box) {
    node.replaceChildren();
    for (const { lo, hi, name } of pieces) {
      const hit = Boolean(draw && draw.lo === lo), kind = hit ? " hit" : name ? "" : " many", width = (hi - lo) * box.width;
      node.append(shape("rect", { class: `piece${kind}`, x: lo * box.width, y: 40, width: Math.max(hit ? 3 : 0, width), height: 32 }));
      if (name && width > 24) {
        const text = node.appendChild(asWords(shape("text", { class: `on${kind}`, x: ((lo + hi) / 2) * box.width, y: 60 })));
        text.textContent = name;
        if (text.getComputedTextLength() > width - 4) text.remove();
      }
    }
    node.append(shape("text", { class: "figure", x: 0, y: 86 }, "0"), shape("text", { class: "figure end", x: box.width, y: 86 }, "1"));
    if (!draw) return;
    const at = draw.u * box.width, needle = shape("g", { class: "needle" });
    needle.append(shape("path", { d: `M${at} 30V78` }), shape("text", { x: at - 3, y: 24 }, "u"));
    const word = asWords(shape("text", { class: "word", y: 92 }, draw.word));
    node.append(needle, word);
    const half = word.getComputedTextLength() / 2;
    word.setAttribute("x", Math.max(14, Math.min(box.width - 2 * half - 14, ((draw.lo + draw.hi) / 2) * box.width - half)));
  },
};
