"""The page without a browser: its script runs in this process, and tests read what the script sends."""

import html
import json
import re
from urllib.parse import parse_qsl

import pyarrow as pa
from streamlit.testing.v1 import AppTest

from tests.page import ROOT
from tests.waiting import PATIENCE, wait_until


class Script:
    """The page of a visitor who opened this link. Training continues between two looks."""

    def __init__(self, link=""):
        self.page = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=2 * PATIENCE)
        for name, value in parse_qsl(link.removeprefix("?")):
            self.page.query_params[name] = value
        self.look()

    def look(self):
        """Run the script again, as the page's clock does."""
        self.page.run()
        assert not self.page.exception
        return self

    def click(self, key):
        """Press a button."""
        self.page.button(key=key).click()
        return self.look()

    def fill(self, key, value):
        """Write into a field of the settings."""
        (field,) = (field for field in self.page.text_input if re.fullmatch(rf"{key}_\d+_typed", field.key))
        field.input(str(value))
        return self.look()

    def become(self, condition, what):
        """Look repeatedly until the condition is true. `what` describes it if this fails."""
        wait_until(lambda: condition(self) or (self.look() and None), what)

    @property
    def said(self):
        """The pieces of HTML that the page shows."""
        return [part.proto.body for part in self.page.get("html")]

    def part(self, class_name):
        """The text of the piece whose first element has this class, or an empty text."""
        found = (text for text in self.said if re.match(rf'<\w+ class="{class_name}\b', text))
        return html.unescape(re.sub("<[^>]*>", "", next(found, "")))

    @property
    def notice(self):
        return self.part("notice")

    @property
    def problem(self):
        """The notice, if it reports a problem."""
        return self.part("notice problem")

    @property
    def epoch(self):
        return int(re.search(r"epoch ([\d,]+)", self.part("progress"))[1].replace(",", ""))

    @property
    def perplexity(self):
        return re.search(r"perplexity (\S+?) ", self.part("progress") + " ")[1]

    def component(self, key):
        """The data sent to one of our components."""
        (found,) = (part.proto for part in self.page.get("bidi_component") if part.proto.id.endswith(f"-{key}"))
        return json.loads(found.json or found.mixed.json)

    @property
    def link(self):
        """The query parameters that the address will get."""
        return self.component("clock_page")["query"]

    @property
    def words(self):
        """The words of the text, including the given first words."""
        return [word["word"] for word in self.component("strip")["words"]]

    def bars(self):
        """The (word, figure) of each bar, from top to bottom."""
        _, bars = self.page.get("vega_lite_chart")
        table = pa.ipc.open_stream(bars.proto.data.data).read_pandas()
        return list(zip(table.word, table.text, strict=True))
