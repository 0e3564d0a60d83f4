"""The network of all of PTB in the browser: its bars and its text, alone and next to a run."""

import pytest
from playwright.sync_api import expect

from rnnlm.formats import percent
from rnnlm.inference.sampling import Sampling, distribution
from rnnlm.storage.pretrained import load_network
from rnnlm.ui.style import ASSETS
from tests.waiting import PATIENCE, wait_until

pytestmark = pytest.mark.full


def has_become(screen, others):
    wait_until(
        lambda: screen.bars()[-1][0] == f"sum of {others} others",
        f"there are ten bars and one for {others} other words",
    )
    screen.settle()
    return screen.bars(), screen.words


def test_the_switch_shows_the_bars_and_the_text_of_the_network_that_has_read_all_of_ptb(visit):
    screen = visit()
    run = has_become(screen, "405")
    screen.choose("set_network", "All of PTB")
    bars, words = has_become(screen, "9,987")
    wait_until(lambda: screen.link == "network=ptb", "the address says so")
    assert words != run[1]
    network = load_network(ASSETS / "ptb_network.npz")
    word_id = network.vocabulary.id
    skip_ids = Sampling().skip_ids(network.vocabulary)
    p = distribution(network.reader.after([*network.opening, *map(word_id, ("a", "form", "of"))]), skip_ids=skip_ids)
    for word, figure in bars[:-1]:
        assert figure == percent(p[word_id(word)])
    expect(screen.page.locator(".st-key-bars_head .note")).to_contain_text(
        f"Perplexity {network.valid:.1f} on text it has never read"
    )
    screen.keep("ptb-network")
    again = visit("?network=ptb")
    assert has_become(again, "9,987") == (bars, words)
    screen.choose("set_network", "This run")
    assert has_become(screen, "405") == run


def test_while_a_run_trains_the_other_network_s_bars_do_not_move(visit):
    screen = visit("?network=ptb&epochs=600")
    bars, words = has_become(screen, "9,987")
    screen.click("train")
    wait_until(lambda: 0 < screen.epoch < 600, "the run is under way")
    assert (screen.bars(), screen.words) == (bars, words)
    wait_until(lambda: screen.epoch == 600, "the run is done", 3 * PATIENCE)
    assert (screen.bars(), screen.words) == (bars, words)
    screen.choose("set_network", "This run")
    has_become(screen, "405")


def test_a_word_only_the_large_network_knows_can_be_asked_of_it_alone(visit):
    screen = visit("?network=ptb")
    screen.fill("set_start", "congress")
    wait_until(lambda: screen.read(".text .given") == "congress", "the text goes on from it")
    screen.keep("ptb-congress")
    screen.choose("set_network", "This run")
    has_become(screen, "405")
    assert screen.read(".text .given") != "congress"
