"""Visitors' own texts: any language, and any markup, is shown literally."""

import re
import tomllib

import pytest
from playwright.sync_api import expect

from rnnlm.data.own_text import load_text
from rnnlm.experiment import Experiment
from rnnlm.formats import in_figures
from rnnlm.training.trainer import Trainer
from rnnlm.ui.train.settings import MOST_PASTED
from tests.page import PHONE, ROOT
from tests.test_page import TOO_WIDE
from tests.waiting import wait_until

PLACES = ["산에", "바다에", "시장에", "공원에", "학교에", "극장에", "도서관에", "강가에", "들판에", "섬에", "숲에"]
KOREAN = "\n".join(
    f"오늘은 {what} 좋아서 우리는 {place} 갔다 ." for what in ("날씨가", "바람이") for place in PLACES * 2
)
PERSIAN = "می\u200cخواهم کتاب\u200cها را ببینم.\n"
LONG_WORD = f"a {'W' * 200_000} b c d\n" + "a b c d\n" * 60
NASTY = [
    "<script>alert(1)</script>",
    "<img/src=x/onerror=alert(2)>",
    "![a](http://example.com/a.png)",
    "**bold**",
    "[link](javascript:alert(3))",
    ":red[red]",
    "$x^2$",
    "`code`",
    "&lt;b&gt;",
    "<!--",
    "</style>",
    "W" * 300,
    "\u202egnp.exe",
]

TOLD_OF_READING = """() => new Promise((done) => {
  const told = [];
  const look = () => {
    const bar = document.querySelector(".reading");
    const now = bar && [bar.getAttribute("aria-label"), Number(bar.ariaValueNow), bar.firstChild.style.width];
    if (now && String(now) !== String(told.at(-1))) told.push(now);
    told.length && !bar ? done(told) : requestAnimationFrame(look);
  };
  look();
})"""


def upload(screen, name, content):
    """Upload a text and go back to the page, where an epoch trains on it."""
    screen.upload(name, content)
    expect(screen.page.get_by_text(f"{name}: ")).to_be_visible()
    screen.page.keyboard.press("Escape")
    screen.settle()
    screen.click("one_epoch")
    wait_until(lambda: screen.epoch == 1, "an epoch is done")
    screen.settle()


@pytest.mark.full
def test_a_network_learns_a_text_in_another_language(visit):
    screen = visit()
    upload(screen, "나들이.txt", KOREAN.encode())
    text = load_text(KOREAN)
    trainer = Trainer(Experiment(corpus="text", words=len(text)), text)
    assert screen.perplexity == in_figures(trainer.run_epoch().perplexity)
    expect(screen.page.locator(".notice")).to_contain_text("나들이.txt")
    assert set(screen.words) <= set(text.vocabulary.words)
    assert {word for word, _ in screen.bars()[:-1]} <= set(text.vocabulary.words)
    screen.keep("korean")


@pytest.mark.full
def test_words_that_look_like_code_are_shown_as_words_and_do_nothing(visit):
    screen = visit()
    asked_before = set(screen.foreign)
    content = " ".join(NASTY * 20)
    known = set(load_text(content).vocabulary.words)
    upload(screen, "<b>mischief</b>.txt", content.encode())
    screen.click("twenty_words")
    screen.settle()
    screen.keep("mischief")
    # a final mark is a separate word, and invisible direction marks are not part of a word
    assert set(NASTY) - known == {"&lt;b&gt;", "\u202egnp.exe"}
    assert "gnp.exe" in known
    assert "<b>mischief</b>.txt" in screen.notice
    for word in [*screen.words, *(word for word, _ in screen.bars()[:-1])]:
        assert any(whole.startswith(word.removesuffix("…")) for whole in known), word
    for tab in ("Through time", "Four layers", "Read the text", "Take away", "Perplexity"):
        screen.page.get_by_role("tab", name=tab).click()
        assert screen.page.evaluate(TOO_WIDE) == []
    screen.at("set_start", "input").click()
    assert set(screen.page.get_by_role("option").all_inner_texts()) <= known
    screen.page.keyboard.press("Escape")
    screen.fill("set_start", NASTY[0])
    expect(screen.page.locator(".text .given")).to_have_text(NASTY[0])
    screen.page.set_viewport_size(dict(zip(("width", "height"), PHONE, strict=True)))
    wait_until(lambda: screen.page.evaluate(TOO_WIDE) == [], "everything fits the phone")
    screen.keep("mischief-phone")
    assert screen.page.locator("img[src*='example'], .stApp script, .stApp a[href^='javascript']").count() == 0
    assert screen.dialogs == []
    assert set(screen.foreign) <= asked_before


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binary file"),
        pytest.param(b"", "has no words", marks=pytest.mark.full),
        pytest.param("Füße".encode("latin-1") * 100, "UTF-8", marks=pytest.mark.full),
    ],
    ids=["binary", "empty", "Latin-1"],
)
def test_a_file_that_is_not_text_is_refused_in_a_sentence_and_the_run_stays(look, content, sentence):
    screen = look()
    run = screen.epoch, screen.perplexity
    screen.upload("odd.txt", content)
    expect(screen.page.locator("p.problem").filter(has_text=sentence).first).to_be_visible()
    screen.keep(f"refused-{sentence.split()[0]}")
    assert (screen.epoch, screen.perplexity) == run
    assert screen.words
    screen.page.keyboard.press("Escape")
    expect(screen.whole("uploaded").filter(visible=True)).to_have_count(0)


