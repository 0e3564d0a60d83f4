"""Downloads: addresses stay valid, files are made at the click, and only for their visitor."""

from urllib.parse import urljoin

import pytest
from playwright.sync_api import expect

from tests.waiting import wait_until


def address(screen, key):
    """The address of a button's file."""
    return urljoin(screen.page.url, screen.at(key, "a.download").get_attribute("href"))


def rows(screen, key="save_curve"):
    """The rows of a table, downloaded from a button's current address."""
    answer = screen.page.request.get(address(screen, key))
    assert answer.ok
    return len(answer.text().splitlines())


@pytest.mark.full
def test_an_address_stays_valid_however_often_the_page_is_drawn_again(visit):
    screen = visit("?epochs=400")
    screen.page.get_by_role("tab", name="Take away").click()
    first = address(screen, "save_curve")
    screen.click("train")
    wait_until(lambda: screen.epoch > 3, "the run trains")
    early = rows(screen)
    for name in ("ask", "train"):
        screen.page.locator(f".st-key-page_{name} a").click()
        expect(screen.page.locator(f".st-key-page_{name}_open")).to_be_visible()
    screen.page.get_by_role("tab", name="Take away").click()
    assert address(screen, "save_curve") == first
    wait_until(lambda: rows(screen) > early, "the file is made at the click")


@pytest.mark.full
def test_every_click_gets_its_file_while_a_run_redraws_the_page(visit):
    screen = visit("?epochs=400")
    screen.click("train")
    screen.page.get_by_role("tab", name="Take away").click()
    for key in ("save_curve", "save_run", "save_text", "save_hand_in") * 5:
        with screen.page.expect_download() as download:
            screen.click(key)
        assert download.value.failure() is None
        screen.click("next_word")


def test_only_its_owner_finds_a_file(visit):
    screen = visit()
    screen.page.get_by_role("tab", name="Take away").click()
    real = address(screen, "save_curve")
    for wrong in (real.replace("perplexity.csv", "secret.txt"), urljoin(real, "../guessed/perplexity.csv")):
        answer = screen.page.request.get(wrong)
        assert answer.status == 404
        assert "This file is gone." in answer.text()
