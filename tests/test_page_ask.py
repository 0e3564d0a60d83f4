"""Ask in the browser: a sentence and its readers, the needle over their strips, a guess, and the neural cache."""

import re
from urllib.parse import unquote

import numpy as np
import pytest
from playwright.sync_api import expect

from rnnlm.data.ptb import load_ptb
from rnnlm.inference.neural_cache import Caching, mixed_after
from rnnlm.inference.sampling import distribution, draw
from rnnlm.inference.sentence import NetworkModel, counting_models, encode, read_sentence
from rnnlm.storage.checkpoint import load_run
from rnnlm.storage.pretrained import load_network
from rnnlm.ui.style import ASSETS
from tests.page import PHONE, served, visitors
from tests.test_page import TOO_WIDE, inside
from tests.waiting import wait_until

NOTES = "you say goodbye and i say hello ."


@pytest.fixture
def ask(visit):
    """Go to the page by its link, as a new visitor."""

    def go(link="", **options):
        screen = visit(link, **options)
        screen.page.locator(".st-key-page_ask a").click()
        expect(screen.page.locator(".lane")).to_have_count(6)
        expect(screen.page.locator(".cached > div")).to_have_count(8)
        screen.settle()
        return screen

    return go


@pytest.fixture(scope="module")
def recorded():
    """The network of the recorded run."""
    return load_run(ASSETS / "book_run.npz").reader


@pytest.fixture(scope="module")
def all_of_ptb():
    """The network of all of PTB."""
    return load_network(ASSETS / "ptb_network.npz")


def rows(screen, name="sentence"):
    """The last cell of each row of a table, its perplexity, by the name of its reader."""
    lines = screen.page.locator(f".st-key-{name} .readers tbody tr")
    return dict(
        lines.evaluate_all("rows => rows.map(row => [row.cells[0].innerText, [...row.cells].at(-1).innerText])")
    )


def in_figures(shown):
    return float("inf") if shown == "∞" else float(shown.replace(",", ""))


@pytest.mark.parametrize("state", ["notRunning", "running"])
def test_what_is_typed_on_a_new_page_before_its_clock_runs_is_kept(visit, state):
    screen = visit()
    # A busy browser shows the new page before it calls the page's clock.
    screen.page.evaluate(
        "() => { const it = rnnlmClock, { tick } = it;"
        " it.tick = ({ data, setTriggerValue }) => (it.late = () => tick({ data, setTriggerValue })); }"
    )
    screen.page.locator(".st-key-page_ask a").click()
    expect(screen.page.locator(".st-key-page_ask_open")).to_be_visible()
    field = screen.at("sentence_field", "input")
    screen.settle()
    assert screen.page.locator("html.leaving").count() == 1  # the clock still waits for the new page
    set_state = "(app, state) => app.setAttribute('data-test-script-state', state)"
    screen.page.get_by_test_id("stApp").evaluate(set_state, state)  # perhaps the end of its script is still to come
    field.press("Control+a")
    field.press_sequentially("the company said", delay=20)
    screen.page.get_by_test_id("stApp").evaluate(set_state, "notRunning")
    field.press("Enter")
    expect(screen.page.locator(".st-key-sentence .readers thead th")).to_contain_text(["the", "company", "said"])
    screen.page.evaluate("rnnlmClock.late()")
    expect(screen.page.locator("html.leaving")).to_have_count(0)
    assert screen.at("sentence_field", "input").input_value() == "the company said"


def say(screen, sentence):
    screen.at("sentence_field", "input").fill(sentence)
    screen.at("sentence_field", "input").press("Enter")
    expect(screen.page.locator(".readers thead th")).to_have_count(len(sentence.split()) + 3)
    screen.settle()


def picks(screen):
    """The word the needle picks on each strip."""
    return screen.page.locator(".picks b").all_inner_texts()


