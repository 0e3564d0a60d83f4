"""Messages of the page about links, settings and limits, read from its script's output."""

import pytest

from rnnlm.inference.scoring import surprisal
from rnnlm.serving.engine.limits import HOSTED, Limits
from rnnlm.ui.ask.sentence_table import MOST_TINT, brief, tint
from rnnlm.ui.compare.copies_panel import without_middle
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
        ("words=5000&hidden_size=512&wordvec_size=512&optimizer=adam", "numbers: its parameters, and copies of them"),
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
    assert without_middle(words[:24]) == " ".join(words[:24])
    assert without_middle(words) == " ".join([*words[:12], "…", *words[-12:]])


def test_more_epochs_start_a_new_run_if_the_learning_rate_falls():
    page = Script("?optimizer=adam&lr=0.002&final_lr=0.001&epochs=2").click("train")
    page.become(lambda page: page.epoch == 2, "both epochs are done")
    page.become(lambda page: page.notice == "All epochs are done. Press Reset to start again.", "the page says so")
    page.fill("set_epochs", 3)
    assert "New settings" in page.part("notice new")


def test_a_message_mentions_no_control_that_the_link_hides():
    for hidden in ("settings", "reset"):
        page = Script(f"?epochs=1&words=500&hide={hidden}").click("train")
        page.become(lambda page: "All epochs are done" in page.notice, "the run is done")
        assert page.notice == "All epochs are done. Go to the Train page to start again or continue."
    assert page.click("train").problem == "This run is finished. Go to the Train page to start it again."


def test_an_untrained_network_is_said_to_know_nothing():
    page = Script("?epochs=1").click("reset")
    assert any("This network is untrained" in said for said in page.said)
    page.click("one_update")
    page.become(
        lambda page: not any("This network is untrained" in said for said in page.said), "it has learned something"
    )
    assert any("little more than word frequencies" in said for said in page.said)


def test_the_snapshots_beyond_the_last_epoch_are_explained():
    assert Script().component("timeline")["further"] == "recorded up to epoch 400"
    assert Script("?epochs=2").click("reset").component("timeline")["further"] == ""


def test_a_tip_begins_with_a_capital_letter():
    page = Script().page
    tips = [field.help for field in [*page.text_input, *page.select_slider, *page.toggle]]
    tips = [tip for tip in tips if tip and tip.endswith(")") and not tip.startswith("dropout_out")]
    assert len(tips) > 15
    assert [tip for tip in tips if not tip[0].isupper()] == []


def lesson_of(link):
    return Script(link).component("lesson")


def test_figures_of_a_lesson_are_those_of_the_run_in_every_language():
    for language in ("en", "ko", "ja", "zh"):
        assert "5.14" in lesson_of(f"?lesson=by-heart&step=2&lang={language}")["say"]
    assert "104.9" in lesson_of("?lesson=what&step=11")["ask"]["question"]
    assert "418" in lesson_of("?lesson=what&step=9")["say"]
    assert "…" in lesson_of("?lesson=luck&step=8")["say"]


def test_the_ring_of_a_lesson_goes_from_a_setting_to_the_button():
    assert "set_time_size" in lesson_of("?lesson=truncated&step=7")["ring"]["selector"]
    assert lesson_of("?lesson=truncated&step=7&time_size=1")["ring"]["selector"] == ".st-key-train"


def test_a_probability_in_the_table_is_one_readable_number_and_no_two_surprises_have_one_colour():
    shown = [brief(p) for p in (0.0, 1e-9, 6e-6, 0.00091, 0.001, 0.321, 0.99999, 1.0)]
    assert shown == ["0 %", "< 0.01 %", "< 0.01 %", "0.09 %", "0.10 %", "32.10 %", "99.99 %", "100 %"]
    tints = [tint(surprisal(p)) for p in (1.0, 0.5, 0.1, 0.0033, 1e-5, 1e-7, 0.0)]
    assert tints == sorted(set(tints))
    assert (tints[0], tints[-1]) == (0, MOST_TINT)


def test_a_wrong_figure_in_a_link_is_reported():
    assert "claims perplexity 150 at epoch 20; this run has 184" in Script("?at=20&told=150").notice


def test_the_network_of_all_of_ptb_has_no_tape_here_and_says_so():
    page = Script("?network=ptb&state=tape")
    assert any("it has no tape here" in said for said in page.said)
    assert page.words


def test_a_link_s_words_that_only_its_own_text_has_wait_for_its_run():
    page = Script("?corpus=grammar&start=two&words=400&epochs=1&lr=0.5")
    assert "not one of" not in "".join(page.said)  # the run on screen still reads PTB, which has no "two"
    assert "start=two" not in page.link
    page.click("train")
    page.become(lambda page: page.epoch == 1, "the run is done")
    assert "start=two" in page.link
