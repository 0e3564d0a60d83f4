// The network in the opening scene: the word read last, its vector, and the state with its loop. The bars next to it
// are its answer, so the last arrow points to them.
const SMALL = "(max-width: 640px)", FLOW = ["word", "x", "h", "out"], LIT = 140; // milliseconds for each part

function placesOf() {
  const small = matchMedia(SMALL).matches, cell = small ? 6 : 8, block = ACROSS * cell, gap = small ? 34 : 30, top = small ? 40 : 58;
  const word = { x: 4, y: top + block / 2 - 16, width: small ? 84 : 92, height: 32 };
  const x = { x: word.x + word.width + gap, y: top, width: block, height: block, cell };
  const h = { ...x, x: x.x + block + gap }, size = small ? 34 : 44;
  const loop = { x: h.x + block / 2 - size / 2, y: 0, width: size, height: size, cell: (size - 4) / ACROSS };
  return { word, x, h, loop, width: h.x + block + (small ? 34 : 44), height: top + block + 24 };
}

function networkOf(texts) {
  const svg = shape("svg", { class: "inner", role: "img", "aria-label": texts.told }), it = { svg, parts: {}, arrows: {} };
  for (const name of ["x", "h", "out", "loop"]) svg.append((it.arrows[name] = arrowOf()));
  it.arrows.out.dataset.arrow = "out";
  for (const name of ["word", "x", "h", "loop"]) {
    const node = shape("g", { class: "part", "data-part": name }), frame = shape("rect", { class: "frame", rx: 5 }), content = shape("g", {});
    node.append(frame, content, shape("text", { class: "label" }, texts[name] ?? ""));
    it.parts[name] = { node, frame, content, label: node.lastChild };
    svg.append(node);
  }
  return it;
}

function drawNetwork(it, data) {
  const boxes = placesOf(), { word, x, h } = boxes, middle = h.y + h.height / 2;
  set(it.svg, { width: boxes.width, height: boxes.height, viewBox: `0 0 ${boxes.width} ${boxes.height}` });
  for (const [name, { node, frame, content, label }] of Object.entries(it.parts)) {
    const box = boxes[name];
    node.setAttribute("transform", `translate(${box.x} ${box.y})`);
    set(frame, { x: -4, y: -4, width: box.width + 8, height: box.height + 8 });
    set(label, { x: box.width / 2, y: h.y + h.height + 18 - box.y });
    DRAW[name](content, data, box);
  }
  drawWay(it.arrows.x, [[word.x + word.width + 5, middle], [x.x - 6, middle]]);
  drawWay(it.arrows.h, [[x.x + x.width + 6, middle], [h.x - 6, middle]]);
  drawWay(it.arrows.out, [[h.x + h.width + 6, middle], [boxes.width - 2, middle]]);
  drawLoop(it.arrows.loop, boxes);
}

// The parts light up one after another, from the word to the bars.
async function playNetwork(it) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const play = (it.playing = {});
  for (const now of [...FLOW, null]) {
    for (const [name, { node }] of Object.entries(it.parts)) node.classList.toggle("lit", name === now);
    for (const [name, arrow] of Object.entries(it.arrows)) arrow.classList.toggle("lit", name === now || (name === "loop" && now === "h"));
    await new Promise((done) => setTimeout(done, LIT));
    if (it.playing !== play) return;
  }
}