def test_before_any_click_the_sentence_is_read_by_all_as_the_core_reads_it(ask, ptb, recorded, all_of_ptb):
    screen = ask()
    words = screen.at("sentence_field", "input").get_attribute("placeholder").split()
    readings = {
        name: read_sentence(model, words, ptb.opening)
        for name, model in zip(
            ("Uniform", "Word counts", "Pair counts", "Kneser-Ney"), counting_models(ptb).values(), strict=True
        )
    }
    run = NetworkModel(recorded, ptb.vocabulary)
    readings["This run, new sentence"] = read_sentence(run, words, ptb.opening)
    readings["This run, blank"] = read_sentence(run, words)
    network = NetworkModel(all_of_ptb.reader, all_of_ptb.vocabulary)
    readings["All of PTB"] = read_sentence(network, words, all_of_ptb.opening)
    shown = rows(screen)
    assert list(shown) == list(readings)
    for name, reading in readings.items():
        assert in_figures(shown[name]) == pytest.approx(reading.perplexity, rel=1e-2), name
    wait_until(lambda: screen.link == "", "the address says so")
    told = screen.read(".asked_notes")
    assert "The curve says 5.14, but the text is nonsense. Why?" in told
    assert "Pair counts: ∞." in told
    screen.keep("ask")


@pytest.mark.full
def test_a_sentence_is_held_by_the_link_and_its_unknown_words_are_named(ask):
    screen = ask()
    screen.click("example_notes")
    wait_until(lambda: screen.link == "sentence=you+say+goodbye+and+i+say+hello+.", "the link has the sentence")
    expect(screen.page.locator(".asked_notes")).to_contain_text("This run does not know say, goodbye, i, hello.")
    expect(screen.page.locator(".asked_notes")).to_contain_text("“All of PTB” does not know goodbye, hello.")
    shown = rows(screen)
    again = ask(f"?{screen.link}&length=3&word=3")
    expect(again.at("sentence_field", "input")).to_have_value(NOTES)
    wait_until(lambda: rows(again) == shown, "the same figures")
    say(again, "<b>you</b> *say* ![x](http://example.com/x.png)")
    assert "<b>you</b>" in again.read(".readers thead")
    assert again.foreign == []


@pytest.mark.full
def test_the_run_knows_by_heart_what_comes_next_on_its_tape_and_only_there(ask):
    screen = ask("?at=400")
    screen.click("example_own")
    wait_until(lambda: "This run, stream 1" in rows(screen), "the run is asked on its tape")
    screen.settle()
    shown = rows(screen)
    on_tape, new, blank = (in_figures(shown[f"This run, {name}"]) for name in ("stream 1", "new sentence", "blank"))
    assert on_tape < 1.5
    assert min(new, blank) > 10
    wait_until(lambda: "state=tape" in screen.link, "the address says so")
    expect(screen.page.locator(".asked_notes")).to_contain_text("words only at their place")


def test_one_needle_picks_on_every_strip_the_word_where_it_falls(ask, ptb, recorded):
    screen = ask()
    skip = ptb.vocabulary.ids(["<unk>", "N", "$"])
    ids = [*ptb.opening, *ptb.vocabulary.ids(["a", "form", "of"])]
    p = distribution(recorded.after(ids), skip_ids=skip)
    screen.fill("two_dice", "37")
    wait_until(lambda: screen.link == "u=0.375", "the dice have moved the needle")
    screen.settle()
    assert picks(screen)[4] == ptb.vocabulary.word(draw(p, 0.375).word_id)
    alike = [i for i in range(418) if i not in skip]
    assert picks(screen)[0] == ptb.vocabulary.word(alike[int(0.375 * len(alike))])
    board = screen.page.locator(".board")
    board.focus()
    board.press("ArrowRight")
    wait_until(lambda: screen.link == "u=0.376", "an arrow key has moved it a little")
    box = board.bounding_box()
    screen.page.mouse.move(box["x"] + 0.376 * box["width"], box["y"] + 20)
    screen.page.mouse.down()
    screen.page.mouse.move(box["x"] + 0.9 * box["width"], box["y"] + 20, steps=5)
    screen.page.mouse.up()
    wait_until(lambda: screen.link.startswith("u=0.9"), "it was dragged")
    u = float(screen.link.removeprefix("u="))
    wait_until(lambda: picks(screen)[4] == ptb.vocabulary.word(draw(p, u).word_id), "the strip says what it picks now")
    screen.fill("two_dice", "3")
    expect(screen.page.locator(".notice.problem")).to_contain_text("two digits")


