// For the whole page: browsers do not translate the words of texts, and screen readers read short messages aloud. One
// live region exists from the start, and only its text changes, because screen readers ignore a region that is added
// together with its text or that replaces another one.
const WORDS = [
  ...["start", "stream", "skip", "sentence", "just_read"].map((name) => `[class*='st-key-set_${name}_']`),
  ...[".st-key-bars", "[class*='st-key-guess_word_']", "[role=option]", "[data-testid=stCode]", "p.link"],
].join(", ");
const ALOUD = "p.problem, p.notice, p.cut, p.came";
const NOW_AND_THEN = 20000, SETTLED = 1500; // milliseconds between two readings of the progress, and after its end

function markWords() {
  for (const node of document.querySelectorAll(WORDS)) {
    if (node.translate) node.translate = false;
    if (node.matches("[role=option]") && !node.dir) node.dir = "auto";
  }
}

function aloud(it, text) {
  it.region.textContent = it.region.textContent === text ? `${text}\u00a0` : text;
}

// Read each sentence aloud once, when it appears. Sentences that are there from the start are not read.
function sayNews(it) {
  const now = [...document.querySelectorAll(ALOUD)].map((node) => node.textContent.trim()).filter(Boolean);
  const news = now.filter((text) => !it.said.includes(text));
  it.said = now;
  if (news.length) aloud(it, news.join(" "));
}

// Read epoch and perplexity aloud now and then during training, and when they have come to rest.
function sayProgress(it) {
  const text = [...document.querySelectorAll("p.progress span")].slice(0, 2).map((node) => node.textContent).join(", ");
  if (!text || text === it.progress) return;
  const isFirst = it.progress === undefined;
  it.progress = text;
  clearTimeout(it.settling);
  if (isFirst) return;
  const say = () => {
    it.told = performance.now();
    aloud(it, it.progress);
  };
  if (performance.now() - (it.told ??= performance.now()) > NOW_AND_THEN) say();
  else it.settling = setTimeout(say, SETTLED);
}

function keepMarks(it) {
  it.region = document.body.appendChild(element("div", "aloud"));
  it.region.setAttribute("role", "status");
  it.region.setAttribute("aria-live", "polite");
  window.rnnlmAloud = (text) => aloud(it, text);
  it.said = [];
  let due = 0;
  const look = () => {
    due = 0;
    markWords();
    sayNews(it);
    sayProgress(it);
  };
  new MutationObserver(() => (due ||= setTimeout(look, 60))).observe(document.body, { childList: true, subtree: true, characterData: true });
  look();
}
