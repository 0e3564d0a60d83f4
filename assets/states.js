// The state as a picture: a row for each unit, and a column for each word. A click or the arrow keys choose a unit. For
// screen readers, a table has the number of this unit after each word, and the word's strongest units.
const STRONGEST = 3;

function build(parent) {
  const root = element("div", "states"), columns = element("div", "columns"), picture = element("div", "picture");
  const canvas = element("canvas", ""), mark = element("div", "mark"), told = element("p", "told"), text = element("div", "text");
  const ends = element("div", "ends");
  ends.append(element("span", ""), element("span", ""));
  picture.tabIndex = 0;
  picture.setAttribute("role", "slider");
  picture.append(canvas, mark);
  text.dir = "auto";
  const table = element("details", "as_table");
  table.append(element("summary", ""), element("div", "rows"));
  root.append(columns, picture, told, text, ends, table);
  parent.append(root);
  const it = { root, columns, picture, canvas, mark, told, text, ends, table, timer: 0, row: 0 };
  picture.onpointermove = (event) => tell(it, at(it, event));
  picture.onpointerleave = () => tell(it, null);
  picture.onclick = (event) => go(it, at(it, event).row);
  picture.onkeydown = (event) => {
    const last = it.data.units.length - 1;
    const to = { ArrowUp: it.row - 1, ArrowDown: it.row + 1, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    go(it, Math.max(0, Math.min(last, to)));
  };
  table.ontoggle = () => tabulate(it);
  table.onkeydown = (event) => event.stopPropagation();
  new ResizeObserver(() => it.data && name(it)).observe(picture);
  return it;
}

function at(it, event) {
  const { left, top, width, height } = it.picture.getBoundingClientRect();
  const part = (share, count) => Math.max(0, Math.min(count - 1, Math.floor(share * count)));
  const row = part((event.clientY - top) / height, it.data.units.length);
  return { row, column: part((event.clientX - left) / width, it.data.words.length) };
}

const value = (it, row, column) => it.values[row * it.data.words.length + column] / 127;
const filled = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, key) => values[key]);

function tell(it, place) {
  const { units, words, told, range } = it.data;
  const sentence = place
    ? filled(told, { unit: units[place.row], word: words[place.column].word, value: value(it, place.row, place.column).toFixed(2) })
    : filled(range, { unit: units[it.row], place: it.row + 1 });
  setSentence(it.told, sentence);
}

// Show the choice at once, and send it after the last of several keys.
function go(it, row) {
  show(it, row);
  clearTimeout(it.timer);
  it.timer = setTimeout(() => {
    it.timer = 0;
    it.mail.tell("unit", it.data.units[row]);
  }, 250);
}

function show(it, row) {
  const { units, words, chosen, label, range } = it.data;
  it.row = row;
  it.mark.style.top = `${(100 * row) / units.length}%`;
  it.mark.style.height = `${100 / units.length}%`;
  const tinted = words.map((word, column) => {
    const tint = value(it, row, column);
    return { ...word, tint, about: tint.toFixed(2) };
  });
  showWords(it.text, tinted, chosen, (step) => it.mail.tell("word", step));
  tell(it, null);
  tabulate(it);
  const { picture } = it;
  picture.setAttribute("aria-label", label);
  picture.setAttribute("aria-valuemin", 0);
  picture.setAttribute("aria-valuemax", units.length - 1);
  picture.setAttribute("aria-valuenow", row);
  picture.setAttribute("aria-valuetext", filled(range, { unit: units[row], place: row + 1 }));
}

// Fill the table only while it is open, and again after every choice.
function tabulate(it) {
  const { units, words, table } = it.data, [name, rows] = it.table.children;
  name.textContent = table.name;
  if (!it.table.open) return;
  const grid = element("table", ""), head = element("tr", "");
  head.append(...[table.word, filled(table.unit, { unit: units[it.row] }), table.strongest].map((title) => element("th", "", title)));
  head.childNodes.forEach((cell) => (cell.scope = "col"));
  grid.append(head, ...words.map(({ word }, column) => tableRow(it, word, column)));
  rows.replaceChildren(grid);
}

function tableRow(it, word, column) {
  const { units, table } = it.data, of = (row) => value(it, row, column);
  const places = [...units.keys()].sort((a, b) => Math.abs(of(b)) - Math.abs(of(a))).slice(0, STRONGEST);
  const strongest = places.map((row) => filled(table.one, { unit: units[row], value: of(row).toFixed(2) }));
  const row = element("tr", "");
  row.append(...[word, of(it.row).toFixed(2), strongest.join(", ")].map((text) => element("td", "", text)));
  asWords(row.firstElementChild);
  return row;
}

// Write a word above each column, or above every n-th column if columns are narrow.
function name(it) {
  const { words, chosen } = it.data, each = it.picture.clientWidth / words.length, nth = Math.ceil(36 / each);
  it.columns.replaceChildren();
  if (!each) return;
  words.forEach(({ word, step }, i) => {
    if (i % nth) return;
    const part = asWords(element("span", step !== null && step === chosen ? "chosen" : "", word));
    part.style.left = `${i * each}px`;
    part.style.width = `${nth * each}px`;
    part.style.textAlign = nth > 1 ? "start" : "";
    it.columns.append(part);
  });
}

// The colour of a number: red near 1, the text's colour near -1, and no colour at 0.
function paint(it) {
  const { units, words } = it.data, { canvas } = it;
  canvas.width = words.length;
  canvas.height = units.length;
  const ink = getComputedStyle(it.root).color.match(/[\d.]+/g).map(Number);
  const pen = canvas.getContext("2d"), image = pen.createImageData(canvas.width, canvas.height);
  it.values.forEach((number, i) => {
    const [red, green, blue] = number > 0 ? [217, 72, 31] : ink;
    image.data.set([red, green, blue, (Math.abs(number) / 127) * (number > 0 ? 255 : 150)], 4 * i);
  });
  pen.putImageData(image, 0, 0);
}

export default function (component) {
  const { data, parentElement } = component;
  const it = (parentElement.rnnlmStates ??= build(parentElement));
  const waiting = it.data && it.data.units[it.row];
  it.data = data;
  it.mail = mailOf(component);
  it.values = new Int8Array(Uint8Array.from(atob(data.values), (letter) => letter.charCodeAt(0)).buffer);
  it.ends.children[0].textContent = data.low;
  it.ends.children[1].textContent = data.high;
  paint(it);
  name(it);
  const mine = it.timer || it.mail.waits("unit"); // a choice made here that the server does not know yet
  show(it, Math.max(0, data.units.indexOf(mine ? waiting : (data.unit ?? waiting))));
}
