"""Compare in a browser: runs as named lines, same luck, held-out words, copies, and a fan."""

import re

import pytest
from playwright.sync_api import expect

from rnnlm.data.ptb import load_ptb
from rnnlm.storage.moments import load_moments
from rnnlm.ui.style import ASSETS
from tests.test_page import TOO_WIDE
from tests.waiting import wait_until


def go(screen, page):
    """Go to another page."""
    screen.page.locator(f".st-key-page_{page} a").click()
    expect(screen.page.locator(f".st-key-page_{page}_open")).to_be_visible()
    screen.settle()


def compare(screen):
    """Open Compare."""
    go(screen, "compare")
    expect(screen.page.locator(".st-key-runs .line path").first).to_be_attached()
    expect(screen.page.locator(".st-key-same_luck .columns p").first).to_be_visible()


def train(screen, epochs):
    """Train the run of the settings to its end."""
    screen.click("train")
    wait_until(lambda: screen.epoch == epochs, "the run is done")
    expect(screen.page.locator(".st-key-train")).to_contain_text("Train")


def rows(screen):
    """(name, perplexity, whether it is hidden) of each row of the table."""
    script = """rows => rows.map(row => [row.querySelector("input").value, row.cells[1].innerText,
      row.classList.contains("hidden")])"""
    return [tuple(row) for row in screen.page.locator(".st-key-runs .row").evaluate_all(script)]


def act(screen, row, what):
    screen.page.locator(".st-key-runs .row").nth(row).locator(f"button.{what}").click()


def found(screen):
    return screen.page.locator(".st-key-fan .found").inner_text()


@pytest.mark.full
def test_runs_stay_as_lines_named_by_what_differs_and_outlive_a_reload(visit):
    screen = visit("?epochs=5&hidden_size=20")
    train(screen, 5)
    first = screen.perplexity
    screen.click("new_seed")
    wait_until(lambda: screen.epoch == 0, "another run is on screen")
    train(screen, 5)
    compare(screen)
    names = ["the book’s settings", "H 100 → 20, epochs 100 → 5", "H 100 → 20, epochs 100 → 5, seed 0 → 1"]
    wait_until(lambda: [name for name, *_ in rows(screen)] == names, "three runs stand there")
    assert [perplexity for _, perplexity, _ in rows(screen)] == ["5.14", first, screen.perplexity]
    expect(screen.page.locator(".st-key-runs .line")).to_have_count(3)
    name = screen.page.locator(".st-key-runs .row input").nth(1)
    name.fill("small <b>one</b>")
    name.press("Enter")
    act(screen, 0, "hide")
    expect(screen.page.locator(".st-key-runs .line")).to_have_count(2)
    act(screen, 1, "pin")
    expect(screen.page.locator(".st-key-runs button.pin").nth(1)).to_have_text("Unpin")
    screen.page.locator(".st-key-runs .row").nth(1).hover()
    expect(screen.page.locator(".st-key-runs .line.faded")).to_have_count(1)
    screen.keep("compare-runs")
    kept = [
        ("the book’s settings", "5.14", True),
        ("small <b>one</b>", first, False),
        (names[2], screen.perplexity, False),
    ]
    screen.page.reload()
    wait_until(lambda: rows(screen) == kept, "they are there again, with name and marks")
    act(screen, 0, "remove")
    wait_until(lambda: len(rows(screen)) == 2, "the recorded run is gone")
    assert rows(screen)[0][0] == "small <b>one</b>"


@pytest.mark.full
def test_a_short_run_is_not_a_thin_line_beside_a_long_one(visit):
    screen = visit("?epochs=10000&hidden_size=10&held_out=yes")
    screen.click("one_epoch")
    wait_until(lambda: screen.epoch == 1, "an epoch is done")
    compare(screen)
    runs = screen.page.locator(".st-key-runs")
    expect(runs).to_contain_text("epoch (log scale: some runs are much longer)")
    ends = runs.locator(".line:not(.here) path").first.evaluate("path => { const b = path.getBBox(); return b.width }")
    axis = runs.locator("line.grid").first.evaluate("line => line.x2.baseVal.value - line.x1.baseVal.value")
    assert ends == pytest.approx(axis / 2, abs=2)  # epoch 100 is half way from 1 to 10,000
    wait_until(lambda: runs.locator(".line.here circle").count() == 1, "the epoch is measured, and before it no place")
    assert "NaN" not in (drawn := runs.locator(".chart").inner_html())
    assert "Infinity" not in drawn
    act(screen, 1, "hide")
    expect(runs).not_to_contain_text("(log")
    expect(runs.get_by_text("epoch", exact=True)).to_be_visible()


