"""CSS selectors for the names in a lesson. The page needs the selectors to highlight, hide or press the named parts."""

from rnnlm.experiment import Experiment
from rnnlm.options import table
from rnnlm.screen import CONTROLS, PAGES

HERE_AND_THERE = ("train", "timeline")  # controls that every page has
WIDGETS = ("start", "state", "temperature", "top_k")  # widgets that have the name of an option
OTHERWISE = {
    "last_run": ".st-key-bring_back",
    "skip": ".st-key-skip_list",
    "text": ".st-key-strip",
    "start": '[class*="st-key-set_start_"], [class*="st-key-set_stream_"]',
}
CHARTS = ("curve", "bars")  # charts are wider than their visible part, so the container gets the ring
INSIDE = ("text", "strip")  # parts of a component that draws the ring itself
WITH_HEAD = {  # a hidden name hides these elements, too
    "next_word": ".st-key-next_word, .st-key-draw_word",
    "curve": ".st-key-curve_head, .st-key-curve",
    "bars": ".st-key-bars_head, .st-key-asking, .st-key-bars",
    "text": ".st-key-text_head, .st-key-writing_controls, .st-key-strip",
}
ACCENT = "#d9481f"
HOMES = {  # the controls of each page
    "train": CONTROLS[: CONTROLS.index("sentence")],
    "ask": CONTROLS[CONTROLS.index("sentence") : CONTROLS.index("tape")],
    "inside": CONTROLS[CONTROLS.index("tape") : CONTROLS.index("runs")],
    "compare": CONTROLS[CONTROLS.index("runs") :],
}


def is_setting(name: str) -> bool:
    return name in table(Experiment)


def is_way(name: str) -> bool:
    # "train" names the button
    return name in PAGES and name != "train"


def selector(name: str) -> str:
    if name in OTHERWISE:
        return OTHERWISE[name]
    if is_way(name):
        return f".st-key-page_{name}, .st-key-page_{name}_open"
    if name in WIDGETS or is_setting(name):
        return f'[class*="st-key-set_{name}_"]'
    return f".st-key-{name}"


def home(name: str, page: str) -> str:
    """Name of the page that has the given element. If every page has this element, return `page`."""
    if name in HERE_AND_THERE or is_way(name):
        return page
    return next((home for home, names in HOMES.items() if name in names), "train")


def ring_style(name: str) -> str:
    if name in INSIDE:
        return f".st-key-strip {{ --ring-{name}: solid 2px {ACCENT}; }}"
    ringed = f'[data-testid="stLayoutWrapper"]:has(> .st-key-{name})' if name in CHARTS else selector(name)
    if is_setting(name):  # if the popover is closed, the button that opens it has the ring
        ringed += ', body:not(:has([data-testid="stPopoverBody"])) .st-key-settings'
    return f"{ringed} {{ outline: solid 2px {ACCENT}; outline-offset: 3px; border-radius: 6px; }}"


def hidden_style(name: str) -> str:
    if name == "strip":
        return ".st-key-strip { --shown-strip: none; }"
    return f"{WITH_HEAD.get(name, selector(name))} {{ display: none !important; }}"
