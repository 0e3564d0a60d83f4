"""The page before any click, in a real browser: everything in sight, on a projector and on a phone."""

import pytest
from playwright.sync_api import expect

from tests.page import DESKTOP, PHONE

DARK_IS_FULL = pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.full)])
MAIN = "[data-testid=stMain]"

# Visible elements that reach beyond the screen, except those inside an element that can be scrolled
# or that cuts them off by itself.
TOO_WIDE = """() => {
  const wide = [];
  const walk = (root, box) => {
    for (const node of root.children) {
      const { left, right, width, height } = node.getBoundingClientRect(), style = getComputedStyle(node);
      const seen = width > 1 && height > 1 && style.visibility === "visible" && style.clip === "auto";
      const out = right > innerWidth + 1 || left < -1;
      if (seen && out && !box) wide.push(`${node.tagName}.${node.className?.baseVal ?? node.className} to ${right}`);
      const page = node.matches("[data-testid=stMain], [data-testid=stApp], [data-testid=stAppViewContainer]");
      const boxed = box || (!page && !out && style.overflowX !== "visible") || (seen && out);
      walk(node, boxed);
      if (node.shadowRoot) walk(node.shadowRoot, boxed);
    }
  };
  walk(document.body, false);
  return wide;
}"""

# Scrolls to each control and returns the names of those whose centre is covered.
OUT_OF_REACH = """() => {
  const at = (x, y) => {
    let node = document.elementFromPoint(x, y);
    while (node?.shadowRoot) {
      const inner = node.shadowRoot.elementFromPoint(x, y);
      if (!inner || inner === node) break;
      node = inner;
    }
    return node;
  };
  const controls = [...document.querySelectorAll(
    ".stButton button, [data-testid=stPopover] button, [data-testid=stButtonGroup] button, " +
    "[data-testid=stTab], .stSelectbox [role=group], [data-testid=stSliderThumbValue], .stButtonGroup label"
  )].filter(control => control.checkVisibility() && control.getBoundingClientRect().width);
  return {
    count: controls.length,
    covered: controls.filter(control => {
      control.scrollIntoView({ block: "center" });
      const { left, top, width, height } = control.getBoundingClientRect();
      const hit = at(left + width / 2, top + height / 2);
      return !(hit && (control.contains(hit) || hit.contains(control)));
    }).map(control => control.innerText),
  };
}"""


def inside(box, size):
    """Whether a bounding box lies within the first screen of this size."""
    right, bottom = box["x"] + box["width"], box["y"] + box["height"]
    return box["width"] > 0 and box["x"] >= 0 and box["y"] >= 0 and right <= size[0] and bottom <= size[1]


@DARK_IS_FULL
def test_the_first_screen_shows_a_recorded_run_with_curve_bars_text_and_controls(look, scheme):
    screen = look(scheme=scheme)
    screen.keep(f"first-{scheme}")
    expect(screen.page.locator(".notice .badge")).to_have_text("Recorded")
    assert screen.epoch == len(screen.curve()) == 100
    assert len(screen.curve("published curve")) == 100
    assert len(screen.bars()) == 11
    assert screen.words
    for key in ("train", "curve", "bars", "strip"):
        assert inside(screen.page.locator(f".st-key-{key}").bounding_box(), DESKTOP), key
    main = screen.page.locator(MAIN)
    assert main.evaluate("main => main.scrollHeight <= main.clientHeight")
    assert screen.page.evaluate(TOO_WIDE) == []
    colour = screen.page.get_by_test_id("stApp").evaluate("app => getComputedStyle(app).backgroundColor")
    red, green, blue = map(int, colour.removeprefix("rgb(").removesuffix(")").split(","))
    assert (red + green + blue > 600) == (scheme == "light")


@DARK_IS_FULL
def test_a_phone_shows_everything_without_scrolling_sideways(visit, scheme):
    screen = visit(size=PHONE, scheme=scheme)
    screen.keep(f"phone-{scheme}")
    assert screen.page.evaluate(TOO_WIDE) == []
    assert screen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert screen.page.locator(MAIN).evaluate("main => main.scrollWidth <= main.clientWidth")
    height = screen.page.locator(MAIN).evaluate("main => main.scrollHeight")
    screen.page.set_viewport_size({"width": PHONE[0], "height": height})
    screen.keep(f"phone-{scheme}-whole")


def test_every_control_can_be_reached_by_a_thumb(visit):
    screen = visit(size=PHONE)
    controls = screen.page.evaluate(OUT_OF_REACH)
    assert controls["count"] > 15
    assert controls["covered"] == []
    screen.click("settings")
    expect(screen.whole("set_seed")).to_be_visible()
    touched = screen.page.locator(
        ".stButton button, [data-testid=stPopover] button, .stSelectbox [role=group], "
        "[data-testid=stNumberInputContainer], [data-testid=stTab]"
    )
    low = touched.filter(visible=True).evaluate_all(
        "touched => touched.filter(t => t.getBoundingClientRect().height < 43.5).map(t => t.innerText)"
    )
    assert low == []


def test_the_page_asks_no_other_server_for_anything(look):
    assert look(scheme="light").foreign == []
