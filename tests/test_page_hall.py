"""Hall mode: one panel fills the window in large type; keys, dots and swipes change it. The large class link."""

import pytest
from playwright.sync_api import expect

from rnnlm.ui.state import host, shared
from tests.page import PHONE
from tests.script import Script
from tests.test_page import TOO_WIDE
from tests.visiting import on_page, said
from tests.waiting import wait_until

PANELS = {"": 4, "ask": 5, "inside": 7, "compare": 4, "lessons": 0}
WINDOWS = [(1280, 720), (1280, 800), (1920, 1080), (853, 533)]  # the last one is 1280x800 at 150 % zoom

# The visible pieces of text and their size in pixels of the window: font size times all zooms and scales around it.
TEXTS = """() => {
  const found = [];
  const sizeOf = (node) => {
    const size = parseFloat(getComputedStyle(node).fontSize);
    if (!node.ownerSVGElement) return size * node.currentCSSZoom;
    return (size * node.getBoundingClientRect().height) / node.getBBox().height;
  };
  const walk = (root) => {
    for (const node of root.childNodes) {
      if (node.nodeType === Node.TEXT_NODE && node.data.trim()) {
        const of = node.parentElement, range = document.createRange();
        range.selectNodeContents(node);
        const { width, height, bottom } = range.getBoundingClientRect();
        const seen = of?.checkVisibility({ opacityProperty: true, visibilityProperty: true });
        const aside = of?.closest(".aloud, [data-live-announcer], style, script");
        const is_text = width > 2 && height > 2 && bottom > 0 && !aside;
        if (seen && is_text) found.push([sizeOf(of), node.data.trim()]);
      } else if (node.nodeType === Node.ELEMENT_NODE) {
        walk(node);
        if (node.shadowRoot) walk(node.shadowRoot);
      }
    }
  };
  walk(document.body);
  return found;
}"""
# The key on a button is not part of the document's text.
MARKS = """() => [...document.querySelectorAll("button")]
  .filter(button => button.checkVisibility({ visibilityProperty: true }))
  .map(button => [button, getComputedStyle(button, "::after")])
  .filter(([, { content }]) => content !== "none" && /[A-Z]/.test(content))
  .map(([button, { fontSize, content }]) => [parseFloat(fontSize) * button.currentCSSZoom, content])"""

# A finger's way over a panel's heading, from one x to another.
SWIPE = """([from, to]) => {
  const seen = (node) => node.checkVisibility({ visibilityProperty: true });
  const target = [...document.querySelectorAll("h2.panel")].find(seen);
  const send = (kind, x, touches) => {
    const one = new Touch({ identifier: 1, target, clientX: x, clientY: 300 });
    const on = touches ? [one] : [];
    const rest = { touches: on, changedTouches: [one], bubbles: true, composed: true };
    target.dispatchEvent(new TouchEvent(kind, rest));
  };
  send("touchstart", from, true);
  send("touchend", to, false);
}"""


def too_small(screen, least):
    """The visible texts below this size, with their sizes."""
    screen.settle()
    texts = screen.page.evaluate(TEXTS) + screen.page.evaluate(MARKS)
    assert len(texts) > 10
    return [(round(size, 1), text) for size, text in texts if size < least - 0.01]


def shown(screen):
    """The names of the visible panels."""
    panels = screen.page.locator("[class*='st-key-panel_']").filter(visible=True)
    classes = panels.evaluate_all("panels => panels.map(panel => panel.className)")
    return [name.split("st-key-panel_")[1].split()[0] for name in classes]


def go(screen, page, link="?projector=yes"):
    """Open a page by its address in the same tab."""
    screen.page.goto(f"{screen.address}{page}{link}")
    expect(screen.page.locator(".st-key-hall .turn")).to_be_visible()
    expect(screen.page.locator("[data-testid=stSkeleton]")).to_have_count(0)
    screen.settle()


def resize(screen, size):
    """Give the window this size, and wait until charts have theirs."""
    screen.page.set_viewport_size(dict(zip(("width", "height"), size, strict=True)))
    screen.page.wait_for_timeout(300)


