"""The page in its four languages: chosen in the header, by the link or by the browser, without losing anything."""

import re

import pytest
from playwright.sync_api import expect

from rnnlm.catalogues import NAMES, catalogue
from rnnlm.ui.glossary import glossary
from tests.languages import TRANSLATED
from tests.page import PHONE, visitors
from tests.waiting import wait_until

PAGES = ("train", "ask", "inside", "compare", "lessons")
# Latin words that every language keeps: names, symbols, keys, units.
KEPT = {
    *(
        "RNN",
        "NumPy",
        "PTB",
        "BPTT",
        "Kneser",
        "Ney",
        "Penn",
        "Treebank",
        "English",
        "Space",
        "Top",
        "softmax",
        "exp",
        "log",
    ),
    *(
        "csv",
        "npz",
        "txt",
        "json",
        "toml",
        "UTF",
        "MB",
        "lr",
        "id",
        "QR",
        "SGD",
        "Adam",
        "tanh",
        "Truncated",
        "wordvec",
    ),
    *(
        "Embedding",
        "Affine",
        "Time",
        "Softmax",
        "Loss",
        "With",
        "unk",
        "eos",
        "max",
        "grad",
        "min",
        "ms",
        "log2",
        "seed",
        "epoch",
    ),
}
STREAMLIT = {"Upload", "16MB per file"}  # Streamlit's own, which no parameter changes; the README names them
READ = """() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  while (walk.nextNode()) {
    const node = walk.currentNode, at = node.parentElement;
    if (at.closest("[translate=no], script, style, option, code, .text, .strips") || !at.checkVisibility()) continue;
    const box = at.getBoundingClientRect();
    if (box.width > 1 && box.height > 1 && node.data.trim()) found.push(node.data.trim());
  }
  return found;
}"""

# Texts that are cut off because they are wider than their element. Pieces of the strip are left out, because their
# width is a probability.
CUT_OFF = """() => {
  const roots = [document, ...[...document.querySelectorAll("*")].map((it) => it.shadowRoot).filter(Boolean)];
  const all = roots.flatMap((root) => [...root.querySelectorAll(":not(.piece *)")]);
  const hides = (it) => ["hidden", "clip"].includes(getComputedStyle(it).overflowX);
  const isCut = (it) => it.clientWidth > 1 && it.scrollWidth > it.clientWidth + 1 && hides(it);
  const cut = all.filter((it) => isCut(it) && it.checkVisibility());
  const textOf = (it) => [...it.childNodes].map((node) => (node.nodeType === 3 ? node.data.trim() : "")).join("");
  return cut.map(textOf).filter(Boolean);
}"""


def english_left(screen):
    """The texts on the screen with an English word that is not kept in all languages."""
    found = []
    for text in set(screen.page.evaluate(READ)) - STREAMLIT:
        words = re.findall(r"[A-Za-z]{3,}", re.sub(r"https?://\S+|\S+\.(npz|csv|json|toml|txt)\b|⁨[^⁩]*⁩", "", text))
        if any(word not in KEPT for word in words):
            found.append(text)
    return found


def say(language, sentence):
    return catalogue(language).gettext(sentence)


def test_the_language_changes_without_a_loss(visit):
    screen = visit("?epochs=10000&hidden_size=50&temperature=0.5")
    screen.click("train")
    expect(screen.at("train")).to_contain_text("Pause")
    screen.choose("axis", "Linear")
    before = len(screen.words)
    screen.click("next_word")
    wait_until(lambda: len(screen.words) == before + 1, "the word is there")
    screen.at("languages", "select").select_option("ko")
    expect(screen.at("train")).to_contain_text(say("ko", "Pause"))
    wait_until(lambda: screen.page.evaluate("document.documentElement.lang") == "ko", "screen readers are told")
    assert "temperature=0.5" in screen.link
    expect(screen.whole("axis").get_by_text(say("ko", "Linear"))).to_be_visible()
    expect(screen.whole("axis").locator("[aria-checked=true]")).to_have_text(say("ko", "Linear"))
    wait_until(lambda: "lang=ko" in screen.link, "the link has it")
    assert len(screen.words) == before + 1
    screen.page.locator(".st-key-page_ask a").click()
    expect(screen.page.locator(".st-key-page_ask_open")).to_be_visible()
    assert say("ko", "Ask") in screen.read(".st-key-page_ask_open")
    screen.at("languages", "select").select_option("en")
    expect(screen.at("train")).to_contain_text("Pause")
    wait_until(lambda: "lang=" not in screen.link, "the browser's language is in no link")


@pytest.mark.parametrize("locale", ["ja-JP", "zh-CN", "de-DE"])
def test_the_page_uses_the_browser_s_language(browser, server, tmp_path, locale):
    context = browser.new_context(locale=locale)
    page = context.new_page()
    page.goto(server)
    short = locale[:2] if locale[:2] in NAMES else "en"
    expect(page.locator("h1.title")).to_have_text(say(short, "An RNN learns English"))
    assert "lang=" not in page.url
    context.close()


@pytest.mark.full
@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("size", [(1280, 800), PHONE, (1920, 1080)])
def test_a_whole_visit_leaves_no_english_and_cuts_nothing_off(browser, server, tmp_path, language, size):
    left = {}
    with visitors(browser, server, tmp_path) as visit:
        screen = visit(f"?lang={language}", size=size)
        for name in PAGES:
            screen.page.locator(f".st-key-page_{name} a, .st-key-page_{name}_open a").first.click()
            expect(screen.page.locator(f".st-key-page_{name}_open")).to_be_visible()
            screen.settle()
            screen.keep(f"{name}-{language}-{size[0]}")
            left[name] = english_left(screen)
            assert screen.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
            assert screen.page.evaluate(CUT_OFF) == [], name
    assert {name: texts for name, texts in left.items() if texts} == {}


@pytest.mark.parametrize("language", ["en", "ko"])
def test_about_names_the_book_and_has_every_term_of_the_glossary(visit, language):
    screen = visit(f"?lang={language}")
    screen.click("about")
    expect(screen.page.locator("p.about a").first).to_have_attribute("href", re.compile("oreilly.co.jp"))
    terms = screen.page.locator("dl.glossary dt").all_inner_texts()
    assert [term.split()[0] for term in terms] == [word.split()[0] for word, _ in glossary(language).values()]
