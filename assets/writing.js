// The written text and the strip of one draw. Words arrive as data and are set as text, never as HTML.

function build(parent) {
  const root = element("div", "writing"), text = element("div", "text"), words = element("span", "words");
  const rest = element("span", ""), draw = element("div", "draw");
  text.dir = "auto"; // right-to-left texts keep their direction
  text.append(words, rest);
  text.onscroll = () => text.classList.toggle("scrolled", text.scrollTop > 0);
  root.append(text, draw);
  parent.append(root);
  return { text, words, rest, draw, count: -1 };
}

function restOf(data) {
  if (data.words.length === data.given) return [element("span", "hint", data.hint)];
  const copies = element("span", "copies", data.copies);
  copies.dir = "auto"; // has its own direction, not the text's
  return data.copies ? [copies] : [];
}

function pieceOf({ lo, hi, name, one, hit, told }) {
  const piece = element("div", `piece ${one ? "one" : "many"} ${hit ? "hit" : ""}`);
  piece.style.left = `${100 * lo}%`;
  piece.style.width = `${100 * (hi - lo)}%`;
  piece.title = told;
  if (hi - lo > 0.035) piece.append(one ? asWords(element("span", "name", name)) : element("span", "name", name));
  return piece;
}

function stripOf(data) {
  const strip = element("div", "strip");
  strip.setAttribute("role", "img");
  if (!data.pieces) return strip;
  strip.setAttribute("aria-label", data.line);
  data.pieces.forEach((piece) => strip.append(pieceOf(piece)));
  const needle = element("div", "needle");
  needle.style.left = `${100 * data.u}%`;
  strip.append(needle);
  return strip;
}

// Omit a name that does not fit its piece.
function hideCutNames(root) {
  root.querySelectorAll(".name").forEach((name) => {
    name.style.visibility = name.scrollWidth > name.clientWidth ? "hidden" : "";
  });
}

function saidOf(data) {
  const said = element("p", "said");
  if (!data.pieces) {
    said.textContent = data.empty;
    return said;
  }
  said.append(data.before, asWords(element("b", "", data.drawn)), data.after, element("span", "detail", data.detail));
  return said;
}

export default function (component) {
  const { data, parentElement } = component;
  const it = (parentElement.rnnlmWriting ??= build(parentElement)), mail = mailOf(component);
  const { scrollHeight, scrollTop, clientHeight } = it.text;
  const atEnd = it.count !== data.words.length || scrollHeight - scrollTop - clientHeight < 24;
  it.count = data.words.length;
  const words = data.words.map(({ word, bits, told, copied }, i) => ({
    word,
    step: bits === null ? null : i - data.given,
    tint: bits / data.most,
    about: [told, copied].filter(Boolean).join("\n"),
    kind: `${bits === null ? "given" : "word"}${copied ? " copied" : ""}`,
  }));
  showWords(it.words, words, data.chosen, (step) => mail.tell("chosen", step));
  it.rest.replaceChildren(...restOf(data));
  const scale = element("div", "scale");
  scale.append(element("span", "", "0"), element("span", "", "1"));
  it.draw.replaceChildren(stripOf(data), scale, saidOf(data));
  hideCutNames(it.draw);
  if (atEnd) it.text.scrollTop = it.text.scrollHeight;
}
