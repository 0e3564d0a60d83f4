// The tape: a bar of the whole text with its reading heads, and lines of text that slide with every update.
// Words arrive as data and are set as text. The parts are made once and refilled, so that the focus stays.

function build(parent) {
  const root = element("div", "machine");
  const whole = element("div", "whole"), lines = element("div", "lines");
  whole.setAttribute("role", "group");
  root.append(whole, lines);
  parent.append(root);
  return { root, whole, lines, heads: [], rows: [], update: null };
}

function fitted(list, count, make) {
  while (list.length < count) list.push(make());
  list.splice(count).forEach((part) => Object.values(part).forEach((node) => node.remove()));
  return list;
}

function showHeads(it) {
  const { heads, chosen, label } = it.data;
  it.whole.setAttribute("aria-label", label);
  fitted(it.heads, heads.length, () => {
    const parts = { begin: element("i", "begin"), done: element("i", "done"), over: element("i", "done") };
    parts.head = element("button", "head");
    parts.head.type = "button";
    it.whole.append(parts.begin, parts.done, parts.over, parts.head);
    return parts;
  });
  it.heads.forEach(({ begin, done, over, head }, n) => {
    const { begin: start, at, read, told } = heads[n], from = Math.max(0, at - read);
    begin.style.left = `${100 * start}%`;
    done.style.left = `${100 * from}%`;
    done.style.width = `${100 * (at - from)}%`;
    over.style.left = `${100 * (1 + at - read)}%`; // the part read before the head wrapped around
    over.style.width = `${100 * Math.max(0, read - at)}%`;
    head.style.left = `${100 * at}%`;
    head.className = `head${n === chosen ? " chosen" : ""}${heads.length > 24 ? " many" : ""}`;
    head.textContent = n + 1;
    head.title = told;
    head.setAttribute("aria-label", told);
    head.setAttribute("aria-pressed", n === chosen);
    head.onclick = () => it.mail.tell("stream", n);
  });
}

function words(node, list, more, last) {
  node.replaceChildren(...list.map((word) => asWords(element("bdi", "", word))));
  if (more) node.append(element("span", "more", more), ...last.map((word) => asWords(element("bdi", "", word))));
}

function rowOf() {
  const row = element("div", "row");
  const name = element("button", "name");
  name.type = "button";
  row.append(name, element("div", "past"), element("div", "in"), element("div", "now"), element("div", "out"), element("div", "next"));
  return { row };
}

function caption(it) {
  const { before, window, after, cut, gradient, out } = it.data;
  if (!it.top) {
    it.top = element("div", "row");
    it.foot = element("div", "row");
    const place = (row, names) => row.append(...names.map((name) => element("div", name)));
    place(it.top, ["caption", "caption past", "edge", "caption title", "", "caption next"]);
    place(it.foot, ["said", "edge", "back", "onward"]);
    it.foot.children[2].append(element("span", ""));
    it.lines.append(it.top, it.foot);
  }
  const top = it.top.children, foot = it.foot.children;
  [top[1].textContent, top[3].textContent, top[5].textContent] = [before, window, after];
  [foot[0].textContent, foot[3].textContent] = [cut, out];
  foot[2].firstElementChild.textContent = gradient;
}

function showLines(it) {
  const { lines, chosen, h } = it.data;
  caption(it);
  // The window's width depends only on its number of words, so that nothing moves sideways from update to update.
  it.lines.style.setProperty("--words", lines[0].window.length + lines[0].last.length + (lines[0].more ? 1 : 0));
  fitted(it.rows, lines.length, rowOf);
  it.rows.forEach(({ row }, i) => {
    if (row.parentNode !== it.lines) it.foot.before(row);
    const line = lines[i], [name, past, into, now, out, next] = row.children;
    row.classList.toggle("chosen", line.stream === chosen);
    name.textContent = line.name;
    name.setAttribute("aria-pressed", line.stream === chosen);
    name.onclick = () => it.mail.tell("stream", line.stream);
    words(past, line.before);
    words(now, line.window, line.more, line.last);
    words(next, line.after);
    into.textContent = h;
    out.textContent = "h";
  });
}

// Show an update: all lines slide in from the right by the width of a window.
function slide(it) {
  if (!it.data.moving || it.update === null || it.data.update !== it.update + 1) return;
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const how = { duration: 420, easing: "ease-out" };
  it.rows.forEach(({ row }) => {
    const [, past, , now, , next] = row.children;
    const by = now.getBoundingClientRect().width + 60;
    [past, next].forEach((part) => [...part.children].forEach((word) => word.animate([{ transform: `translateX(${by}px)` }, {}], how)));
    [...now.children].forEach((word) => word.animate([{ transform: `translateX(${by}px)`, opacity: 0.2 }, {}], how));
  });
}

export default function (component) {
  const { data, parentElement } = component;
  const it = (parentElement.rnnlmTape ??= build(parentElement));
  it.data = data;
  it.mail = mailOf(component);
  showHeads(it);
  showLines(it);
  slide(it);
  it.update = data.update;
}
