"""The focus in the browser: after every action it is on the same control or its replacement."""

import pytest
from playwright.sync_api import expect

from tests.waiting import wait_until

# The containers of the focus, from the innermost outwards, by their names without changing numbers.
FOCUSED = """() => {
  let at = document.activeElement;
  while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  const names = [];
  for (let node = at; node; node = node.parentNode ?? node.host) {
    names.push(...[...(node.classList ?? [])].filter((name) => name.startsWith("st-key-")));
  }
  return names.map((name) => name.slice(7).replace(/_\\d+(?=_|$)/g, ""));
}"""
TEXT = "the cat sat on the mat and the dog lay by the door . " * 30
UNCHOSEN = "[role=radio][aria-checked=false]"


def focus_stays(screen, key, what="button", do="Enter", then=None):
    """Use a control by keyboard: press a key or type. Then the focus is in it, or in `then`."""
    control = screen.at(key, what)
    control.focus()
    was = control.element_handle()
    before = screen.page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop")
    if what in ("button", UNCHOSEN) or do.startswith("Arrow"):
        screen.page.keyboard.press(do)
    elif what == "[role=combobox]":
        screen.page.keyboard.type(do)
        screen.page.keyboard.press("Enter")
    else:
        control.fill(do)
        screen.page.keyboard.press("Control+Enter" if what == "textarea" else "Enter")
    if then:
        wait_until(lambda: not was.evaluate("node => node.isConnected"), f"{key} is gone")
    focus_is_in(screen, then or key)
    assert screen.page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == before


def focus_is_in(screen, key):
    """Check that the focus moves to this container and stays there."""
    screen.page.wait_for_timeout(250)
    screen.settle()
    wait_until(lambda: any(name.startswith(key) for name in focused(screen)), f"the focus is in {key}")


def focused(screen):
    return screen.page.evaluate(FOCUSED)


def go(screen, page):
    """Go to another page by its link, which keeps the focus."""
    screen.at(f"page_{page}", "a").click()
    expect(screen.page.locator(f".st-key-page_{page}_open")).to_be_visible()
    focus_is_in(screen, f"page_{page}_open")


@pytest.mark.full
def test_on_the_first_page(visit):
    screen = visit("?epochs=3")
    for key in ("train", "one_update", "one_epoch", "reset", "new_seed", "reset"):
        focus_stays(screen, key)
    focus_stays(screen, "speed", UNCHOSEN, "Space")
    focus_stays(screen, "axis", UNCHOSEN, "Space")
    focus_stays(screen, "timeline", "[role=slider]", "ArrowLeft")
    focus_stays(screen, "set_temperature", "[type=range]", "ArrowRight")
    focus_stays(screen, "set_top_k", "[type=range]", "ArrowLeft")
    focus_stays(screen, "set_start", "[role=combobox]", "the company")
    focus_stays(screen, "set_state", "[role=combobox]", "blank")
    for key in ("next_word", "twenty_words", "undo", "clear", "next_word"):
        focus_stays(screen, key)
    focus_stays(screen, "strip")
    screen.page.get_by_role("tab", name="Through time").click()
    focus_is_in(screen, "explain")


@pytest.mark.full
def test_in_the_settings(visit):
    screen = visit()
    screen.click("settings")
    focus_stays(screen, "set_words", "input", "2000")
    focus_stays(screen, "set_words", "input", "200.5")
    expect(screen.page.locator("[data-testid=stPopoverBody] .problem")).to_be_visible()
    focus_stays(screen, "words")
    expect(screen.page.locator("[data-testid=stPopoverBody] .problem")).to_have_count(0)
    focus_stays(screen, "words")
    focus_stays(screen, "set_first_word", "[type=range]", "ArrowRight")
    focus_stays(screen, "set_seed", "input", "4")
    focus_stays(screen, "set_lr", "[type=range]", "ArrowRight")
    focus_stays(screen, "book_settings")
    screen.page.get_by_text("Beyond the book").click()
    focus_stays(screen, "set_optimizer", "[role=combobox]", "Adam")
    screen.at("set_tied", "input").focus()
    screen.page.keyboard.press("Space")
    focus_is_in(screen, "set_tied")
    focus_stays(screen, "set_corpus", "[role=combobox]", "Your own text")
    focus_stays(screen, "pasted", "textarea", TEXT)
    screen.page.locator(".st-key-pasted textarea").fill(TEXT + "the end .")
    focus_stays(screen, "read_pasted")
    screen.page.keyboard.press("Escape")
    focus_is_in(screen, "settings")