def test_texts_with_the_same_luck_are_side_by_side_for_epochs_temperatures_and_runs(visit):
    screen = visit("?length=20")
    compare(screen)
    heads = screen.page.locator(".st-key-same_luck h3")
    expect(heads).to_have_count(4)
    assert [re.match(r"epoch (\d+)", head)[1] for head in heads.all_inner_texts()] == ["1", "10", "50", "100"]
    script = (
        "columns => columns.map(p => [...p.children].map(span => [span.textContent, span.classList.contains('same')]))"
    )
    columns = screen.page.locator(".st-key-same_luck .columns p").evaluate_all(script)
    for place, column in enumerate(columns):
        beside = [columns[n] for n in (place - 1, place + 1) if 0 <= n < 4]
        for i, (word, is_marked) in enumerate(column[3:], 3):
            assert is_marked == any(other[i][0] == word for other in beside)
    last = [word for word, _ in columns[3]]
    screen.choose("beside", "Temperatures")
    expect(heads).to_have_text(["temperature 0.5", "temperature 1", "temperature 2"])
    at_one = screen.page.locator(".st-key-same_luck .columns p").nth(1).inner_text()
    assert at_one.split() == last  # the text on Train is the network at epoch 100, at temperature 1
    screen.choose("beside", "Runs")
    expect(heads).to_have_text(["the book’s settings"])
    expect(screen.page.locator(".st-key-same_luck")).to_contain_text("There is only one run.")
    wait_until(lambda: "beside=runs" in screen.link, "the link has it")


@pytest.mark.full
def test_words_never_read_get_likelier_and_then_ever_less_likely(visit):
    snapshots = load_moments(ASSETS / "book_moments.npz").snapshots
    screen, moments = visit(), sum(snapshot.epoch <= 100 for snapshot in snapshots)
    compare(screen)
    expect(screen.page.locator(".st-key-runs circle")).to_have_count(0)
    screen.at("held_out", "label").click()
    wait_until(lambda: screen.page.locator(".st-key-runs circle").count() == moments, "every moment is measured")
    expect(screen.page.locator(".st-key-runs")).to_contain_text("held-out")
    expect(screen.page.get_by_text("knows 53% of these words")).to_be_visible()
    heights = screen.page.locator(".st-key-runs circle").evaluate_all(
        "marks => marks.map(mark => +mark.getAttribute('cy'))"
    )
    assert heights[13:] == sorted(heights[13:], reverse=True)  # from epoch 30 on they become less and less likely
    assert heights[:5] == sorted(heights[:5])  # before epoch 5 they become likelier
    screen.keep("compare-held-out")
    wait_until(lambda: screen.link == "held_out=yes", "the address says so")
    go(screen, "train")
    wait_until(lambda: len(screen.curve("held-out words")) > 20, "the curve of the first page has them too")


@pytest.mark.full
def test_a_run_in_training_is_measured_now_and_then_and_nothing_twice(visit):
    screen = visit("?epochs=10000&held_out=yes&hidden_size=20")
    screen.click("train")
    wait_until(lambda: len(screen.curve("held-out words")) >= 2, "two of its moments are measured")
    compare(screen)
    before = screen.epoch
    wait_until(lambda: screen.page.locator(".st-key-runs .line.here circle").count() >= 4, "more of them are")
    wait_until(lambda: screen.epoch > before, "it goes on training")
    assert len(rows(screen)) == 2
    screen.click("train")
    expect(screen.page.locator(".st-key-train")).to_contain_text("Train")


