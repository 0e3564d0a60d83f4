"""Inside: tape, moves, gradient, state and numbers show what the run computes."""

import csv
import math
import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect

from rnnlm.data.batches import bptt_window
from rnnlm.inference.attribution import influence, stand_in
from rnnlm.inference.nearest import States
from rnnlm.inference.reach import reach, stream_words
from rnnlm.inference.reader import Reader
from rnnlm.storage.checkpoint import load_run
from rnnlm.training.moves import next_moves
from tests.page import ROOT
from tests.test_page import TOO_WIDE
from tests.visiting import on_page, said
from tests.waiting import wait_until

VALUE = re.compile(r"[-\d.]+")


@pytest.fixture(scope="module")
def book():
    """The recorded run, as the page shows it before any click."""
    return load_run(ROOT / "assets" / "book_run.npz").resume()


@pytest.fixture
def go(visit):
    """Open the Inside page by a link."""

    def go(link="", size=(1280, 800)):
        screen = visit(link, size=size)
        screen.page.locator(".st-key-page_inside a").click()
        expect(screen.page.locator(".st-key-numbers")).to_be_visible()
        expect(screen.page.locator(".states .word").first).to_be_visible()
        screen.settle()
        return screen

    return go


def windows(screen):
    """The words of each window on the tape."""
    texts = "rows => rows.map(row => [...row.querySelectorAll('bdi')].map(word => word.textContent))"
    return screen.page.locator(".machine .now").evaluate_all(texts)


def window_of(corpus, update, streams=4, N=10, T=5):
    """The same from the text itself."""
    xs, _ = bptt_window(corpus.ids, N, T, update)
    return [[corpus.vocabulary.word(i) for i in x] for x in xs[:streams]]


def cells(screen):
    """The rows of the current move's table, without its bars and its head."""
    texts = "rows => rows.map(row => [...row.querySelectorAll('td:not(.bar)')].map(cell => cell.textContent))"
    return screen.page.locator(".moves tr").evaluate_all(texts)[1:]


@pytest.mark.full
def test_before_any_click_every_part_speaks_of_the_recorded_run(go, book):
    screen = go()
    screen.keep("inside")
    assert windows(screen) == window_of(book.corpus, 1900)
    expect(screen.page.locator(".machine .head")).to_have_count(10)
    expect(screen.page.locator(".machine .back")).to_have_text("gradient")
    tape = screen.page.locator(".st-key-tape")
    expect(tape).to_contain_text("19 windows of 5 words. These are 95 of the 99 words")
    expect(tape).to_contain_text("9,500 words, 9.5 times the whole text")
    expect(screen.page.locator(".places li")).to_have_count(5)
    assert screen.page.evaluate(TOO_WIDE) == []
    screen.page.set_viewport_size({"width": 390, "height": 844})
    screen.page.wait_for_timeout(300)
    screen.keep("inside-phone")
    assert screen.page.evaluate(TOO_WIDE) == []


@pytest.mark.full
def test_the_tape_moves_with_every_update_and_rests_at_full_speed(go, book):
    screen = go("?epochs=10000")
    screen.click("one_update")
    wait_until(lambda: windows(screen) == window_of(book.corpus, 1), "the new run has made one update")
    screen.page.locator("body").press("u")
    wait_until(lambda: windows(screen) == window_of(book.corpus, 2), "a second one")
    screen.choose("speed", "1 update a second")
    screen.click("train")
    following, seen = [window_of(book.corpus, update) for update in range(2, 60)], []

    def has_moved_on():
        if (now := windows(screen)) not in seen:
            seen.append(now)
        return len(seen) > 3

    wait_until(has_moved_on, "the tape has gone on, window by window")
    places = [following.index(window) for window in seen]
    assert places == sorted(places)
    screen.keep("inside-slow")
    screen.choose("speed", "Full speed")
    expect(screen.page.locator(".st-key-tape")).to_contain_text("its picture is paused")
    screen.settle()  # the last picture comes after this sentence
    stood = windows(screen)
    before = screen.page.locator(".states canvas").evaluate("canvas => canvas.toDataURL()")
    wait_until(
        lambda: screen.page.locator(".states canvas").evaluate("canvas => canvas.toDataURL()") != before,
        "the state goes on moving",
    )
    assert windows(screen) == stood
    screen.keep("inside-full-speed")
    screen.click("train")
    expect(screen.page.locator(".st-key-tape")).to_contain_text("The next epoch begins with")
    assert windows(screen) != stood


