"""Five pages for one run: choices on one page apply to the others, the address, and the way back."""

from urllib.parse import parse_qsl, urlencode

import pytest
from playwright.sync_api import expect

from rnnlm.experiment import Experiment
from rnnlm.inference.sampling import Sampling
from rnnlm.screen import Screen
from tests.page import PHONE, visitors
from tests.waiting import wait_until

PAGES = ("train", "ask", "inside", "compare", "lessons")
CONTENT = {"train": ".strip", "ask": ".readers td", "lessons": ".st-key-lessons button"}  # far down on each page
# options of the run, of the drawing and of the screen, off their defaults
DRAWN = {"temperature": "1.4", "top_k": "20", "skip": "<unk> the", "start": "of a", "state": "blank", "stream": "2"}
RUN = {"words": "500", "hidden_size": "50", "seed": "3", "lr": "0.25", "first_word": "700", "epochs": "40"}
SCREEN = {"held_out": "yes", "beside": "temperatures", "move": "score", "unit": "7", "u": "0.25", "cache_share": "0.3"}
EVERYTHING = RUN | DRAWN | SCREEN


def go(screen, page):
    """Go to another page by its link."""
    screen.page.locator(f".st-key-page_{page} a").click()
    expect(screen.page.locator(f".st-key-page_{page}_open")).to_be_visible()
    screen.settle()


def choices(screen):
    return dict(parse_qsl(screen.link))


@pytest.mark.full
@pytest.mark.parametrize(
    "everything",
    [EVERYTHING, DRAWN | SCREEN | {"at": "20"}],
    ids=["settings", "a moment"],
)
def test_choices_stay_on_every_page_and_on_the_way_back(visit, everything):
    screen = visit(f"?{urlencode(everything)}")
    wait_until(lambda: choices(screen) == everything, "the address is the link's")
    words, bars = screen.words, screen.bars()
    for page in PAGES[1:]:
        go(screen, page)
        wait_until(lambda: choices(screen) == everything, f"{page} has the same address")
        assert screen.page.url.split("?")[0].endswith(f"/{page}")
    go(screen, "train")
    wait_until(lambda: (screen.words, screen.bars()) == (words, bars), "text and bars are as they were")
    wait_until(lambda: choices(screen) == everything, "the address says so")
    expect(screen.at("set_temperature", "[role=slider], input").first).to_be_visible()
    assert "1.40" in screen.whole("set_temperature").first.inner_text()


@pytest.mark.full
def test_a_run_trains_on_while_one_looks_at_other_pages(visit):
    screen = visit("?epochs=10000")
    screen.click("train")
    wait_until(lambda: screen.epoch > 2, "it trains")
    for page in PAGES[1:]:
        go(screen, page)
        before = screen.epoch
        wait_until(lambda before=before: screen.epoch > before, f"it trains on {page}")
        expect(screen.whole("one_epoch").and_(screen.page.locator(":visible"))).to_have_count(0)
        screen.click("train")
        wait_until(lambda: "Train" in screen.at("train").inner_text(), "Press Pause")
        screen.click("train")


# The elements with text that would be visible if the page were not complete yet.
VISIBLE_TOO_EARLY = """() => {
  delete document.documentElement.dataset.whole;
  const main = document.querySelector("[data-testid=stMainBlockContainer]");
  const texts = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
  const found = [];
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    const of = text.parentElement, isSeen = of.checkVisibility({ visibilityProperty: true });
    if (text.data.trim() && isSeen && !of.closest(".title, .promise")) found.push(text.data);
  }
  document.documentElement.dataset.whole = "";
  return found;
}"""


def test_every_page_is_shown_as_soon_as_it_is_complete_and_its_links_are_where_they_were(visit):
    screen, places = visit(), set()
    for page in PAGES:
        screen.page.goto(f"{screen.address}{page if page != 'train' else ''}")
        expect(screen.page.locator(f".st-key-page_{page}_open")).to_be_visible()
        expect(screen.page.locator("html[data-whole]")).to_be_attached()  # otherwise it appears only after 5 s
        assert screen.page.evaluate(VISIBLE_TOO_EARLY) == []
        places.add(screen.page.locator(".st-key-about button").bounding_box()["x"])
    assert len(places) == 1