def test_one_panel_fills_the_window_and_keys_lead_to_the_others_and_back(visit):
    screen = visit()
    assert len(shown(screen)) == 4
    assert too_small(screen, 12) == []
    screen.at("hall").click()
    assert shown(screen) == ["curve"]  # immediately, without an answer of the server
    wait_until(lambda: screen.link == "projector=yes", "the link says so")
    box = screen.page.locator(".st-key-curve svg.marks").bounding_box()
    assert box["width"] > 0.9 * 1280
    assert box["height"] > 0.55 * 800
    assert too_small(screen, 20) == []
    for key, name in (("ArrowRight", "bars"), ("PageDown", "text"), ("ArrowLeft", "bars"), ("PageUp", "curve")):
        screen.page.keyboard.press(key)
        assert shown(screen) == [name]
    words = screen.page.locator(".text .word").count()
    screen.page.keyboard.press("n")  # the key of a button in a hidden panel
    wait_until(lambda: screen.page.locator(".text .word").count() == words + 1, "the word is drawn")
    screen.page.keyboard.press("u")
    wait_until(lambda: "epoch 0 of 100" in screen.read(".progress"), "an update is done, by its key")
    screen.page.keyboard.press("Escape")
    assert len(shown(screen)) == 4
    wait_until(lambda: screen.link == "", "and the link")
    screen.page.keyboard.press("f")
    assert shown(screen) == ["curve"]


def test_the_middle_speed_takes_ten_seconds_for_all_epochs_of_a_run(monkeypatch):
    paces = []
    monkeypatch.setattr(type(shared.engine()), "set_pace", lambda engine, job, seconds: paces.append(seconds))
    for link, pace in (("speed=ten", 0.1), ("speed=ten&epochs=400", 0.025), ("speed=slow", 1.0), ("", None)):
        Script(link).click("reset")
        assert paces[-1] == pace


@pytest.mark.full
@pytest.mark.parametrize("page", PANELS)
def test_no_text_is_below_20_pixels_in_hall_mode_and_12_without(visit, page):
    screen, panels = visit(), PANELS[page]
    go(screen, page, "")
    for size in WINDOWS:
        resize(screen, size)
        assert too_small(screen, 12) == [], size
        assert screen.page.evaluate(TOO_WIDE) == [], size
    go(screen, page)
    for place in range(max(panels, 1)):
        assert len(shown(screen)) == min(panels, 1)
        for size in WINDOWS:
            resize(screen, size)
            assert too_small(screen, 20) == [], (shown(screen), size)
            assert screen.page.evaluate(TOO_WIDE) == [], (shown(screen), size)
        screen.keep(f"hall-{page or 'train'}-{place}")
        screen.page.keyboard.press("ArrowRight")


@pytest.mark.full
@pytest.mark.parametrize(("link", "least"), [("", 12), ("?projector=yes", 20)])
def test_what_opens_over_the_page_is_as_large(visit, link, least):
    screen = visit(link)
    screen.page.locator(".st-key-curve svg g.mark-symbol").last.locator("path").nth(30).hover(force=True)
    expect(screen.page.locator("#vg-tooltip-element")).to_contain_text("this run")
    assert too_small(screen, least) == []
    screen.at("reset").hover()
    expect(screen.page.get_by_test_id("stTooltipContent")).to_be_visible()
    assert too_small(screen, least) == []
    screen.page.keyboard.press("ArrowRight")
    screen.at("set_state", "[role=group] button").click()
    expect(screen.page.get_by_role("option").first).to_be_visible()
    assert too_small(screen, least) == []
    screen.keep(f"hall-list-{least}")


@pytest.mark.full
def test_nothing_is_shrunk_on_a_low_screen(visit):
    screen = visit(size=(1280, 720))
    assert screen.page.locator("[data-testid=stMainBlockContainer]").evaluate("main => main.currentCSSZoom") == 1


@pytest.mark.full
def test_keys_in_a_slider_or_a_field_keep_their_meaning(visit):
    screen = visit("?projector=yes")
    screen.page.keyboard.press("ArrowRight")
    screen.at("set_temperature", "input, [role=slider]").focus()
    screen.page.keyboard.press("ArrowRight")
    wait_until(lambda: "temperature=1.1" in screen.link, "the slider has moved")
    assert shown(screen) == ["bars"]
    field = screen.at("set_start", "input")
    field.click()
    field.press_sequentially("of")
    assert field.input_value().endswith("of")  # the f is typed too
    field.press("ArrowRight")
    assert shown(screen) == ["bars"]
    screen.page.keyboard.press("Escape")
    assert shown(screen) == ["bars"]


@pytest.mark.full
def test_escape_closes_what_is_open_before_the_mode(visit):
    screen = visit("?projector=yes", size=(1280, 720))
    screen.click("settings")
    body = screen.page.get_by_test_id("stPopoverBody")
    expect(body).to_be_visible()
    box = body.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 1280
    assert box["y"] + box["height"] <= 720
    screen.page.keyboard.press("Escape")
    expect(body).to_have_count(0)
    assert shown(screen) == ["curve"]
    screen.page.keyboard.press("Escape")
    assert len(shown(screen)) == 4