def test_one_key_steps_through_the_six_moves_with_the_numbers_of_the_window(go, book):
    screen = go()
    moves, word = next_moves(book), book.corpus.vocabulary.word
    assert [row[1] for row in cells(screen)] == [word(i) for i in moves.xs[0]]
    for move in ("2 Carry", "3 Score", "4 Compare"):
        screen.page.locator("body").press("m")
        expect(screen.page.locator('.steps [aria-pressed="true"]')).to_have_text(move)
    wait_until(lambda: "move=compare" in screen.link, "the link holds the move")
    assert [float(row[3]) for row in cells(screen)] == pytest.approx(moves.bits[0], rel=2e-3)
    expect(screen.page.locator(".moves .sentence")).to_contain_text(f"a perplexity of {moves.perplexity:.2f}")
    screen.page.get_by_role("button", name="5 Go back").click()
    expect(screen.page.locator(".moves .cut")).to_be_visible()
    sizes = [float(row[2]) for row in cells(screen)]
    assert sizes == pytest.approx([*moves.flow, moves.cut], rel=2e-3)
    screen.page.get_by_role("button", name="6 Move").click()
    expect(screen.page.locator(".moves table")).to_contain_text("affine_b")
    assert [float(row[3]) for row in cells(screen)] == pytest.approx([part.step for part in moves.parts], rel=2e-3)
    screen.page.locator(".machine .head").nth(6).click()
    screen.page.get_by_role("button", name="1 Read").click()
    wait_until(lambda: [row[1] for row in cells(screen)] == [word(i) for i in moves.xs[6]], "another stream is read")
    wait_until(lambda: screen.link == "stream=6", "the address says so")


def test_the_reach_of_a_gradient_is_drawn_with_its_cut_and_given_in_figures(go, book):
    screen = go("?stream=3")
    h = book.model.rnn.h[3]
    ids = stream_words(book.corpus.ids, 10, 5, 1900, 3, 80)
    found = reach(book.model, ids, 5, 40, carried=h)
    sizes = np.append(found.window / found.window[0], found.thrown_away / found.whole[0])
    heights = screen.page.locator(".reach .field b").evaluate_all(
        "bars => bars.map(bar => parseFloat(bar.style.height))"
    )
    assert np.array(heights[::-1]) / heights[-1] == pytest.approx(sizes, abs=0.02)
    assert screen.page.locator(".reach .kept").count() == 5
    assert screen.page.locator(".reach .thrown").count() == 36
    cut, last = (screen.page.locator(f".reach {part}").bounding_box() for part in ("u", ".kept >> nth=0"))
    assert abs(cut["x"] - last["x"]) < 4
    told = screen.page.locator(".st-key-reach")
    expect(told).to_contain_text(f"10 words back the gradient has size {sizes[10]:.2f}")
    expect(told).to_contain_text("Training cuts the gradient at T = 5")
    screen.page.locator(".timeline").focus()
    for _ in range(10):
        screen.page.keyboard.press("ArrowLeft")
    expect(told).to_contain_text("The gradient shrinks quickly here")
    expect(screen.page.locator(".notice")).to_contain_text("Epoch 10")


def test_a_unit_colours_the_text_and_the_places_are_those_with_the_most_similar_states(go, book):
    screen = go("?word=2")
    reader, vocabulary = Reader(book.model.params), book.corpus.vocabulary
    words = screen.page.locator(".states .word").all_inner_texts()
    hs, _ = reader.read(np.array([*book.corpus.opening, *vocabulary.ids(words)]))
    screen.page.locator(".picture").focus()
    for key in ("Home", "ArrowDown", "ArrowDown"):
        screen.page.keyboard.press(key)
    wait_until(lambda: "unit=" in screen.link, "the link holds the unit")
    unit = int(re.search(r"unit=(\d+)", screen.link)[1])
    expect(screen.page.locator(".states .told")).to_contain_text(f"Unit {unit} of h colours the text")
    expect(screen.page.locator(".states .told")).to_contain_text("it is number 3 of 100")
    told = screen.page.locator(".states .word").evaluate_all("words => words.map(word => parseFloat(word.title))")
    assert told == pytest.approx(hs[len(book.corpus.opening) :, unit], abs=0.01)
    place = States(reader, book.corpus.ids).nearest(hs[len(book.corpus.opening) + 5], 5)[0]
    first = screen.page.locator(".places li").first
    expect(first.locator("b")).to_have_text(vocabulary.word(book.corpus.ids[place.position]))
    expect(first.locator("code")).to_have_text(f"{place.cosine:.2f}")


@pytest.mark.full
def test_the_state_is_also_a_table_for_screen_readers(go, book):
    screen = go("?word=2&unit=17")
    reader, vocabulary = Reader(book.model.params), book.corpus.vocabulary
    words = screen.page.locator(".states .word").all_inner_texts()
    hs = reader.read(np.array([*book.corpus.opening, *vocabulary.ids(words)]))[0][len(book.corpus.opening) :]
    screen.page.locator(".states .word").last.focus()
    screen.page.keyboard.press("Tab")
    screen.page.keyboard.press("Space")
    expect(screen.page.locator(".states th")).to_have_text(["word", "unit 17", "strongest units"])
    script = "rows => rows.slice(1).map(row => [...row.cells].map(cell => cell.textContent))"
    table = screen.page.locator(".states tr").evaluate_all(script)
    assert [row[0] for row in table] == words
    assert [float(row[1]) for row in table] == pytest.approx(hs[:, 17], abs=0.01)
    for (_, _, strongest), h in zip(table, hs, strict=True):
        units, values = zip(*(map(float, pair.split(": ")) for pair in strongest.split(", ")), strict=True)
        assert values == pytest.approx(h[np.int64(units)], abs=0.01)
        assert sorted(np.abs(values)) == pytest.approx(np.sort(np.abs(h))[-3:], abs=0.01)
    screen.page.locator(".picture").focus()
    screen.page.keyboard.press("Home")
    expect(screen.page.locator(".states th").nth(1)).not_to_have_text("unit 17")
    wait_until(lambda: "unit=17" not in screen.link, "another unit is chosen")
    expect(screen.page.locator(".states th")).to_have_count(3)
    assert screen.epoch == 100  # Space has opened the table, and trained nothing
    expect(screen.page.locator(".st-key-train")).to_contain_text("Train")