def test_a_page_opens_completely_while_a_panel_is_open(visit):
    screen = visit()
    for page, panel, to in (("train", "settings", "ask"), ("ask", "about", "train"), ("train", "skip_list", "lessons")):
        screen.click(panel)
        expect(screen.page.get_by_test_id("stPopoverBody")).to_be_visible()
        screen.page.wait_for_timeout(800)  # a person reads it
        go(screen, to)
        expect(screen.page.get_by_test_id("stPopoverBody")).to_have_count(0)
        expect(screen.page.locator(f"{CONTENT[to]} >> visible=true").first).to_be_visible()
        screen.click("about")
        expect(screen.page.locator("p.about").first).to_be_visible()
        screen.page.go_back()
        expect(screen.page.locator(f".st-key-page_{page}_open")).to_be_visible()
        expect(screen.page.locator(f"{CONTENT[page]} >> visible=true").first).to_be_visible()
        screen.page.go_forward()
        expect(screen.page.locator(f".st-key-page_{to}_open")).to_be_visible()
        expect(screen.page.locator(f"{CONTENT[to]} >> visible=true").first).to_be_visible()


# Goes to a page, and presses About as soon as the page is there or at rest. Returns whether the page was ready then.
PRESS_ABOUT = """([page, key, when]) => new Promise((done) => {
  new MutationObserver((_, watch) => {
    const state = document.querySelector("[data-testid=stApp]").dataset.testScriptState;
    if (!document.querySelector(`.st-key-page_${page}_open`) || (when === "at rest" && state !== "notRunning")) return;
    watch.disconnect();
    const isReady = !window.rnnlmClock.leaving, how = { key, bubbles: true, cancelable: true };
    const press = key ? new KeyboardEvent("keydown", how) : new MouseEvent("click", how);
    document.querySelector(".st-key-about button").dispatchEvent(press);
    done(isReady);
  }).observe(document.body, { childList: true, subtree: true, attributes: true });
  document.querySelector(`.st-key-page_${page} a`).click();
})"""


@pytest.mark.parametrize("when", ["at first sight", "at rest"])
def test_about_opens_if_it_is_pressed_as_soon_as_a_page_is_there_also_if_it_was_open_before(visit, when):
    screen = visit()
    for page, key in (("ask", None), ("train", "Enter"), ("ask", None)):
        is_ready = screen.page.evaluate(PRESS_ABOUT, [page, key if when == "at first sight" else None, when])
        assert when == "at rest" or not is_ready
        screen.settle()
        screen.page.wait_for_timeout(500)  # until the clock has its answer
        expect(screen.page.locator("p.about").first).to_be_visible()


@pytest.mark.full
def test_a_click_is_not_overtaken_by_the_way_to_another_page_that_follows_at_once(visit):
    screen = visit("?epochs=10000")
    hurry = """([page, wait]) => {
        document.querySelector(".st-key-train button").click();
        setTimeout(() => document.querySelector(`.st-key-page_${page} a`).click(), wait);
    }"""
    for page, wait in (("ask", 0), ("inside", 2), ("compare", 5), ("lessons", 20), ("train", 100)):
        before = screen.epoch
        screen.page.evaluate(hurry, [page, wait])
        expect(screen.page.locator(f".st-key-page_{page}_open")).to_be_visible()
        expect(screen.at("train")).to_contain_text("Pause")
        screen.settle()
        wait_until(lambda before=before: screen.epoch != before, f"Train was heard before {page}")
        screen.click("train")
        expect(screen.at("train")).to_contain_text("Train")
        screen.settle()


@pytest.mark.full
def test_a_page_can_be_opened_by_its_address(visit):
    screen = visit()
    screen.page.goto(f"{screen.address}ask?hidden_size=50&temperature=0.5")
    expect(screen.page.locator(".st-key-page_ask_open")).to_be_visible()
    wait_until(lambda: choices(screen) == {"hidden_size": "50", "temperature": "0.5"}, "the address is the link's")
    go(screen, "train")
    wait_until(lambda: choices(screen) == {"hidden_size": "50", "temperature": "0.5"}, "and on the other page")


@pytest.fixture
def in_a_new_tab(browser, server, tmp_path):
    """Like `visit`, in a new tab, because a history has at most fifty entries."""
    with visitors(browser, server, tmp_path) as visit:
        yield visit


