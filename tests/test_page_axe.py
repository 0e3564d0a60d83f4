"""No violation of WCAG 2.1, levels A and AA, that axe-core finds: every page, both themes, all languages."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from rnnlm.ui.language import NAMES
from tests.page import visitors

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
RULES |= {"resultTypes": ["violations"]}  # the elements that pass are many
PAPER = {"light": "rgb(252, 251, 248)", "dark": "rgb(21, 23, 27)"}  # Streamlit changes its theme a moment later
PAGES = ("train", "ask", "inside", "compare", "lessons")
# A layer of a chart without data is an empty group, which nobody sees or hears.
EMPTY = "html => !document.createRange().createContextualFragment(html).querySelector('.role-mark *, :not(.role-mark)')"


def violations(screen):
    """(rule, element) of each violation on the screen."""
    found = Axe().run(screen.page, options=RULES).response["violations"]
    each = [(one["id"], node["html"]) for one in found for node in one["nodes"]]
    return [
        (rule, html[:200]) for rule, html in each if not (rule == "svg-img-alt" and screen.page.evaluate(EMPTY, html))
    ]


@pytest.mark.full
@pytest.mark.parametrize("language", NAMES)
def test_nothing_on_any_page_breaks_a_rule(browser, server, tmp_path, language):
    with visitors(browser, server, tmp_path) as visit:
        screen = visit(f"?lang={language}")
        found = {}
        for name in PAGES:
            screen.page.locator(f".st-key-page_{name} a, .st-key-page_{name}_open a").first.click()
            expect(screen.page.locator(f".st-key-page_{name}_open")).to_be_visible()
            expect(screen.page.locator("[data-testid=stVegaLiteChart]:not(:has(svg, canvas))")).to_have_count(0)
            screen.settle()
            for scheme in ("light", "dark"):
                screen.page.emulate_media(color_scheme=scheme)
                expect(screen.page.get_by_test_id("stApp")).to_have_css("background-color", PAPER[scheme])
                found[name, scheme] = violations(screen)
        assert {place: broken for place, broken in found.items() if broken} == {}


@pytest.mark.full
def test_a_picture_without_a_name_and_pale_text_would_be_found(visit):
    screen = visit()
    screen.page.evaluate("""document.querySelector("h1").insertAdjacentHTML("afterend",
        "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='><p style='color: #ccc'>pale</p>")""")
    assert {"image-alt", "color-contrast"} <= {rule for rule, _ in violations(screen)}
