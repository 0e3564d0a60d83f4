// Term cards. A term is underlined with dots where it first occurs on a page. A click, or the mouse at rest on it, shows
// its meaning, a figure, and a link to a panel that shows it. All words are data of the page, so a card needs no request
// to the server.
const RESTS = 500, LEAVES = 300; // milliseconds until the mouse opens a card, and until its card closes
const PROSE = "[data-testid=stHtml] :is(p.note, p.notice)"; // Streamlit redraws other texts, so they stay unmarked
const UNTOUCHED = ".term, a, button, code, .piece, .badge";

// A term of one letter must occur exactly. For longer words, plurals and capitals count, too.
function patternOf(words) {
  const parts = words.map((word) => (word.length > 1 && /^[a-z ]+$/.test(word) ? `${word}s?` : word));
  const isLetters = words.every((word) => /^[A-Za-z ]+$/.test(word));
  return new RegExp(isLetters ? `(?<![A-Za-z0-9_'’])(?:${parts.join("|")})(?![A-Za-z0-9_'’])` : parts.join("|"), words[0].length > 1 ? "i" : "");
}

// Underline each term where it first occurs. The page's texts are walked through once for all terms.
function markTerms() {
  const isMarked = ({ name }) => [...document.querySelectorAll(`.term[data-term="${name}"]`)].some((node) => node.checkVisibility());
  const missing = new Map();
  for (const card of it.terms?.cards ?? []) if (!isMarked(card)) missing.set(card.name, (card.pattern ??= patternOf(card.words)));
  for (const part of missing.size ? document.querySelectorAll(PROSE) : []) {
    if (!part.checkVisibility()) continue;
    const texts = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      for (const [name, pattern] of missing) {
        const found = pattern.exec(text.data);
        if (!found || text.parentElement.closest(UNTOUCHED) || (name !== "unk" && text.parentElement.closest("bdi"))) continue;
        mark(name, text, found);
        missing.delete(name);
      }
    }
  }
}

// The text before the term stays in `text`, and the walk goes on behind it.
function mark(name, text, { index, 0: word }) {
  const term = text.splitText(index), node = element("span", "term");
  term.splitText(word.length);
  Object.assign(node, { tabIndex: 0, role: "button" });
  node.setAttribute("aria-haspopup", "dialog");
  node.dataset.term = name;
  term.replaceWith(node);
  node.append(term);
}

function cells(svg, from, count, y, fill) {
  for (let i = 0; i < count; i += 1) svg.append(shape("rect", { class: fill(i), x: from + 15 * i, y, width: 12, height: 14, rx: 2 }));
}

// A figure of each term, without words.
const FIGURES = {
  hidden_state(svg) {
    cells(svg, 40, 10, 30, () => "some");
    svg.querySelectorAll("rect").forEach((cell, i) => cell.style.setProperty("--much", `${[70, 10, 45, 90, 25, 5, 60, 80, 15, 40][i]}%`));
    svg.append(shape("path", { class: "way", d: "M192 37h22c14 0 14-28 0-28H26c-14 0-14 28 0 28h10m-6-4 7 4-7 4" }));
  },
  window: (svg) => cells(svg, 10, 15, 22, (i) => (i > 4 && i < 10 ? "full" : "faint")),
  stream(svg) {
    [6, 24, 42].forEach((y, row) => cells(svg, 10, 15, y, (i) => (i > row + 3 && i < row + 7 ? "full" : "faint")));
  },
  update(svg) {
    cells(svg, 10, 5, 22, () => "full");
    svg.append(shape("path", { class: "way", d: "M92 29h48m-7-5 8 5-8 5" }), shape("rect", { class: "box", x: 150, y: 10, width: 38, height: 38, rx: 4 }));
    svg.append(shape("path", { class: "way", d: "M169 40V19m-6 7 6-8 6 8" }));
  },
  epoch(svg) {
    cells(svg, 10, 15, 32, () => "full");
    svg.append(shape("path", { class: "way", d: "M232 39c10-10 4-28-12-28H26c-14 0-20 12-14 20m-7-6 6 8 8-6" }));
  },
  perplexity(svg) {
    for (const y of [5, 17, 29, 41, 53]) svg.append(shape("path", { class: "way", d: `M40 29C90 29 90 ${y} 140 ${y}h50` }));
    svg.append(shape("circle", { class: "full", cx: 40, cy: 29, r: 6 }));
  },
  u(svg) {
    [[10, 60], [72, 26], [100, 84], [186, 18], [206, 30]].forEach(([x, width], i) => svg.append(shape("rect", { class: i === 2 ? "full" : "faint", x, y: 24, width, height: 20, rx: 2 })));
    svg.append(shape("path", { class: "way", d: "M146 8v42" }));
  },
  unk: (svg) => cells(svg, 10, 15, 22, (i) => (i === 4 || i === 11 ? "box" : "faint")),
};

