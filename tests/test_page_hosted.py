"""A public host never shows a long passage of the Penn Treebank, which is not ours."""

import pytest
from playwright.sync_api import expect

from rnnlm.data.ptb import load_ptb
from rnnlm.ui.train.excerpt import SHOWN
from tests.page import served, visitors
from tests.test_page_faults import train
from tests.waiting import wait_until

pytestmark = pytest.mark.full

ON_TAPE, AROUND_PLACE = 26, 8  # words in a line of the tape, and around a place with a similar state
CELLS = "rows => rows.slice(1).map(row => row.cells[1].textContent)"


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A public host."""
    with served(tmp_path_factory.mktemp("hosted") / "log", RNNLM_HOSTED="1") as address:
        yield address


@pytest.fixture
def hosted(browser, address, tmp_path):
    """Open the page of a public host as a new visitor."""
    with visitors(browser, address, tmp_path) as visit:
        yield visit


def test_a_window_is_shown_by_its_ends_and_its_numbers_whole(hosted):
    screen = hosted("?time_size=100&words=5000&epochs=10000")
    screen.click("one_update")
    screen.settle()
    screen.page.locator(".st-key-page_inside a").click()
    expect(screen.page.locator(".machine .now").first).to_be_visible()
    expect(screen.page.locator(".places li").first).to_be_visible()
    corpus = load_ptb("train", words=5000)
    read = [corpus.vocabulary.word(i) for i in corpus.ids[100:200]]
    for move, words in (("1 Read", read), ("2 Carry", read), ("5 Go back", read[::-1])):
        screen.page.get_by_role("button", name=move).click()
        expect(screen.page.locator('.steps [aria-pressed="true"]')).to_have_text(move)
        cells = screen.page.locator(".moves tr").evaluate_all(CELLS)[:100]
        assert cells == [*words[:SHOWN], *["…"] * (100 - 2 * SHOWN), *words[-SHOWN:]]
    lines = screen.page.locator(".machine .row").evaluate_all(
        "rows => rows.map(row => row.querySelectorAll('bdi').length)"
    )
    assert 0 < max(lines) <= ON_TAPE
    places = screen.page.locator(".places li span").all_inner_texts()
    assert all(len(place.split()) <= AROUND_PLACE for place in places)
    titles = screen.page.locator(".reach .field i[title]").evaluate_all("bars => bars.map(bar => bar.title)")
    assert sum("“…”" not in title and "“”" not in title for title in titles) == 2 * SHOWN < len(titles)
    screen.keep("hosted-inside")


def test_the_text_of_a_run_shows_its_ends_and_where_the_heads_are(hosted):
    screen = hosted("?words=2500")
    screen.click("one_update")
    screen.page.get_by_role("tab", name="Read the text").click()
    corpus, shown = load_ptb("train", words=2500), []
    for last in ("1,000", "2,000", "2,500"):
        expect(screen.page.locator(".leaves")).to_contain_text(f"to {last} of")
        shown += [text.strip() for text in screen.page.locator(".leaf span").all_inner_texts()]
        screen.page.locator(".leaves").get_by_role("button", name="Next").click(force=True)
    ends = [corpus.vocabulary.word(i) for i in (*corpus.ids[:SHOWN], *corpus.ids[-SHOWN:])]
    assert [word for word in shown if word != "…"] == ends
    assert len(shown) == 2500
    assert screen.page.locator(".leaf .head").count()


def test_a_text_beyond_what_a_public_host_reads_is_refused_and_the_run_stays(hosted):
    screen = hosted("?epochs=10000")
    train(screen, epochs=2)
    screen.upload("long.txt", b"a word and another one\n" * 400_000)
    told = "long.txt has 9,200,000 bytes, but the limit here is 8,000,000: use a part of the text."
    expect(screen.page.locator(".problem", has_text=told)).to_be_visible()
    before = screen.epoch
    wait_until(lambda: screen.epoch > before, "the run goes on")
