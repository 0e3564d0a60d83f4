"""Messages of the page about links, settings and limits, read from its script's output."""

import pytest

from rnnlm.serving.engine.limits import HOSTED, Limits
from rnnlm.ui.compare.copies_panel import in_short
from rnnlm.ui.state import shared
from tests.script import Script


@pytest.mark.parametrize("link", ["?corpus=text", "?words=929589&batch_size=200"])
def test_no_link_breaks_the_page(link):
    page = Script(link)
    assert page.bars()
    assert page.words


@pytest.mark.parametrize("link", ["?utm_source=mail&fbclid=x", "?ref=hn", "?_ga=1&si=2", "?from=mail"])
def test_parameters_that_other_sites_add_to_a_link_are_ignored(link):
    assert Script(link).problem == ""


def test_a_misspelt_name_in_a_link_is_reported():
    assert "hidden_size" in Script("?hiden_size=50").problem


def test_a_part_that_cannot_be_hidden_is_reported():
    assert "hide must be one of" in Script("?hide=settings,curtains").notice


def test_options_that_do_not_fit_together_are_reported_on_the_page():
    page = Script("?tied=yes&hidden_size=50").click("train")
    assert "tied needs wordvec_size to equal hidden_size" in page.problem


def test_a_link_that_measures_the_valid_split_is_answered_that_the_page_does_not():
    page = Script("?validate=yes&average_from=1&words=500")
    assert "only the command line can do" in page.problem
    assert page.link == "words=500"


@pytest.fixture
def public_host(monkeypatch):
    """The limits of a public host."""
    monkeypatch.setattr(shared.engine(), "limits", HOSTED)


@pytest.mark.parametrize(
    ("link", "what"),
    [
        ("corpus=grammar&words=929589", "929,589 words"),
        ("words=800000&first_word=100000", "800,000 words"),
        ("words=20000&hidden_size=512&wordvec_size=512", "parameters"),
        ("words=5000&hidden_size=512&wordvec_size=512&optimizer=adam", "numbers (its parameters, and as many"),
        ("corpus=grammar&batch_size=200&time_size=100&hidden_size=100", "numbers in the hidden states of a window"),
        ("corpus=grammar&batch_size=200&time_size=100&wordvec_size=100&hidden_size=10", "word vectors of a window"),
        ("words=20000&batch_size=100&time_size=20", "scores"),
    ],
)
def test_what_would_take_others_memory_is_refused_with_what_to_do(public_host, link, what):
    page = Script(link).click("train")
    assert what in page.notice
    assert "choose" in page.notice
    other = Script().click("one_epoch")
    other.become(lambda page: page.epoch == 1, "an epoch is done")


def test_a_run_that_the_server_refuses_does_not_take_the_place_of_the_one_on_the_screen(monkeypatch):
    monkeypatch.setattr(shared.engine(), "limits", Limits(parameters=1000))
    page = Script().click("train")
    assert "but the limit here is 1,000: choose a smaller hidden_size" in page.notice
    assert page.perplexity == "5.14"


def test_a_long_copy_is_shown_by_its_ends():
    words = [f"w{i}" for i in range(100)]
    assert in_short(words[:24]) == " ".join(words[:24])
    assert in_short(words) == " ".join([*words[:12], "…", *words[-12:]])


def test_more_epochs_start_a_new_run_if_the_learning_rate_falls():
    page = Script("?optimizer=adam&lr=0.002&final_lr=0.001&epochs=2").click("train")
    page.become(lambda page: page.epoch == 2, "both epochs are done")
    page.become(lambda page: page.notice == "All epochs are done. Reset starts again.", "the page says so")
    page.fill("set_epochs", 3)
    assert "New settings" in page.part("notice new")


def test_a_wrong_figure_in_a_link_is_reported():
    assert "claims perplexity 150 at epoch 20; this run has 184" in Script("?at=20&told=150").notice


def test_the_network_of_all_of_ptb_has_no_tape_here_and_says_so():
    page = Script("?network=ptb&state=tape")
    assert any("it has no tape here" in said for said in page.said)
    assert page.words
