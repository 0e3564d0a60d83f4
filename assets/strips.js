// One needle over several strips. Each strip is the line from 0 to 1, divided into words. The server decides which
// words the needle picks; during a drag, the pieces here do. Words arrive as data and are set as text, never as HTML.

// Make the parts. Later they are only refilled, so that the focus and a drag survive every update.
function build(parent) {
  const root = element("div", "strips"), text = element("p", "so_far"), board = element("div", "board");
  const needle = element("div", "needle"), ends = element("div", "ends");
  board.tabIndex = 0;
  board.setAttribute("role", "slider");
  board.setAttribute("aria-valuemin", 0);
  board.setAttribute("aria-valuemax", 1);
  board.append(needle);
  ends.append(element("span", "", "0"), element("span", "", ""), element("span", "", "1"));
  root.append(text, board, ends);
  parent.append(root);
  const it = { root, text, board, needle, middle: ends.children[1], lanes: [] };
  const at = (event) => {
    const { left, width } = board.getBoundingClientRect();
    return inside(it, (event.clientX - left) / width);
  };
  it.slider = new Slider(board, {
    at,
    step: (event) => stepTo(it, event),
    show: (u) => show(it, u, it.data.lanes.map((lane) => pieceAt(lane, u))),
    send: (u) => it.mail.tell("u", { u }),
  });
  new ResizeObserver(() => it.lanes.forEach((lane) => paint(it, lane))).observe(board);
  return it;
}

const inside = (it, u) => Math.max(0, Math.min(it.data.largest, Math.round(u * 1e4) / 1e4)); // rounded as shown

function stepTo(it, event) {
  const { u } = it, fine = event.shiftKey ? 0.0001 : 0.001;
  const to = {
    ArrowLeft: u - fine, ArrowDown: u - fine, ArrowRight: u + fine, ArrowUp: u + fine,
    PageDown: u - 0.05, PageUp: u + 0.05, Home: 0, End: it.data.largest,
  }[event.key];
  return to === undefined ? undefined : inside(it, to);
}

function pieceAt({ pieces, alike, many }, u) {
  if (alike) return { name: many, p: "" };
  if (!pieces.length) return null;
  let [low, high] = [0, pieces.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (pieces[middle].lo <= u) low = middle;
    else high = middle - 1;
  }
  return { name: pieces[low].name, p: pieces[low].p };
}

function show(it, u, picks) {
  const { board, needle, data } = it;
  needle.style.left = `${100 * u}%`;
  it.u = u;
  it.middle.textContent = data.u_is.replace("\0", u.toFixed(4));
  board.setAttribute("aria-valuenow", u.toFixed(4));
  const told = [];
  it.lanes.forEach((lane, i) => {
    paint(it, lane);
    const [word, p] = lane.picks.children, pick = picks[i];
    word.textContent = pick?.name ?? "";
    p.textContent = pick?.p ?? "";
    lane.picks.title = pick ? `${pick.name} ${pick.p}` : "";
    told.push([data.lanes[i].who, ...(pick ? [pick.name, pick.p] : [data.lanes[i].why])].join(" "));
  });
  board.setAttribute("aria-valuetext", [u.toFixed(4), ...told].join("; "));
}

function laneOf(it) {
  const node = element("div", "lane"), canvas = element("canvas", "");
  const who = element("span", "who"), why = element("span", "why"), picks = element("span", "picks");
  picks.append(asWords(element("b", "")), element("span", ""));
  node.append(canvas, who, why, picks);
  it.board.append(node);
  return { node, canvas, who, why, picks };
}

function paint(it, lane) {
  const { canvas, data } = lane, width = canvas.clientWidth, height = canvas.clientHeight;
  if (!data || !width) return;
  const scale = ((devicePixelRatio || 1) * canvas.getBoundingClientRect().width) / width; // the page may be zoomed
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const pen = canvas.getContext("2d"), style = getComputedStyle(it.root);
  const color = (name) => style.getPropertyValue(name).trim();
  const [page, grey, crowd, text] = ["--st-background-color", "--st-border-color", "--st-secondary-background-color", "--st-text-color"].map(color);
  pen.scale(scale, scale);
  pen.fillStyle = crowd;
  pen.fillRect(0, 0, width, height);
  if (data.alike) {
    alike(pen, data.alike, width, height, grey, page);
    pen.fillStyle = color("--st-primary-color");
    const first = Math.floor(it.data.u * data.alike);
    return pen.fillRect((first * width) / data.alike, 0, Math.max(3, width / data.alike), height);
  }
  pen.font = "12px " + style.fontFamily;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  data.pieces.forEach(({ lo, name, one, hit }, i) => {
    const left = lo * width, right = (data.pieces[i + 1]?.lo ?? 1) * width, wide = right - left;
    pen.fillStyle = hit ? color("--st-primary-color") : one ? grey : crowd;
    pen.fillRect(left, 0, Math.max(hit ? 3 : 0, wide - (wide > 3 ? 1 : 0)), height);
    const middle = wide < 18 ? null : middleOf(left, right, pen.measureText(name).width, it.u * width);
    if (middle === null) return;
    pen.fillStyle = hit ? "#fff" : text;
    pen.globalAlpha = one ? 1 : 0.6;
    pen.fillText(name, middle, height / 2 + 0.5);
    pen.globalAlpha = 1;
  });
}

// The middle of a label between left and right. The label avoids a needle at x. It is omitted if there is no room.
function middleOf(left, right, wide, x) {
  const middle = (left + right) / 2, apart = wide / 2 + 4;
  const places = Math.abs(x - middle) < apart ? [x - apart, x + apart] : [middle];
  const free = places.filter((place) => place - wide / 2 >= left + 3 && place + wide / 2 <= right - 3);
  return free.sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle))[0] ?? null;
}

// The uniform distribution: equal pieces, as many as the eye can distinguish.
function alike(pen, V, width, height, grey, page) {
  pen.fillStyle = grey;
  pen.fillRect(0, 0, width, height);
  const lines = Math.min(V, Math.floor(width / 3));
  pen.fillStyle = page;
  for (let i = 1; i < lines; i++) pen.fillRect((i * width) / lines, 0, lines > width / 6 ? 0.5 : 1, height);
}

function textOf(it) {
  const { given, drawn } = it.data;
  it.text.replaceChildren(element("b", "", given), " ", drawn, " ", element("i", "", "\u00a0"));
  asWords(it.text);
  it.text.scrollTop = it.text.scrollHeight;
}

export default function (component) {
  const { data, parentElement } = component;
  const mount = parentElement.querySelector(".mount");
  const it = (mount.rnnlmStrips ??= build(mount));
  it.data = data;
  it.mail = mailOf(component);
  it.board.setAttribute("aria-label", data.label);
  while (it.lanes.length > data.lanes.length) it.lanes.pop().node.remove();
  while (it.lanes.length < data.lanes.length) it.lanes.push(laneOf(it));
  it.lanes.forEach((lane, i) => {
    lane.data = data.lanes[i];
    lane.who.textContent = lane.who.title = lane.data.who;
    lane.why.textContent = lane.data.why;
    lane.node.classList.toggle("mine", lane.data.mine);
  });
  textOf(it);
  if (it.slider.follows(it.mail.waits("u"))) show(it, data.u, data.lanes.map(({ pick }) => pick));
  else it.slider.show(it.slider.chosen);
}
