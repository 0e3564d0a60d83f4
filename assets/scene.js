// The opening scene: a line, a question and a slider. The data contain all epochs, so the scene does not need the
// server until it is left. `it` keeps the visitor's actions across updates.
const LEAVES = { Escape: true }; // keys that leave the scene

// The parts are made once. Before the guess, only the line, the question and the field are shown.
function build(parent, texts) {
  const it = { stop: 0, guess: null };
  const node = (name, tag, text) => (it[name] = element(tag, name, text));
  const button = (name) => Object.assign(node(name, "button", texts[name]), { type: "button" });
  node("root", "section").append(node("name", "p", texts.title), button("skip"), node("column", "div"));
  it.root.setAttribute("role", "dialog");
  it.root.setAttribute("aria-modal", "true");
  it.root.setAttribute("aria-label", texts.name);
  it.root.tabIndex = -1;
  it.column.append(node("line", "p"), node("question", "h1", texts.question), node("about", "p", texts.about), node("asking", "form"), node("unknown", "p"), node("result", "div"));
  it.line.append(node("start", "span"), " ", node("next", "span"));
  it.asking.append(node("field", "input"), node("go", "button", texts.guess), node("or", "span", texts.pick), node("picks", "span"));
  it.network = networkOf(texts.network);
  it.result.append(node("answer", "div"), node("told", "p"), node("slider", "input"), node("note", "p"), node("ends", "div"));
  it.answer.append(it.network.svg, node("bars", "ol"));
  it.ends.append(button("show"), button("again"));
  for (const part of [it.line, it.picks, it.bars]) asWords(part);
  for (const part of [it.unknown, it.note]) part.setAttribute("aria-live", "polite");
  Object.assign(it.field, { type: "text", maxLength: 40, autocomplete: "off", autocapitalize: "off", spellcheck: false });
  it.field.setAttribute("aria-label", texts.field);
  it.field.placeholder = texts.field;
  it.slider.type = "range";
  it.slider.setAttribute("aria-label", texts.slider);
  listen(it);
  parent.append(it.root);
  return it;
}

function listen(it) {
  it.asking.onsubmit = (event) => {
    event.preventDefault();
    guess(it, it.field.value);
  };
  it.slider.oninput = () => {
    it.stop = Number(it.slider.value);
    draw(it);
  };
  it.skip.onclick = () => leave(it, null);
  it.show.onclick = () => leave(it, it.stop);
  it.again.onclick = () => {
    it.guess = null;
    it.field.value = "";
    draw(it);
    it.field.focus();
  };
  it.root.addEventListener("keydown", (event) => event.stopPropagation());
  window.addEventListener("keydown", function onKey(event) {
    if (!it.root.isConnected) return void window.removeEventListener("keydown", onKey, true);
    if (event.key in LEAVES && !event.isComposing) leave(it, null);
    if (!event.composedPath().includes(it.root)) event.stopImmediatePropagation(); // the page behind gets no keys
  }, true);
}

function guess(it, text) {
  const word = text.trim().toLowerCase(), found = word ? it.data.words.indexOf(word) : -1;
  setSentence(it.unknown, word && found < 0 ? it.data.unknown.replace("\0", word) : "");
  if (found < 0) return void it.field.focus();
  it.guess = found;
  draw(it);
  playNetwork(it.network);
  it.slider.focus({ preventScroll: true });
  it.note.scrollIntoView({ block: "nearest" });
}

function leave(it, at) {
  if (it.mail.waits("leave")) return;
  it.root.classList.add("leaving");
  it.mail.tell("leave", { at });
}

// A row for each word: the most probable words, and the guess at its rank or below them. Rows move but keep their
// words.
function drawBars(it) {
  const { words, figure, tiny, texts } = it.data, { top, p } = it.data.stops[it.stop];
  const shown = top.includes(it.guess) ? top : [...top, it.guess];
  while (it.bars.children.length < it.data.stops[0].top.length + 1) {
    const row = it.bars.appendChild(element("li", ""));
    row.append(element("span", "word"), element("span", "bar"));
    row.lastChild.append(element("i", ""), element("span", "share"), element("span", "yours"));
  }
  [...it.bars.children].forEach((row, i) => {
    const id = shown[i], [bar, share, yours] = row.lastChild.children;
    row.hidden = id === undefined;
    row.classList.toggle("mine", id === it.guess);
    if (row.hidden) return;
    row.firstChild.textContent = words[id] === "." ? texts.end : words[id];
    bar.style.setProperty("--share", p[id] / 1000);
    share.textContent = p[id] ? figure.replace("\0", (p[id] / 10).toFixed(1)) : tiny;
    yours.textContent = id === it.guess ? texts.yours : "";
  });
}

// The words of an epoch. Each copied sequence is underlined as one piece.
function drawLine(it) {
  const { ids, copied } = it.data.stops[it.stop], parts = [];
  ids.forEach((id, i) => {
    const word = it.data.words[id], glued = word === ".";
    if (i && copied[i] === copied[i - 1]) parts.at(-1).textContent += (glued ? "" : " ") + word;
    else parts.push(...(i && !glued ? [" "] : []), element("span", copied[i] ? "copied" : "", word));
  });
  it.next.replaceChildren(...parts);
}

function draw(it) {
  const isAsked = it.guess === null, stop = it.data.stops[it.stop];
  it.root.classList.toggle("asks", isAsked);
  it.asking.hidden = it.question.hidden = it.about.hidden = isAsked === false;
  it.result.hidden = isAsked;
  if (isAsked) return void it.next.replaceChildren(element("span", "blank"));
  drawLine(it);
  drawBars(it);
  drawNetwork(it.network, { ...stop.network, word: it.data.word });
  it.told.textContent = stop.told;
  it.note.textContent = stop.note;
  it.slider.value = it.stop;
  it.slider.setAttribute("aria-valuetext", stop.told);
  it.slider.style.setProperty("--at", it.stop / (it.data.stops.length - 1));
}

function begin(it) {
  const { data } = it;
  it.start.textContent = data.start;
  it.slider.max = data.stops.length - 1;
  for (const word of data.picks) {
    const pick = it.picks.appendChild(element("button", "pick", word));
    pick.type = "button";
    pick.onclick = () => guess(it, word);
  }
  draw(it);
  (matchMedia("(pointer: fine)").matches ? it.field : it.root).focus({ preventScroll: true });
}

// When the scene closes, the page behind it appears and gets the focus.
function close({ root }) {
  if (root.isConnected) return;
  window.rnnlmShowPage();
  if (document.activeElement === document.body) document.querySelector("[class*='st-key-page_'][class*='_open'] a")?.focus({ preventScroll: true });
}

export default function (component) {
  const { data, parentElement } = component, mount = parentElement.querySelector(".mount");
  const isNew = !mount.rnnlmScene, it = (mount.rnnlmScene ??= build(mount, data.texts));
  it.data = data;
  it.mail = mailOf(component);
  document.documentElement.dataset.scene = "";
  if (isNew) begin(it);
  return () => setTimeout(close, 0, it);
}