@pytest.mark.full
def test_on_the_skip_list(visit):
    screen = visit()
    screen.click("skip_list")
    focus_stays(screen, "set_skip", "[role=combobox]", "of the in")
    wait_until(lambda: screen.link.endswith("of+the+in"), "each word is a chip")
    screen.page.get_by_role("button", name="Clear all").focus()
    screen.page.keyboard.press("Enter")
    focus_is_in(screen, "set_skip")
    screen.page.keyboard.press("Escape")
    focus_is_in(screen, "skip_list")


@pytest.mark.full
def test_a_control_that_disappears_passes_the_focus_to_its_neighbour(visit):
    screen = visit("?epochs=9000")
    focus_stays(screen, "decline", then="controls")
    screen.click("train")
    wait_until(lambda: screen.epoch > 1, "it trains")
    screen.click("train")
    screen.settle()
    screen.click("settings")
    screen.at("set_lr", "input").focus()
    screen.page.keyboard.press("ArrowRight")
    expect(screen.page.locator(".st-key-new_rate")).to_be_visible()
    screen.page.keyboard.press("Escape")
    focus_is_in(screen, "settings")
    focus_stays(screen, "new_rate", then="controls")
    focus_stays(screen, "reset")
    focus_stays(screen, "bring_back", then="controls")


@pytest.mark.full
def test_on_the_page_of_questions(visit):
    screen = visit()
    go(screen, "ask")
    focus_stays(screen, "set_sentence", "input", "the company said it")
    for key in ("example_new", "example_own", "example_notes", "example_order"):
        focus_stays(screen, key)
    focus_stays(screen, "strip_set", "[role=slider]", "ArrowRight")
    focus_stays(screen, "two_dice", "input", "35")
    for key in ("write_it", "draws", "guess", "forget"):
        focus_stays(screen, key)
    focus_stays(screen, "network", UNCHOSEN, "Space")
    focus_stays(screen, "set_cache_share", "[type=range]", "ArrowRight")


@pytest.mark.full
def test_inside(visit):
    screen = visit()
    go(screen, "inside")
    for key in (
        "one_update",
        "tape_machine",
        "next_move",
        "moves_machine",
        "next_word",
        "state_canvas",
        "matter_words",
    ):
        focus_stays(screen, key)
    focus_stays(screen, "state_canvas", "[role=slider]", "ArrowDown")


@pytest.mark.full
def test_the_focus_stays_where_runs_are_compared(visit):
    screen = visit()
    go(screen, "compare")
    focus_stays(screen, "runs_chart", "input", "mine")
    expect(screen.page.locator(".st-key-runs_chart svg").get_by_text("mine")).to_be_visible()
    focus_stays(screen, "beside", UNCHOSEN, "Space")
    focus_stays(screen, "open_fan", then="fan")
    focus_stays(screen, "set_fan_over", "[role=combobox]", "lr")
    focus_stays(screen, "set_fan_values", "input", "0.1 0.2")
    focus_stays(screen, "begin_fan", then="fan_settings")


@pytest.mark.full
def test_in_a_lesson(visit):
    screen = visit()
    go(screen, "lessons")
    focus_stays(screen, "start_what", then="lesson_bar")
    screen.page.keyboard.press("Enter")
    expect(screen.page.locator(".bar .where")).to_contain_text("2")
    focus_is_in(screen, "lesson_bar")
    screen.page.locator(".bar .close").focus()
    screen.page.keyboard.press("Enter")
    focus_is_in(screen, "page_train_open")


@pytest.mark.full
def test_the_offer_of_a_lesson_leaves_the_focus_to_the_lesson(visit):
    focus_stays(visit(), "offer", then="lesson_bar")


@pytest.mark.full
def test_after_a_click_beside_all_controls_the_space_key_trains(visit):
    screen = visit()
    screen.at("undo").click()
    screen.page.mouse.click(640, 4)
    screen.page.wait_for_timeout(600)
    assert "undo" not in focused(screen)
    screen.page.keyboard.press("Space")
    expect(screen.at("train")).to_contain_text("Pause")


@pytest.mark.parametrize("ms", [50, 300])
def test_a_control_that_is_disabled_for_a_moment_has_the_focus_again(visit, ms):
    screen = visit()
    tab = screen.page.get_by_role("tab", name="Through time")
    tab.click()
    tab.evaluate(
        """(tab, ms) => {
      tab.removeAttribute("tabindex");
      tab.blur();
      setTimeout(() => tab.setAttribute("tabindex", "0"), ms);
    }""",
        ms,
    )
    focus_is_in(screen, "explain")
    assert tab.evaluate("tab => tab === document.activeElement")
