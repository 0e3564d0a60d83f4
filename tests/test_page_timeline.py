"""The timeline and the state: every snapshot of a run answers, from any initial state."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from rnnlm.data.corpus import Corpus
from rnnlm.experiment import Experiment
from rnnlm.formats import percent
from rnnlm.inference.reader import Reader
from rnnlm.inference.sampling import SKIP, distribution
from rnnlm.training.trainer import Trainer
from rnnlm.ui.state.choices import Sampling
from tests.waiting import wait_until


def stop(screen, *keys):
    """Move the handle by keys and wait for its epoch."""
    screen.page.locator(".timeline").focus()
    for key in keys:
        screen.page.keyboard.press(key)
    screen.page.wait_for_timeout(400)
    screen.settle()


def told(screen):
    return screen.page.locator(".timeline").get_attribute("aria-valuetext")


def first_bar(trainer, corpus: Corpus):
    """The word and the figure of the first bar after the page's first words."""
    ids = [*corpus.opening, *corpus.vocabulary.ids(Sampling().start)]
    p = distribution(Reader(trainer.model.params).after(ids), skip_ids=corpus.vocabulary.ids(SKIP, known_only=True))
    return corpus.vocabulary.word(int(np.argmax(p))), percent(float(p.max()))


@pytest.mark.full
def test_before_any_click_the_recorded_run_answers_from_every_epoch_up_to_400(visit):
    screen = visit()
    assert told(screen).startswith("epoch 100: perplexity 5.14")
    stop(screen, "Home")
    wait_until(lambda: screen.link == "at=0", "the first moment")
    assert float(screen.bars()[0][1].split()[0]) < 1  # an untrained network knows nothing
    stop(screen, "End")
    wait_until(lambda: screen.link == "at=400", "the last moment")
    expect(screen.page.locator(".notice")).to_contain_text("Epoch 400, perplexity 1.03")
    wait_until(lambda: len(screen.curve()) > 200, "the curve goes on to epoch 400")
    screen.keep("epoch-400")
    screen.page.locator(".now").click()
    wait_until(lambda: screen.link == "", "Now returns")
    assert (screen.epoch, screen.perplexity) == (100, "5.14")


@pytest.mark.full
def test_the_bars_at_an_epoch_are_those_of_a_trainer_that_stopped_there(visit, ptb):
    screen = visit("?epochs=10000&seed=5")
    screen.click("train")
    expect(screen.page.locator(".notice")).to_contain_text("updates per epoch")
    wait_until(lambda: screen.epoch > 30, "it trains")
    stop(screen, "Home", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight")
    wait_until(lambda: "at=" in screen.link, "the handle was let go")
    epoch = int(re.search(r"at=(\d+)", screen.link)[1])
    assert 0 < epoch < screen.epoch
    trainer = Trainer(Experiment(epochs=10000, seed=5), ptb)
    while trainer.epoch < epoch:
        trainer.run_epoch()
    wait_until(lambda: screen.bars()[0] == first_bar(trainer, ptb), "the bars are of that epoch")
    before = screen.epoch
    wait_until(lambda: screen.epoch > before + 5, "training goes on meanwhile")
    assert screen.bars()[0] == first_bar(trainer, ptb)
    screen.click("next_word")
    screen.settle()
    assert screen.bars()[0] is not None
    screen.click("train")


def test_a_click_on_the_curve_goes_to_its_epoch(visit):
    screen = visit()
    box = screen.page.locator(".st-key-curve svg.marks").bounding_box()
    screen.page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + 80)
    wait_until(lambda: re.fullmatch(r"at=(40|50|60)", screen.link), "it stands at a moment near the click")
    expect(screen.page.locator(".notice")).to_contain_text("Epoch")


@pytest.mark.full
def test_on_the_tape_the_run_recites_its_text_and_from_a_new_sentence_it_does_not(visit, ptb):
    screen = visit("?at=400&state=tape&temperature=0.1&length=12")
    given = screen.page.locator(".text .given").all_inner_texts()
    words = [ptb.vocabulary.word(i) for i in ptb.ids]
    assert " ".join([*given, *screen.words]) in " ".join(words)
    screen.keep("on-the-tape")
    other = visit("?at=400&temperature=0.1&length=12")
    given = other.page.locator(".text .given").all_inner_texts()
    assert " ".join([*given, *other.words]) not in " ".join(words)


@pytest.mark.full
def test_a_link_opens_the_moment_it_came_from(visit):
    screen = visit("?at=50&state=blank&luck=7&length=15&word=3&axis=linear")
    expect(screen.page.locator(".notice")).to_contain_text("Epoch 50, perplexity 77.66")
    assert len(screen.words) == 15
    expect(screen.page.get_by_role("radio", name="Linear")).to_be_checked()
    again = visit("?at=50&state=blank&luck=7&length=15&word=3&axis=linear")
    assert (again.words, again.said) == (screen.words, screen.said)


@pytest.mark.full
def test_a_learning_rate_can_change_in_mid_run(visit):
    screen = visit("?epochs=4000")
    screen.click("train")
    expect(screen.page.locator(".notice")).to_contain_text("updates per epoch")
    wait_until(lambda: screen.epoch > 3, "it trains")
    screen.click("settings")
    slider = screen.whole("set_lr").get_by_role("slider")
    slider.focus()
    expect(slider).to_be_focused()  # a popover that opens gives the focus to its first control
    screen.page.keyboard.press("ArrowRight")
    expect(screen.whole("set_lr").get_by_test_id("stSliderThumbValue")).to_have_text("0.2")
    screen.page.keyboard.press("Escape")
    expect(screen.page.locator(".st-key-new_rate button").first).to_be_visible()
    screen.click("new_rate")
    wait_until(lambda: "rates=" in screen.link, "the link holds it")
    expect(screen.page.locator(".st-key-curve").get_by_text("lr 0.2")).to_be_visible()
    before = screen.epoch
    wait_until(lambda: screen.epoch > before, "it goes on")
    screen.click("train")
