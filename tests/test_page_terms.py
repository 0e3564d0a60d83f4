"""Term cards: a term is underlined once on a page, its card needs no server, and leads to a panel of Inside."""

import pytest
from playwright.sync_api import expect

from rnnlm.ui.language import NAMES
from rnnlm.ui.state import terms
from tests.waiting import wait_until

IN_SIGHT = """name => {
  const { top, bottom } = document.querySelector(`.st-key-panel_${name}`)?.getBoundingClientRect() ?? {};
  return bottom > 0 && top < innerHeight;
}"""


def test_every_term_has_a_card_in_every_language():
    for language in NAMES:
        cards = terms._of_the_glossary(language)
        assert [card["see"] for card in cards] == list(terms.SEEN.values())
        assert all(card["title"] and card["text"] and all(card["words"]) for card in cards)
    assert len({card["name"] for card in terms.cards()["cards"]}) == len(terms.SEEN) + 1


def test_a_term_is_underlined_once_and_its_card_opens_by_keyboard_without_the_server(visit):
    screen = visit()
    term = screen.page.locator(".term[data-term=epoch]")
    expect(term).to_have_count(1)
    sentence = screen.page.locator("p.notice", has_text="twenty epochs").inner_text()
    assert "For about twenty epochs it is no better than word counts" in sentence
    number = "window.rnnlmClock.number"
    before = screen.page.evaluate(number)
    term.focus()
    screen.page.keyboard.press("Enter")
    card = screen.page.get_by_role("dialog", name="epoch")
    expect(card).to_contain_text("One pass through the training text.")
    assert screen.page.evaluate(number) == before
    screen.page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    assert screen.page.evaluate("document.activeElement.dataset.term") == "epoch"
    term.click()
    screen.page.locator("h1.title").click()
    expect(card).to_have_count(0)


@pytest.mark.full
def test_the_mouse_at_rest_on_a_term_opens_its_card_and_takes_no_focus(visit):
    screen = visit()
    term, card = screen.page.locator(".term[data-term=epoch]"), screen.page.locator(".term-card")
    term.hover()
    expect(card).to_contain_text("One pass through the training text.")
    assert screen.page.evaluate("document.activeElement.closest('.term-card')") is None
    card.hover()
    screen.page.wait_for_timeout(600)
    expect(card).to_be_visible()  # so its button can be reached
    screen.page.locator("h1.title").hover()
    expect(card).to_have_count(0)
    term.click()
    screen.page.wait_for_timeout(700)  # the mouse rests on the term meanwhile
    screen.page.locator("h1.title").hover()
    screen.page.wait_for_timeout(600)
    expect(card).to_be_visible()  # a card that was clicked stays


@pytest.mark.full
def test_a_card_leads_to_the_panel_that_shows_its_term(visit):
    screen = visit()
    screen.page.locator(".term[data-term=perplexity]").click()
    screen.page.get_by_role("button", name="See it on Inside").click()
    expect(screen.page.locator(".st-key-page_inside_open")).to_be_visible()
    wait_until(lambda: screen.page.evaluate(IN_SIGHT, "moves"), "the panel is in sight")
    for name in ("window", "update", "hidden_state", "stream"):
        expect(screen.page.locator(f".term[data-term={name}]")).to_have_count(1)


@pytest.mark.full
def test_terms_are_found_again_after_the_text_around_them_has_changed(visit):
    screen = visit("?epochs=3&words=500")
    expect(screen.page.locator(".term[data-term=u]")).to_have_count(1)
    screen.click("train")
    expect(screen.page.locator(".notice")).to_contain_text("All epochs are done")
    for name in ("epoch", "u", "perplexity"):
        expect(screen.page.locator(f".term[data-term={name}]")).to_have_count(1)


@pytest.mark.full
def test_the_label_of_a_line_in_the_chart_explains_it(visit):
    screen = visit()
    screen.page.locator(".st-key-curve svg text").filter(has_text="pair counts").hover(force=True)
    expect(screen.page.locator("#vg-tooltip-element")).to_contain_text("frequency after the previous word")
