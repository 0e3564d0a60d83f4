"""Visiting the page without a browser: opening it, reading its text, and giving it files and texts."""

import html
import re

from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from tests.page import ROOT
from tests.waiting import wait_until


def opened(**link) -> AppTest:
    """Open the page with these link parameters."""
    return on_page("", **link)


def on_page(name: str, **link) -> AppTest:
    """Open the page of this name by its own address, with these link parameters."""
    page = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
    page._page_hash = calc_hash(name) if name else ""
    for parameter, value in link.items():
        page.query_params[parameter] = value
    return sound(page.run())


def sound(page: AppTest) -> AppTest:
    """Check that the page shows no exception, and return it."""
    assert not page.exception
    return page


def said(page: AppTest) -> str:
    """All sentences on the page as plain text."""
    sentences = " ".join(part.proto.body for part in page.get("html"))
    return re.sub("[\u2068\u2069]", "", html.unescape(re.sub("<[^>]*>", "", sentences)))


def give(page: AppTest, name: str, content: bytes) -> AppTest:
    """Give the page a file, which may be a lesson, hand-in, run or network."""
    if page.session_state.page == "train":
        take_away(page)  # there, the field is in a tab
    field = next(field for field in page.file_uploader if field.key and field.key.startswith("open_"))
    return sound(field.upload(name, content, "text/plain").run())


def take_away(page: AppTest) -> AppTest:
    """Open the "Take away" tab on the Train page."""
    page.session_state.explain = "Take away"
    return sound(page.run())


def paste(page: AppTest, text: str) -> AppTest:
    """Paste a text in the settings."""
    corpus = next(box for box in page.selectbox if box.label == "Text")
    sound(corpus.select("text").run())
    sound(next(iter(page.text_area)).input(text).run())
    return sound(page.button(key="read_pasted").click().run())


def until(page: AppTest, sentence: str, what: str) -> AppTest:
    """Run the page repeatedly until it shows this text. `what` describes it if this fails."""
    wait_until(lambda: sentence in said(sound(page.run())), what)
    return page