@pytest.mark.full
def test_settings_replace_the_address_and_only_a_page_makes_an_entry(in_a_new_tab):
    screen = in_a_new_tab()
    entries = screen.page.evaluate("history.length")
    screen.click("settings")
    for seed in (1, 2, 3):
        screen.fill("set_seed", seed)
        wait_until(lambda seed=seed: screen.link == f"seed={seed}", "the address follows")
    assert screen.page.evaluate("history.length") == entries
    screen.page.keyboard.press("Escape")
    go(screen, "ask")
    assert screen.page.evaluate("history.length") == entries + 1
    screen.page.go_back()
    expect(screen.page.locator(".st-key-page_train_open")).to_be_visible()
    wait_until(lambda: screen.link == "seed=3", "Back shows the page before, with its address")


@pytest.mark.full
def test_back_changes_only_what_its_address_says_and_nothing_typed_meanwhile_is_lost(visit):
    screen = visit("?temperature=0.5")
    words = len(screen.words) + 2
    screen.click("next_word", "next_word")
    wait_until(lambda: len(screen.words) == words, "two more words are written")
    for name in ("ask", "compare"):
        go(screen, name)
    screen.page.go_back()
    expect(screen.page.locator(".st-key-page_ask_open")).to_be_visible()
    field = screen.at("sentence_field", "input")
    field.press("Control+a")
    field.press_sequentially("the company said it will", delay=80)
    field.press("Enter")
    wait_until(lambda: choices(screen).get("sentence") == "the company said it will", "the whole sentence is asked")
    screen.page.go_back()
    expect(screen.page.locator(".st-key-page_train_open")).to_be_visible()
    wait_until(lambda: len(screen.words) == words, "the address says nothing about the words, so they are still there")


@pytest.mark.full
def test_an_address_of_before_is_read_again(visit):
    screen = visit("?temperature=0.5")
    screen.page.evaluate("history.pushState(null, '', '?temperature=2')")
    screen.page.go_back()
    wait_until(lambda: "0.50" in screen.whole("set_temperature").first.inner_text(), "the address is read")
    screen.page.go_forward()
    wait_until(lambda: "2.00" in screen.whole("set_temperature").first.inner_text(), "the other address is read")


@pytest.mark.full
def test_a_tab_that_opens_the_page_again_without_parameters_finds_everything_as_it_was(visit):
    screen = visit("?temperature=0.5&epochs=40")
    screen.click("train")
    wait_until(lambda: screen.epoch == 40, "it is trained")
    screen.page.goto(screen.address)
    wait_until(lambda: choices(screen) == {"temperature": "0.5", "epochs": "40"}, "the choices are there again")
    wait_until(lambda: screen.epoch == 40, "and the run")
    assert "New settings" not in screen.notice


@pytest.mark.full
def test_an_address_that_is_typed_into_a_tab_wins_over_what_the_tab_had(visit):
    screen = visit("?temperature=0.5")
    screen.click("train")
    wait_until(lambda: screen.epoch > 1, "it trains")
    screen.page.goto(f"{screen.address}?temperature=2")
    wait_until(lambda: "2.00" in screen.whole("set_temperature").first.inner_text(), "the typed address is read")
    wait_until(lambda: screen.epoch > 1, "and the run is there again")


@pytest.mark.full
def test_the_focus_stays_on_the_button_that_was_pressed(visit):
    screen = visit("?epochs=3")
    for key in ("train", "one_update", "one_epoch"):
        screen.at(key).focus()
        screen.page.keyboard.press("Enter")
        screen.settle()
        screen.page.wait_for_timeout(500)
        assert screen.page.evaluate("document.activeElement.closest('[class*=st-key-]').className").find(key) > 0
    wait_until(lambda: screen.epoch == 3, "the run is done")
    screen.click("one_update")
    expect(screen.page.locator(".notice.problem")).to_contain_text("This run is finished")


def test_the_options_of_a_link_have_one_name_each():
    names = [name for group in (Experiment, Sampling, Screen) for name in vars(group())]
    assert len(names) == len(set(names))


@pytest.mark.full
def test_train_is_in_reach_while_the_settings_are_open_on_a_phone(visit):
    screen = visit(size=PHONE)
    screen.click("settings")
    screen.at("set_corpus", "input").click()
    screen.page.get_by_role("option", name="Your own text").click()
    screen.page.locator(".st-key-pasted textarea").fill("the cat sat on the mat and the dog lay by the door " * 30)
    screen.at("train").click()
    expect(screen.page.locator(".notice")).to_contain_text("your text: 391 words")
    wait_until(lambda: screen.epoch == 100, "the pasted text was learned")