@pytest.mark.full
def test_the_mode_stays_on_every_page_and_after_a_reload(visit):
    screen = visit("?projector=yes")
    screen.page.locator(".st-key-page_inside a").click()
    expect(screen.page.locator(".st-key-panel_picture")).to_be_visible()
    assert shown(screen) == ["picture"]
    wait_until(lambda: screen.link == "projector=yes", "the address says so")
    screen.page.reload()
    expect(screen.page.locator(".st-key-panel_picture")).to_be_visible()
    wait_until(lambda: shown(screen) == ["picture"], "the mode is there again")


@pytest.mark.full
def test_a_link_that_hides_a_panel_leaves_no_dot_for_it(visit):
    screen = visit("?projector=yes&hide=explain,strip")
    dots = screen.page.locator(".st-key-hall .dot")
    expect(dots).to_have_count(3)
    dots.nth(2).click()
    assert shown(screen) == ["text"]
    screen.page.keyboard.press("ArrowRight")
    assert shown(screen) == ["text"]  # the last one


@pytest.mark.full
def test_a_lesson_brings_the_panel_of_its_control(visit):
    screen = visit("?projector=yes&lesson=what")
    bar = screen.page.locator(".st-key-lesson_bar")
    screen.page.keyboard.press("PageDown")
    screen.page.keyboard.press("PageDown")
    assert shown(screen) == ["text"]
    bar.locator(".next").click()
    ringed = """nodes => nodes.some(node => getComputedStyle(node).outlineStyle === "solid" &&
        node.checkVisibility({ visibilityProperty: true }))"""
    every = screen.page.locator("[class*='st-key-'], [data-testid=stLayoutWrapper]")
    wait_until(lambda: every.evaluate_all(ringed), "what the step shows is in sight")
    assert bar.bounding_box()["height"] < 0.6 * 800


@pytest.mark.full
def test_a_finger_and_the_dots_change_the_panel_on_a_phone(visit):
    screen = visit("?projector=yes", size=PHONE)
    dots = screen.page.locator(".st-key-hall .dot")
    dots.nth(1).click()
    assert shown(screen) == ["bars"]
    screen.page.evaluate(SWIPE, [300, 280])
    assert shown(screen) == ["bars"]
    screen.page.evaluate(SWIPE, [300, 120])
    assert shown(screen) == ["text"]
    assert screen.page.evaluate(TOO_WIDE) == []
    screen.at("hall", ".turn").click()
    assert len(shown(screen)) == 4
    expect(screen.page.locator(".st-key-hall .turn")).to_be_hidden()  # phones have no hall mode


@pytest.mark.full
@pytest.mark.parametrize("link", ["", "?projector=yes"])
@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
def test_the_link_of_a_class_fills_the_screen(visit, size, link):
    screen = visit(size=size)
    go(screen, "lessons", link)
    field = screen.page.get_by_role("textbox", name="The address of this computer")
    field.fill("http://192.168.100.120:8501")
    field.press("Enter")
    expect(screen.page.locator("p.link").first).to_contain_text("192.168.100.120")
    screen.settle()
    code, fill = screen.page.locator("dialog img"), screen.page.locator("button.fill")
    fill.click()
    box = code.bounding_box()
    assert min(box["width"], box["height"]) >= 0.6 * size[1]
    for part in ("dialog img", "dialog .link", "dialog .close"):
        box = screen.page.locator(part).bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= size[1]
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= size[0]
    assert too_small(screen, 20 if link else 12) == []
    screen.page.keyboard.press("Escape")
    expect(code).to_be_hidden()
    assert bool(link) == screen.page.evaluate("document.documentElement.classList.contains('hall')")
    fill.click()
    code.click()
    expect(code).to_be_hidden()


@pytest.mark.parametrize(
    ("ip", "bound", "proposed"),
    [
        ("192.168.0.7", None, "http://192.168.0.7:8501"),
        ("192.168.0.7", "0.0.0.0", "http://192.168.0.7:8501"),
        ("192.168.0.7", "localhost", ""),
        ("127.0.0.1", None, ""),
        (None, None, ""),
    ],
)
def test_the_page_proposes_the_address_of_its_computer_if_others_can_reach_it(monkeypatch, ip, bound, proposed):
    monkeypatch.setattr(host, "get_internal_ip", lambda: ip)
    monkeypatch.setattr(host.st, "get_option", {"server.address": bound}.get)
    assert host.in_the_network(8501) == proposed


def test_localhost_is_refused_with_a_sentence_that_says_what_to_type(monkeypatch):
    monkeypatch.setattr(host, "get_internal_ip", lambda: "192.168.0.7")
    page = on_page("lessons")
    field = next(field for field in page.text_input if field.label == "The address of this computer in your network")
    assert field.value.startswith("http://192.168.0.7:")
    assert f"{field.value}/?lesson=" in said(page)
    proposed = field.value
    field.input("http://localhost:8501").run()
    assert "localhost works only on this computer" in said(page)
    assert f"for example {proposed}." in said(page)
    assert "?lesson=" not in said(page)