function openCard(node, isClicked = true) {
  clearTimeout(it.resting);
  closeCard();
  if (!node.isConnected) return;
  const { name, title, text, see } = it.terms.cards.find((one) => one.name === node.dataset.term);
  const card = element("div", "term-card"), svg = shape("svg", { viewBox: "0 0 250 58", width: 250, height: 58, "aria-hidden": "true" });
  FIGURES[name](svg);
  const way = element("button", "", it.terms.see);
  way.type = "button";
  way.onclick = () => showPanel(see);
  card.append(element("b", "", title), element("p", "", text), svg, way);
  card.setAttribute("role", "dialog");
  card.setAttribute("aria-label", title);
  document.body.append(card);
  const { left, top, bottom } = node.getBoundingClientRect(), { width, height } = card.getBoundingClientRect();
  card.style.left = `${Math.max(8, Math.min(left - 12, innerWidth - width - 8))}px`;
  card.style.top = `${bottom + 8 + height < innerHeight ? bottom + 8 : Math.max(8, top - height - 8)}px`;
  it.card = { card, node, isClicked };
  if (isClicked) way.focus({ preventScroll: true });
}

function closeCard(isBack = false) {
  const open = it.card;
  it.card = null;
  open?.card.remove();
  if (isBack && open?.node.isConnected) open.node.focus({ preventScroll: true });
}

function showPanel(name) {
  closeCard();
  if (it.data?.page !== "inside") document.querySelector(".st-key-page_inside a")?.click();
  const until = performance.now() + 10000, look = () => {
    const panel = document.querySelector(`.st-key-panel_${name}`);
    if (panel && !it.leaving && !it.wanted) {
      window.rnnlmHall?.bring(panel);
      panel.scrollIntoView({ block: "center" });
    } else if (performance.now() < until) setTimeout(look, 100);
  };
  look();
}

function onTerm(event) {
  const node = event.target.closest?.(".term"), isKey = event.type === "keydown";
  if (isKey && event.key === "Escape" && it.card) {
    event.stopImmediatePropagation();
    return closeCard(true);
  }
  if (isKey && !["Enter", " "].includes(event.key)) return;
  if (node) {
    event.preventDefault();
    event.stopImmediatePropagation();
    openCard(node);
  } else if (!isKey && it.card && !event.target.closest(".term-card")) closeCard();
}

function onMouse({ target, pointerType }) {
  if (pointerType !== "mouse") return;
  clearTimeout(it.resting);
  const node = target.closest?.(".term");
  if (node && node !== it.card?.node) it.resting = setTimeout(openCard, RESTS, node, false);
  else if (it.card?.isClicked === false && !node && !target.closest?.(".term-card")) it.resting = setTimeout(closeCard, LEAVES);
}

function keepTerms() {
  document.addEventListener("pointerover", onMouse);
  document.addEventListener("click", onTerm, true);
  document.addEventListener("keydown", onTerm, true);
  document.addEventListener("wheel", () => closeCard(), { passive: true });
  let due = 0;
  const look = () => {
    due = it.leaving ? setTimeout(look, 150) : 0; // the last change of a page may come before the page is complete
    if (it.card && !it.card.node.isConnected) closeCard();
    if (!it.leaving) markTerms();
  };
  new MutationObserver(() => (due ||= setTimeout(look, 150))).observe(document.body, { childList: true, subtree: true, characterData: true });
  look();
}