@pytest.mark.full
def test_for_a_pasted_text_that_is_too_short_the_page_says_how_many_words_are_needed(visit):
    screen = visit("?time_size=100&corpus=text")
    expect(screen.page.locator(".notice.problem")).to_contain_text("Open the text in Settings")
    screen.click("settings")
    screen.at("pasted", "textarea").fill("one two three four five six seven\n" * 4)
    screen.at("pasted", "textarea").press("Control+Enter")
    expect(screen.page.get_by_text("your text: 32 words, 8 different")).to_be_visible()
    screen.page.keyboard.press("Escape")
    screen.settle()
    screen.click("train")
    expect(screen.page.locator(".notice.problem")).to_contain_text("needs at least 1,001 words, got 32")
    assert screen.epoch == 100
    screen.keep("too-short")


@pytest.mark.full
def test_the_previous_run_returns_with_its_own_text_and_continues(visit):
    screen = visit()
    upload(screen, "one.txt", KOREAN.encode())
    first = screen.perplexity
    screen.upload("two.txt", b"the cat saw the dog and the dog saw the cat . \n" * 40)
    expect(screen.page.get_by_text("two.txt: ")).to_be_visible()
    screen.page.keyboard.press("Escape")
    screen.settle()
    screen.click("one_epoch")
    wait_until(lambda: screen.perplexity != first, "an epoch of the other text is done")
    screen.settle()
    screen.click("bring_back")
    wait_until(lambda: screen.perplexity == first, "the first run is back")
    expect(screen.page.locator(".notice")).to_contain_text("one.txt")
    screen.click("one_epoch")
    wait_until(lambda: screen.epoch == 2, "it goes on")


@pytest.mark.full
def test_a_pasted_text_can_be_used_again_after_another_one_and_is_still_in_its_field(visit):
    screen = visit()
    screen.click("settings")
    screen.at("set_corpus", "input").click()
    screen.page.get_by_role("option", name="Your own text").click()
    field = screen.page.locator(".st-key-pasted textarea")
    field.fill("the cat sat on the mat and the dog lay by the door " * 30)
    field.press("Control+Enter")
    expect(screen.page.get_by_text("your text: 391 words")).to_be_visible()
    for name in ("PTB train", "Your own text"):
        screen.at("set_corpus", "input").click()
        screen.page.get_by_role("option", name=name).click()
        screen.settle()
    expect(field).to_have_count(1)
    expect(field).to_have_value(re.compile("^the cat sat"))
    upload = screen.page.locator(".st-key-uploaded input[type=file]")
    upload.set_input_files({"name": "one.txt", "mimeType": "text/plain", "buffer": KOREAN.encode()})
    expect(screen.page.get_by_text("one.txt: ")).to_be_visible()
    expect(field).to_have_count(1)
    field.fill("the cat sat on the mat and the dog lay by the door " * 30)
    screen.click("read_pasted")
    expect(screen.page.get_by_text("your text: 391 words")).to_be_visible()


@pytest.mark.full
def test_a_large_text_on_its_way_says_how_far_it_is_and_a_newer_one_takes_its_place(visit):
    def told():
        """(sentence, percent, width) of a text that is being read, at each change, until it is finished."""
        return screen.page.evaluate(TOLD_OF_READING)

    screen = visit()
    screen.upload("words.txt", PERSIAN.encode() * 150_000)
    said = told()
    expect(screen.page.get_by_text("words.txt: 900,000 words, 6 different.")).to_be_visible()
    percents = [percent for _, percent, _ in said]
    assert percents == sorted(percents)
    assert len(set(percents)) > 3
    for sentence, percent, width in said:
        waits = "words.txt, 7.7 MB, is waiting for its turn …"  # many tests may share the machine
        assert sentence in (f"Reading words.txt, 7.7 MB: {percent} %", waits)
        assert width == f"{percent}%"
    field = screen.page.locator(".st-key-uploaded input[type=file]")
    for name, lines in (("old.txt", 250_000), ("new.txt", 20_000)):
        content = name.encode() + PERSIAN.encode() * lines
        field.set_input_files({"name": name, "mimeType": "text/plain", "buffer": content})
        expect(screen.page.locator(".reading")).to_have_attribute("aria-label", re.compile(name))
    assert all("new.txt" in sentence for sentence, _, _ in told())
    expect(screen.page.get_by_text("new.txt: 120,000 words, 7 different.")).to_be_visible()
    assert screen.page.evaluate(TOO_WIDE) == []


@pytest.mark.full
def test_a_long_word_does_not_make_a_long_address(visit):
    screen = visit()
    upload(screen, "long.txt", LONG_WORD.encode())
    screen.at("set_start", "input").click()
    screen.page.get_by_role("option").nth(1).click()
    screen.settle()
    assert len(screen.page.url) < 5_000
    screen.page.get_by_role("tab", name="Take away").click()
    screen.page.reload()
    wait_until(lambda: screen.page.locator(".progress").count() == 1, "the page stands again")
    expect(screen.page.locator(".notice")).to_contain_text("long.txt")


def test_the_longest_pasted_text_is_one_message_that_the_server_takes():
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    assert len("\U0001f642".encode()) * MOST_PASTED < 1e6 * config["server"]["maxMessageSize"]