@pytest.mark.parametrize("network", ["run", pytest.param("ptb", marks=pytest.mark.full)])
def test_copied_words_are_underlined_and_are_at_the_stated_place(visit, network):
    screen = visit(f"?network={network}&length=60&temperature=0.5")
    words = screen.words
    underlined = screen.page.locator(".text .copied").all_inner_texts()
    assert underlined
    expect(screen.page.locator(".text .copies")).to_contain_text(
        "of the drawn words are copied. Underlined: 3 or more words in a row"
    )
    compare(screen)
    places = screen.page.locator(".st-key-copies .places li")
    texts = load_ptb("train").ids if network == "ptb" else load_ptb("train", words=1000).ids
    vocabulary = load_ptb("train").vocabulary if network == "ptb" else load_ptb("train", words=1000).vocabulary
    for i in range(places.count()):
        copy = places.nth(i).locator("b").inner_text().split()
        at = int(re.search(r"at word ([\d,]+)\.", places.nth(i).inner_text())[1].replace(",", "")) - 1
        assert [vocabulary.word(j) for j in texts[at : at + len(copy)]] == copy
        assert len(copy) >= 3
    marked = screen.page.locator(".st-key-copies .written .copied").all_inner_texts()
    assert marked == underlined
    assert words == screen.page.locator(".st-key-copies .written span").all_inner_texts()[-len(words) :]


@pytest.mark.full
def test_a_fan_trains_while_one_is_elsewhere_and_says_what_is_luck(visit):
    screen = visit("?epochs=20&hidden_size=20")
    compare(screen)
    screen.click("open_fan")
    screen.fill("set_fan_values", "0 1 2")
    screen.click("begin_fan")
    expect(screen.page.locator(".st-key-fan .chart path.median")).to_be_attached()
    go(screen, "train")
    screen.click("next_word")
    go(screen, "compare")
    wait_until(lambda: found(screen).startswith("3 seeds"), "all three are done")
    expect(screen.page.locator(".st-key-begin_fan")).to_be_visible()
    expect(screen.page.locator(".st-key-fan circle.mark")).to_have_count(3)
    lowest, highest, median = map(
        float,
        re.match(r"3 seeds ended between ([\d.]+) and ([\d.]+); the median is ([\d.]+)\.", found(screen)).groups(),
    )
    assert lowest <= median <= highest
    screen.keep("compare-fan")
    screen.page.reload()
    wait_until(
        lambda: screen.page.locator(".st-key-fan .found").count() and found(screen).startswith("3 seeds"), "it is there"
    )
    screen.fill("set_fan_values", "0 x")
    screen.click("begin_fan")
    expect(screen.page.locator(".st-key-fan .problem")).to_contain_text("seed must be a whole number")


@pytest.mark.full
def test_a_run_that_is_worse_than_guessing_does_not_crowd_the_axes_of_a_fan(visit):
    screen = visit("?epochs=20&fan=yes&fan_over=lr")
    compare(screen)
    screen.fill("set_fan_values", "0.1 3")
    screen.click("begin_fan")
    wait_until(lambda: screen.page.locator(".st-key-fan circle.mark").count() == 2, "both are done")
    expect(screen.page.locator(".st-key-begin_fan")).to_be_visible()
    assert float(re.search(r"and (\S+);", found(screen))[1].replace(",", "")) > 418**1.1
    expect(screen.page.locator(".st-key-fan circle.over")).to_have_count(1)
    boxes = "ticks => ticks.map(t => t.getBoundingClientRect()).map(box => [box.left, box.right, box.top, box.bottom])"
    for chart in screen.page.locator(".st-key-fan .chart").all():
        places = chart.locator(".tick").evaluate_all(boxes)
        over = [
            (a, b)
            for i, a in enumerate(places)
            for b in places[:i]
            if a[0] < b[1] and b[0] < a[1] and a[2] + 2 < b[3] and b[2] + 2 < a[3]
        ]
        assert over == []
    screen.keep("compare-fan-worse")


def test_a_fan_can_be_stopped(visit):
    screen = visit("?epochs=10000&fan=yes&fan_over=lr")
    compare(screen)
    screen.click("begin_fan")
    expect(screen.page.locator(".st-key-fan .chart path.median")).to_be_attached()
    screen.click("stop_fan")
    wait_until(lambda: "Stopped after 0 of 6" in found(screen), "it has stopped")
    expect(screen.page.locator(".st-key-begin_fan")).to_be_visible()


@pytest.mark.full
@pytest.mark.parametrize("size", [(1280, 800), (960, 540), (390, 844)], ids=str)
def test_nothing_is_cut_off_or_outside_the_screen(visit, size):
    screen = visit("?fan=yes&held_out=yes", size=size)
    compare(screen)
    assert screen.page.evaluate(TOO_WIDE) == []
    screen.keep(f"compare-{size[0]}x{size[1]}")
