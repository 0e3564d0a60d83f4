"""Training on the page: start, watch, pause, step, start over, and diverge."""

import io
import json

import pandas as pd
import pytest
from playwright.sync_api import expect

from rnnlm.data.ptb import load_ptb
from rnnlm.data.writing import as_text
from rnnlm.experiment import Experiment
from rnnlm.storage.checkpoint import load_run
from rnnlm.training.trainer import Trainer
from tests.waiting import wait_until


def shown(perplexity):
    return f"{perplexity:,.2f}"


@pytest.fixture(scope="module")
def book(ptb):
    """The run of the book, by a separate Trainer."""
    trainer = Trainer(Experiment(), ptb)
    trainer.run()
    return trainer


def test_the_curve_grows_while_it_trains_and_pause_stops_it(visit):
    screen = visit("?epochs=10000")
    recorded = screen.curve()
    screen.click("train")
    early = wait_until(lambda: (now := screen.curve()) != recorded and now, "the run has a curve of its own")
    wait_until(lambda: len(screen.curve()) > len(early), "the curve has grown")
    assert screen.curve()[: len(early)] == early
    screen.keep("training")
    screen.click("train")
    expect(screen.page.locator(".st-key-train")).to_contain_text("Train")
    screen.settle()
    stood = screen.epoch
    screen.choose("axis", "Linear")
    expect(screen.page.get_by_label("Y-axis for a linear scale")).to_be_visible()
    assert screen.epoch == stood < 10_000
    screen.keep("paused-linear")


@pytest.mark.full
def test_a_run_at_full_speed_ends_where_the_same_run_without_a_page_ends(visit, book):
    screen = visit()
    screen.page.keyboard.press("Space")
    expect(screen.page.locator(".st-key-train")).to_contain_text("Pause")
    screen.page.keyboard.press("Space")
    expect(screen.page.locator(".st-key-train")).to_contain_text("Train")
    screen.page.keyboard.press("Space")
    expect(screen.page.locator(".notice")).to_contain_text("All epochs are done")
    screen.settle()
    assert screen.epoch == 100
    assert screen.perplexity == shown(book.history[-1].perplexity)
    assert screen.curve() == [(point.epoch, pytest.approx(point.perplexity, rel=1e-5)) for point in book.curve]
    screen.keep("finished")


@pytest.mark.full
def test_space_trains_right_after_a_speed_was_chosen(visit):
    screen = visit("?epochs=1000")
    for speed in ("1 epoch a second", "Ten seconds"):
        screen.choose("speed", speed)
        screen.settle()
        screen.page.keyboard.press("Space")
        expect(screen.at("train")).to_contain_text("Pause")
        screen.page.keyboard.press("Space")
        expect(screen.at("train")).to_contain_text("Train")


def test_the_bars_move_while_the_network_learns_at_a_pace_that_the_eye_can_follow(visit):
    screen = visit()
    screen.choose("speed", "1 epoch a second")
    screen.click("train")
    wait_until(lambda: screen.epoch >= 1, "one epoch is done")
    early = screen.bars()
    wait_until(lambda: screen.bars() != early, "the bars have moved")
    assert screen.epoch < 20
    screen.keep("narrated")


def test_one_update_and_one_epoch_go_exactly_so_far(visit):
    screen = visit("?epochs=2")
    updates = Trainer(Experiment(epochs=2), load_ptb(words=1000)).updates_per_epoch
    for done in (1, 2):
        screen.click("one_update")
        wait_until(lambda done=done: screen.share == pytest.approx(done / (2 * updates), abs=1e-4), "an update is done")
    screen.page.keyboard.press("u")
    wait_until(lambda: screen.share == pytest.approx(3 / (2 * updates), abs=1e-4), "a third update is done")
    screen.click("one_epoch")
    wait_until(lambda: (screen.share, screen.epoch) == (0.5, 1), "the epoch under way is done")
    wait_until(lambda: len(screen.curve()) == 1, "the curve has its first point")
    screen.page.keyboard.press("e")
    expect(screen.page.locator(".notice")).to_contain_text("All epochs are done")
    wait_until(lambda: (screen.share, screen.epoch) == (1.0, 2), "bar and figure say so, too")


def test_reset_starts_over_and_the_run_before_can_be_brought_back(visit):
    screen = visit()
    screen.click("one_epoch")
    wait_until(lambda: screen.epoch == 1, "an epoch is done")
    first = screen.perplexity
    screen.click("reset")
    wait_until(lambda: screen.epoch == 0, "the run is at its start again")
    screen.click("one_epoch")
    wait_until(lambda: screen.epoch == 1, "the same epoch is done again")
    assert screen.perplexity == first
    screen.click("new_seed")
    wait_until(lambda: screen.link == "seed=1", "the link carries the new seed")
    assert screen.epoch == 0
    wait_until(lambda: len(screen.curve("the previous run")) == 1, "the run before is drawn behind this one")
    screen.click("one_epoch")
    wait_until(lambda: screen.epoch == 1, "an epoch of the new seed is done")
    assert screen.perplexity != first
    screen.click("bring_back")
    wait_until(lambda: screen.link == "", "the link is the old run's")
    assert (screen.epoch, screen.perplexity) == (1, first)


@pytest.mark.full
def test_a_run_that_blows_up_says_so_and_marks_the_place(visit):
    screen = visit("?lr=100")
    screen.click("train")
    expect(screen.page.locator(".notice.problem")).to_contain_text("Lower the learning rate")
    expect(screen.page.locator(".st-key-curve").get_by_text("diverged")).to_be_visible()
    expect(screen.page.locator(".st-key-train")).to_contain_text("Train")
    screen.keep("diverged")
    screen.click("settings")
    screen.fill("set_epochs", 200)
    expect(screen.page.locator(".notice.new")).to_contain_text("press Train to start a run with them")


@pytest.mark.full
def test_a_download_is_the_run_on_screen(visit, ptb, tmp_path):
    screen = visit("?epochs=3")
    screen.click("train")
    expect(screen.page.locator(".notice")).to_contain_text("All epochs are done")
    screen.settle()
    screen.page.get_by_role("tab", name="Take away").click()
    files = {}
    for key in ("save_curve", "save_run", "save_text", "save_hand_in"):
        with screen.page.expect_download() as download:
            screen.click(key)
        files[key] = tmp_path / download.value.suggested_filename
        download.value.save_as(files[key])
    screen.keep("take-away")

    trainer = Trainer(Experiment(epochs=3), ptb)
    trainer.run()
    table = pd.read_csv(io.StringIO(files["save_curve"].read_text()), dtype=str).astype(float)  # to the last digit
    assert table.epoch.tolist() == [1, 2, 3]
    assert table.perplexity.tolist() == [point.perplexity for point in trainer.curve]
    resumed = load_run(files["save_run"]).resume()
    for run in (resumed, trainer):
        run.extend(4)
    assert resumed.run_epoch().loss == trainer.run_epoch().loss
    assert json.loads(files["save_hand_in"].read_text())["settings"] == {"epochs": "3"}
    assert files["save_text"].read_text() == as_text(["a", "form", "of", *screen.words])