def test_the_words_before_one_are_shaded_by_what_they_mattered(go, book):
    screen = go()
    vocabulary = book.corpus.vocabulary
    words = screen.page.locator(".matter .word")
    words.nth(8).focus()
    screen.page.keyboard.press("Enter")
    expect(words.nth(8)).to_have_class(re.compile("chosen"))
    expect(words.nth(8)).to_be_focused()
    ids = [*book.corpus.opening, *vocabulary.ids(words.all_inner_texts())]
    at = len(book.corpus.opening) + 8
    found = influence(book.model, ids, at, stand_in(vocabulary))
    expect(screen.page.locator(".matter .told")).to_contain_text(f"has a surprisal of {found.bits:.2f} bits")
    titles = words.evaluate_all("words => words.map(word => word.title)")
    assert [float(VALUE.search(title.replace("+", ""))[0]) for title in titles[:8]] == pytest.approx(
        found.changes[-8:], abs=0.006
    )
    assert titles[8:] == [""] * len(titles[8:])


def test_the_numbers_of_a_draw_lead_from_the_scores_to_its_word(go):
    screen = go("?temperature=0.7&word=3")
    told = screen.page.locator(".st-key-numbers")
    u, word_id, word = re.search(r"first exceeds u = ([\d.]+) at id (\d+): “(.*)”", told.inner_text()).groups()
    with screen.page.expect_download() as download:
        screen.click("save_numbers")
    rows = list(csv.DictReader(Path(download.value.path()).read_text().splitlines()))
    assert len(rows) == 418
    total = sum(float(row["exp"]) for row in rows)
    for row in rows:
        assert float(row["p"]) == pytest.approx(float(row["exp"]) / total)
        skipped = row["word"] in ("<unk>", "N", "$")
        assert float(row["exp"]) == pytest.approx(0 if skipped else math.exp(float(row["score"]) / 0.7), rel=1e-5)
    drawn = rows[int(word_id)]
    assert drawn["word"] == word
    assert float(rows[int(word_id) - 1]["up_to_here"]) <= float(u) + 1e-4
    assert float(u) < float(drawn["up_to_here"]) + 1e-4


@pytest.mark.full
def test_panels_of_a_run_in_training_pause_for_the_network_of_all_of_ptb_and_return(go):
    screen = go()
    screen.choose("network", "All of PTB")
    expect(screen.page.locator(".st-key-tape")).to_contain_text("no tape here")
    expect(screen.page.locator(".st-key-moves")).to_contain_text("This panel is paused, like the tape.")
    expect(screen.page.locator(".st-key-nearest")).to_contain_text("among 20,000 words")
    expect(screen.page.locator(".st-key-numbers")).to_contain_text("scores (1, 1, 10,000)")
    screen.keep("inside-ptb")
    screen.choose("network", "This run")
    expect(screen.page.locator(".machine .head")).to_have_count(10)


@pytest.mark.full
def test_words_of_an_own_text_are_data_in_every_part(go):
    screen = go()
    screen.page.locator(".st-key-page_train a").click()
    expect(screen.page.locator(".st-key-settings button").first).to_be_visible()
    line = "<b>thick</b> שלום **bold** " + "w" * 90 + " $x$ [a](b) \n"
    screen.upload("own.txt", (line * 60).encode())
    expect(screen.page.get_by_text("own.txt: ")).to_be_visible()
    screen.page.keyboard.press("Escape")
    screen.settle()
    screen.click("one_update")
    wait_until(lambda: screen.share > 0 and screen.epoch == 0, "an update is done")
    screen.settle()
    screen.page.locator(".st-key-page_inside a").click()
    expect(screen.page.locator(".machine .now").first).to_contain_text("<b>thick</b>")
    expect(screen.page.locator(".states .word").first).to_be_visible()
    screen.settle()
    assert screen.page.locator(".st-key-numbers td >> text=<b>thick</b>").count()
    assert screen.page.evaluate(TOO_WIDE) == []
    screen.keep("inside-own-text")


def test_the_last_drawn_word_is_explained_if_the_next_one_is_on_screen():
    last, after = (said(on_page("inside", length="3", word=word)) for word in ("2", "3"))
    about = re.search(r"Similarity to h after “.+?”.+? 1 means", last)[0]
    assert about in after
    assert "No word is drawn yet" not in after
