"""The page without a browser: what it shows as text, files that are given to it, and runs that come to an end."""

import html
import re

from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from tests.page import ROOT
from tests.waiting import wait_until


def opened(**link) -> AppTest:
    """The page, opened by a link with these parameters."""
    return on_page("", **link)


def on_page(name: str, **link) -> AppTest:
    """Another page, opened by its own address."""
    page = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
    page._page_hash = calc_hash(name) if name else ""
    for parameter, value in link.items():
        page.query_params[parameter] = value
    return sound(page.run())


def sound(page: AppTest) -> AppTest:
    """The page, which shows no exception."""
    assert not page.exception
    return page


def said(page: AppTest) -> str:
    """All sentences on the page as they are read, without their marks."""
    sentences = " ".join(part.proto.body for part in page.get("html"))
    return re.sub("[\u2068\u2069]", "", html.unescape(re.sub("<[^>]*>", "", sentences)))


def give(page: AppTest, name: str, content: bytes) -> AppTest:
    """Open a file where lessons, hand-ins and runs are opened."""
    field = next(field for field in page.file_uploader if field.key and field.key.startswith("open_"))
    return sound(field.upload(name, content, "text/plain").run())


def paste(page: AppTest, text: str) -> AppTest:
    """Give a text of one's own."""
    corpus = next(box for box in page.selectbox if box.label == "Text")
    sound(corpus.select("text").run())
    sound(next(iter(page.text_area)).input(text).run())
    return sound(page.button(key="read_pasted").click().run())


def until(page: AppTest, sentence: str, what: str) -> AppTest:
    """Look at the page until it says so."""
    wait_until(lambda: sentence in said(sound(page.run())), what)
    return page
