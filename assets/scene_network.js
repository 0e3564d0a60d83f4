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
    const part = (it.parts[name] = framed(name));
    part.label.textContent = texts[name] ?? "";
    svg.append(part.node);
  }
  return it;
}

function drawNetwork(it, data) {
  const boxes = placesOf(), { word, x, h } = boxes, middle = h.y + h.height / 2;
  set(it.svg, { width: boxes.width, height: boxes.height, viewBox: `0 0 ${boxes.width} ${boxes.height}` });
  for (const [name, part] of Object.entries(it.parts)) {
    putInto(part, boxes[name], h.y + h.height + 18);
    DRAW[name](part.content, data, boxes[name]);
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
    lightUp(it, [now]);
    await new Promise((done) => setTimeout(done, LIT));
    if (it.playing !== play) return;
  }
}
