// The written text and the strip of one draw. Words arrive as data and are set as text, never as HTML.

function textOf(data, choose) {
  const text = element("div", "text");
  text.dir = "auto"; // right-to-left texts keep their direction
  data.words.forEach(({ word, bits, told, copied }, i) => {
    const copy = copied ? " copied" : "";
    if (bits === null) {
      const given = asWords(element("span", `given${copy}`, word));
      given.title = copied ?? "";
      text.append(given, " ");
      return;
    }
    const step = i - data.given;
    const button = asWords(element("button", `${step === data.chosen ? "word chosen" : "word"}${copy}`, word));
    button.type = "button";
    button.style.setProperty("--surprise", `${Math.round(Math.min(1, bits / data.most) * 62)}%`);
    button.title = copied ? `${told}\n${copied}` : told;
    button.setAttribute("aria-pressed", step === data.chosen);
    button.onclick = () => choose(step);
    text.append(button, " ");
  });
  if (data.words.length === data.given) text.append(element("span", "hint", data.hint));
  if (data.copies) {
    const copies = element("span", "copies", data.copies);
    copies.dir = "auto"; // has its own direction, not the text's
    text.append(copies);
  }
  return text;
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

// Existing words are refilled, not replaced, so that the focus stays.
function fill(old, next) {
  if (!old || old.tagName !== next.tagName || old.childElementCount !== next.childElementCount) return false;
  [...next.children].forEach((part, i) => {
    const there = old.children[i];
    if (there.tagName !== part.tagName) return there.replaceWith(part);
    if (there.textContent !== part.textContent) there.textContent = part.textContent;
    for (const { name, value } of part.attributes) if (there.getAttribute(name) !== value) there.setAttribute(name, value);
    there.onclick = part.onclick;
  });
  return true;
}

export default function (component) {
  const { data, parentElement } = component;
  const mail = mailOf(component);
  let root = parentElement.querySelector(".writing");
  const old = root?.querySelector(".text");
  const atEnd = !old || old.scrollHeight - old.scrollTop - old.clientHeight < 24 || root.dataset.words !== String(data.words.length);
  const scrolled = old?.scrollTop ?? 0;
  const next = element("div", "writing");
  next.dataset.words = data.words.length;
  const text = textOf(data, (step) => mail.tell("chosen", step));
  const scale = element("div", "scale");
  scale.append(element("span", "", "0"), element("span", "", "1"));
  next.append(text, stripOf(data), scale, saidOf(data));
  const before = document.activeElement?.closest?.(".writing") ?? parentElement.getRootNode().activeElement;
  const focused = before ? [...(old?.querySelectorAll(".word") ?? [])].indexOf(before) : -1;
  const shown = fill(old, text) ? old : text;
  if (shown === old) text.replaceWith(old);
  if (root) root.replaceWith(next);
  else parentElement.append(next);
  if (focused >= 0) shown.querySelectorAll(".word")[focused]?.focus({ preventScroll: true });
  hideCutNames(next);
  shown.scrollTop = atEnd ? shown.scrollHeight : scrolled;
}
