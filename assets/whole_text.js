// The whole text: words arrive as data and are set as text once; each update only moves the marks of the windows.

function build(parent) {
  const leaf = element("div", "leaf"), turn = element("div", "leaves");
  leaf.tabIndex = 0;
  leaf.setAttribute("role", "region");
  const [back, range, next] = [element("button", ""), element("span", ""), element("button", "")];
  back.type = next.type = "button";
  turn.append(back, range, next);
  parent.append(leaf, turn);
  return { leaf, turn, back, range, next, spans: new Map() };
}

function write(it) {
  const { words, first, starts, streams } = it.data;
  it.spans.clear();
  it.leaf.replaceChildren();
  let paragraph = null;
  words.forEach((word, i) => {
    const at = first + i, begins = starts.indexOf(at);
    if (!paragraph || begins >= 0) {
      const stream = begins >= 0 ? begins : starts.findLastIndex((start) => start <= at);
      paragraph = it.leaf.appendChild(element("p", stream % 2 ? "odd" : ""));
      paragraph.append(element("b", "", streams[stream]));
    }
    const span = asWords(element("span", "", `${word} `));
    it.spans.set(at, span);
    paragraph.append(span);
  });
  it.leaf.scrollTop = 0;
}

function mark(it) {
  const { read, heads } = it.data;
  it.leaf.querySelectorAll(".read").forEach((span) => span.classList.remove("read", "head"));
  for (const at of read) it.spans.get(at).classList.add("read");
  for (const at of heads) it.spans.get(at)?.classList.add("head");
}

export default function (component) {
  const { data, parentElement } = component;
  const it = (parentElement.rnnlmWholeText ??= build(parentElement)), mail = mailOf(component);
  const key = JSON.stringify([data.words, data.first, data.starts, data.streams]);
  it.data = data;
  if (it.key !== key) write(it);
  it.key = key;
  mark(it);
  it.leaf.setAttribute("aria-label", data.names.range);
  [it.range.textContent, it.back.textContent, it.next.textContent] = [data.names.range, data.names.back, data.names.next];
  it.back.hidden = it.next.hidden = data.leaves < 2;
  [it.back.disabled, it.next.disabled] = [data.leaf === 0, data.leaf === data.leaves - 1];
  it.back.onclick = () => mail.tell("leaf", data.leaf - 1);
  it.next.onclick = () => mail.tell("leaf", data.leaf + 1);
}