@pytest.mark.full
def test_the_class_rolls_and_the_page_writes_and_the_link_holds_the_dice(ask):
    screen = ask()
    written = []
    for step, dice in enumerate(("37", "02", "99")):
        screen.fill("two_dice", dice)
        wait_until(lambda dice=dice: f"u=0.{dice}5" in screen.link, "the needle is there")
        screen.settle()
        written.append(picks(screen)[4])
        screen.click("write_it")
        wait_until(lambda step=step: f"{step}:0." in unquote(screen.link), "the word is written")
    expect(screen.page.locator(".so_far")).to_have_text(re.compile("^a form of " + re.escape(" ".join(written))))
    screen.page.locator(".st-key-page_train a").click()
    expect(screen.page.locator(".text .word")).to_have_text(written)
    wait_until(lambda: "2:0." in unquote(screen.link), "the address of the new page has the dice too")
    again = ask(f"?{screen.link}&length=3&word=3")
    expect(again.page.locator(".so_far")).to_have_text(re.compile(re.escape(" ".join(written))))


@pytest.mark.full
def test_a_thousand_draws_lie_over_the_bars_and_are_never_quite_the_same(ask):
    screen = ask()
    came = screen.page.locator(".st-key-bars .layer_4_marks path")
    screen.click("draws")
    expect(screen.page.locator(".st-key-needle")).to_contain_text("show 1,000 draws")
    expect(came).not_to_have_count(0)
    screen.settle()
    labels = came.evaluate_all("marks => marks.map(mark => mark.getAttribute('aria-label'))")
    times = [int(re.search(r"times drawn: ([\d,]+)", label)[1].replace(",", "")) for label in labels]
    assert sum(times) == 1000
    assert times[0] == pytest.approx(651, abs=90)
    screen.keep("draws")
    screen.click("draws")
    wait_until(
        lambda: came.evaluate_all("marks => marks.map(mark => mark.getAttribute('aria-label'))") != labels,
        "others came",
    )
    screen.fill("two_dice", "50")
    screen.click("write_it")
    expect(screen.page.locator(".st-key-needle")).to_contain_text("Drag the needle")


@pytest.mark.full
def test_ten_guesses_are_scored_beside_the_network_s_on_the_same_words(ask):
    screen = ask()
    screen.click("guess")
    expect(screen.page.locator(".context")).to_contain_text("1 of 10")
    screen.at("game_answer", "input").fill("no-such-word")
    screen.at("game_answer", "input").press("Enter")
    screen.settle()
    screen.click("guess_it")
    expect(screen.page.locator(".st-key-game")).to_contain_text("Try another")
    screen.at("game_answer", "input").fill("the")
    screen.at("game_answer", "input").press("Enter")
    screen.settle()
    screen.click("guess_it")
    for n in range(2, 11):
        expect(screen.page.locator(".context")).to_contain_text(f"{n} of 10")
        screen.click("no_idea")
    wait_until(lambda: "You" in rows(screen, "game"), "the game has a score")
    assert list(rows(screen, "game")) == ["You", "The network"]
    words = screen.page.locator(".st-key-game thead th").all_inner_texts()[1:-2]
    valid = set(load_ptb("valid").vocabulary.words)
    assert len(words) == 10
    assert set(words) <= valid - {"<unk>", "<eos>"}
    expect(screen.page.locator(".st-key-game")).to_contain_text("In 95 of 100 such games")
    screen.keep("game")


