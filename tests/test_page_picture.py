"""The network as a picture: it draws the reader's own numbers, a click sends a signal through it, all can use it."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from rnnlm.data.batches import bptt_window
from rnnlm.inference.reader import Reader
from rnnlm.inference.sampling import distribution
from rnnlm.storage.checkpoint import load_run
from rnnlm.ui.charts.cells import cells
from tests.page import PHONE, ROOT, shown_numbers
from tests.test_page import TOO_WIDE
from tests.waiting import wait_until

CLICK = """(svg, key) => {
  document.querySelector(`.st-key-${key} button`).click();
  return [...svg.querySelectorAll(".part.lit")].map(part => part.dataset.part);
}"""


@pytest.fixture(scope="module")
def book():
    """The recorded run, as the page shows it before any click."""
    return load_run(ROOT / "assets" / "book_run.npz").resume()


@pytest.fixture
def go(visit):
    """Open the Inside page by a link."""

    def go(link="", size=(1280, 800), **media):
        screen = visit(link, size=size)
        screen.page.emulate_media(**media)
        screen.page.locator(".st-key-page_inside a").click()
        expect(screen.page.locator(".network .line bdi").first).to_be_visible()
        expect(screen.page.locator(".states .word").first).to_be_visible()
        screen.settle()
        return screen

    return go


def values(screen, part):
    return shown_numbers(screen.page.locator(f".network [data-part={part}]"))


def words(screen):
    """The words of the text up to the one that is drawn."""
    return screen.page.locator(".network .line bdi").all_inner_texts()


def at_rest(screen):
    expect(screen.page.locator(".network .lit")).to_have_count(0)
    screen.settle()


def test_what_is_drawn_are_the_numbers_of_the_reader_and_a_click_sends_a_signal_to_the_next_word(go, book):
    screen = go("?word=3")
    screen.keep("picture")
    reader, vocabulary, picture = Reader(book.model.params), book.corpus.vocabulary, screen.page.locator(".network")

    def is_the_reader_s():
        before, drawn = words(screen)[:-1], words(screen)[-1]
        ids = np.array([*book.corpus.opening, *vocabulary.ids(before)])
        hs, h = reader.read(ids)
        x = reader.params.embed_W[ids[-1]]
        assert values(screen, "x") == pytest.approx(x / abs(x).max(), abs=0.01)
        assert values(screen, "h") == pytest.approx(h, abs=0.01)
        assert values(screen, "loop") == pytest.approx(hs[-2], abs=0.01)
        expect(picture.locator("text.read")).to_have_text(before[-1])
        expect(picture.locator("text.word")).to_have_text(drawn)
        scores = reader.scores(h)
        p = distribution(scores, skip_ids=vocabulary.ids(["<unk>", "N", "$"]))
        best = [int(i) for i in np.argsort(-p)[:5]]
        best += [i for i in vocabulary.ids([drawn]) if i not in best]
        assert picture.locator("[data-part=scores] .end").all_text_contents() == [vocabulary.word(i) for i in best]
        figures = picture.locator("[data-part=scores] .figure").all_text_contents()
        assert [float(figure) for figure in figures] == pytest.approx(scores[best], abs=0.051)

    is_the_reader_s()
    length = screen.page.locator(".states .word").count()
    assert picture.locator("svg").evaluate(CLICK, "draw_word") == ["word"]  # at once, before any answer
    wait_until(lambda: screen.page.locator(".states .word").count() == length + 1, "the word is drawn")
    at_rest(screen)
    text = screen.page.locator(".states .word").all_inner_texts()
    wait_until(lambda: words(screen) == text[-16:], "the picture shows the last word")
    is_the_reader_s()
    drawn = re.search(
        r"first exceeds u = ([\d.]+) at id \d+: “(.*)”", screen.page.locator(".st-key-numbers").inner_text()
    )
    assert drawn[2] == words(screen)[-1]
    edge = "all => Math.max(...all.map(piece => Number(piece.getAttribute('x')) + Number(piece.getAttribute('width'))))"
    end = picture.locator("[data-part=strip] .piece").evaluate_all(edge)
    needle = picture.locator(".needle path").evaluate("path => path.getBBox().x")
    assert needle / end == pytest.approx(float(drawn[1]), abs=1e-3)


def test_a_vector_is_sent_as_its_first_hundred_numbers_in_two_figures():
    x = np.linspace(-3, 2, 512, dtype=np.float32)
    assert cells(x)["largest"] == 3
    assert len(cells(x)["bytes"]) == 4 * np.ceil(100 / 3)
    assert cells(np.array([np.nan, np.inf]), 1.0)["bytes"] == cells(np.array([0.0, 1.0]), 1.0)["bytes"]


@pytest.mark.full
def test_an_update_reads_its_window_word_by_word_and_the_gradient_goes_back_to_the_cut(go, book):
    screen = go()
    picture, line = screen.page.locator(".network"), screen.page.locator(".network .line")
    for update in range(2):
        text = words(screen)
        xs = bptt_window(book.corpus.ids, 10, 5, update)[0][0]
        lit = picture.locator("svg").evaluate(CLICK, "one_update")
        assert lit == (["word"] if update == 0 else ["word", "x", "h"])  # a run that begins has no states yet
        assert words(screen) == [book.corpus.vocabulary.word(i) for i in xs]
        expect(line.locator(".cut")).to_have_text("cut")
        expect(line.locator(".back")).to_be_visible()
        expect(line.locator(".cut")).to_have_count(0)
        at_rest(screen)
        assert words(screen)[:3] == text[:3]
        expect(picture.locator(".dim")).to_have_count(0)


@pytest.mark.full
def test_each_part_says_what_it_is_and_leads_to_the_panel_that_explains_it(go):
    screen = go()
    picture, told = screen.page.locator(".network"), screen.page.locator(".network .told")
    expect(told).to_contain_text("Point at a part")
    picture.locator("[data-part=x]").hover()
    expect(told).to_contain_text("100 numbers learned for this word")
    picture.locator("[data-part=scores]").hover()
    expect(told).to_contain_text("scores = h W + b, one number for each of the 418 words.")
    screen.page.mouse.move(5, 5)
    expect(told).to_contain_text("Point at a part")
    screen.at("draw_word").focus()
    for part in ("of", "row", "tanh", "before this word", "average score", "softmax"):
        screen.page.keyboard.press("Tab")
        expect(told).to_contain_text(part)
    label = picture.locator("[data-part=strip]").get_attribute("aria-label")
    assert label == told.inner_text()
    for key, part, panel in (
        ("Enter", "strip", "numbers"),
        ("Space", "h", "state_picture"),
        ("Enter", "loop", "reach"),
    ):
        picture.locator(f"[data-part={part}]").focus()
        screen.page.keyboard.press(key)
        title = screen.page.locator(f".st-key-panel_{panel} h2.panel").first
        expect(title).to_be_focused()
        expect(title).to_be_in_viewport()
    assert screen.epoch == 100  # Space has opened a panel, and trained nothing
    screen.page.keyboard.press("f")
    picture.locator("[data-part=scores]").click()
    expect(screen.page.locator(".st-key-panel_numbers")).to_be_visible()
    expect(screen.page.locator(".st-key-panel_picture")).not_to_be_visible()


@pytest.mark.full
def test_with_reduced_motion_nothing_moves_and_the_answer_is_shown(go):
    screen = go(reduced_motion="reduce")
    before = words(screen)
    assert screen.page.locator(".network svg").evaluate(CLICK, "next_word") == []
    wait_until(lambda: len(words(screen)) > len(before), "the next word is there")
    assert screen.page.locator(".network svg").evaluate("svg => svg.getAnimations({ subtree: true }).length") == 0


@pytest.mark.full
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_the_parts_are_below_each_other_and_a_tap_explains_first(browser, server, tmp_path, scheme, book):
    context = browser.new_context(has_touch=True, viewport=dict(zip(("width", "height"), PHONE, strict=True)))
    page = context.new_page()
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{server}inside")
    expect(page.locator(".network .line bdi").first).to_be_visible()
    assert page.evaluate(TOO_WIDE) == []
    boxes = [page.locator(f".network [data-part={part}]").bounding_box() for part in ("word", "h", "scores", "strip")]
    assert boxes[0]["x"] < boxes[1]["x"] < PHONE[0] - boxes[1]["width"]
    assert boxes[1]["y"] + boxes[1]["height"] < boxes[2]["y"] < boxes[3]["y"]
    page.locator(".network [data-part=scores]").tap()
    expect(page.locator(".network .told")).to_contain_text("scores = h W + b")
    title = page.locator(".st-key-panel_numbers h2.panel")
    expect(title).not_to_be_focused()
    page.locator(".network [data-part=scores]").tap()
    expect(title).to_be_focused()
    context.close()