@pytest.mark.full
def test_without_ptb_the_run_plays_on_the_text_it_has_learned_and_says_so(browser, tmp_path):
    with served(tmp_path / "log", PTB_FOLDER=str(tmp_path)) as address, visitors(browser, address, tmp_path) as visit:
        screen = visit()
        screen.page.locator(".st-key-page_ask a").click()
        expect(screen.page.locator(".lane")).to_have_count(6)
        screen.click("guess")
        expect(screen.page.locator(".context")).to_contain_text("1 of 10")
        expect(screen.page.locator(".st-key-game")).to_contain_text(
            "PTB is not installed, so you play against this run"
        )
        screen.click("no_idea")
        expect(screen.page.locator(".context")).to_contain_text("2 of 10")


def test_the_memory_makes_a_name_likelier_until_it_is_forgotten(ask, all_of_ptb):
    screen = ask()
    vocabulary, sentence = (
        all_of_ptb.vocabulary,
        "shares of ford rose . analysts said ford will sell more cars . the chairman of",
    )
    ids = np.array([*all_of_ptb.opening, *encode(sentence.split(), vocabulary)[0]])
    mixture, p = mixed_after(all_of_ptb.reader, ids, Caching(share=0.1))
    ford = vocabulary.id("ford")

    def shown():
        """The two parts of the bar of ford, the network's and the memory's."""
        bar = screen.page.locator(".cached > div").filter(has=screen.page.get_by_text("ford", exact=True))
        parts = bar.locator("i").evaluate_all("parts => parts.map(part => part.getAttribute('style'))")
        return [float(re.search(r"width: ?([\d.]+)%", part)[1]) / 100 for part in parts]

    field = screen.at("cache_field", "input")
    field.fill(sentence)
    field.press("Enter")
    remembered = pytest.approx(mixture.from_cache[ford], abs=1e-4)
    wait_until(lambda: (parts := shown()) and parts[1] == remembered, "the bars are of this text")  # ford was there
    expect(screen.page.locator(".st-key-cache p.note").last).to_contain_text("changed the probability of ford most")
    own, given = shown()
    assert own + given == pytest.approx(mixture.p[ford], abs=2e-4)
    assert own + given > 2 * p[ford]
    screen.keep("memory")
    screen.click("forget")
    expect(screen.page.locator(".st-key-cache p.note").last).to_contain_text("only the network answers")
    screen.at("forget").filter(has_text="Remember").click()
    expect(screen.page.locator(".st-key-cache p.note").last).to_contain_text("changed the probability of ford most")


@pytest.mark.full
def test_table_and_strips_follow_a_run_in_training_and_nothing_is_wider_than_a_phone(ask):
    screen = ask("?epochs=10000", size=PHONE)
    assert screen.page.evaluate(TOO_WIDE) == []
    before = rows(screen)
    screen.click("train")
    wait_until(lambda: rows(screen)["This run, blank"] != before["This run, blank"], "the run reads otherwise")
    first = rows(screen)["This run, new sentence"]
    wait_until(lambda: rows(screen)["This run, new sentence"] != first, "it goes on learning")
    assert rows(screen)["Kneser-Ney"] == before["Kneser-Ney"]
    screen.at("sentence_field", "input").fill("the company said")
    screen.at("sentence_field", "input").press("Enter")
    expect(screen.page.locator(".readers thead th")).to_have_count(6)
    screen.click("train")
    expect(screen.page.locator(".st-key-train")).to_contain_text("Train")
    screen.keep("ask-phone")


@pytest.mark.full
@pytest.mark.parametrize(("size", "scheme"), [((1280, 720), "dark"), ((1280, 800), "light")])
def test_table_strips_and_bars_are_in_view_together(ask, size, scheme):
    screen = ask(size=size, scheme=scheme)
    for part in (".readers", ".board", ".st-key-write_it", ".st-key-bars .layer_2_marks"):
        assert inside(screen.page.locator(part).bounding_box(), size), part
    assert screen.page.evaluate(TOO_WIDE) == []
