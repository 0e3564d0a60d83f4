"""Where on the page a name of a lesson is: what is ringed, pressed and hidden by it."""

from rnnlm.experiment import Experiment
from rnnlm.options import table
from rnnlm.screen import CONTROLS, PAGES

HERE_AND_THERE = ("train", "timeline")  # they stand on every page
WIDGETS = ("start", "state", "temperature", "top_k")  # named as an option is
OTHERWISE = {
    "last_run": ".st-key-bring_back",
    "skip": ".st-key-skip_list",
    "text": ".st-key-strip",
    "start": '[class*="st-key-set_start_"], [class*="st-key-set_stream_"]',
}
CHARTS = ("curve", "bars")  # wider than what is seen of them: what holds them is ringed
INSIDE = ("text", "strip")  # parts of one component, which rings them where it is told to
WITH_HEAD = {  # what is hidden together
    "curve": ".st-key-curve_head, .st-key-curve",
    "bars": ".st-key-bars_head, .st-key-asking, .st-key-bars",
    "text": ".st-key-text_head, .st-key-writing_controls, .st-key-strip",
}
ACCENT = "#d9481f"
HOMES = {  # the page of each control, in the order of their names
    "train": CONTROLS[: CONTROLS.index("sentence")],
    "ask": CONTROLS[CONTROLS.index("sentence") : CONTROLS.index("tape")],
    "inside": CONTROLS[CONTROLS.index("tape") : CONTROLS.index("runs")],
    "compare": CONTROLS[CONTROLS.index("runs") :],
}


def is_setting(name: str) -> bool:
    """Whether it is a setting of the next run, which stands behind Settings."""
    return name in table(Experiment)


def is_way(name: str) -> bool:
    """Whether it is a page, ringed as the way to it; `train` is the button."""
    return name in PAGES and name != "train"


def selector(name: str) -> str:
    """The CSS selector of what has this name."""
    if name in OTHERWISE:
        return OTHERWISE[name]
    if is_way(name):
        return f".st-key-page_{name}, .st-key-page_{name}_open"
    if name in WIDGETS or is_setting(name):
        return f'[class*="st-key-set_{name}_"]'
    return f".st-key-{name}"


def home(name: str, page: str) -> str:
    """The page on which something is, seen from one: that one where it is on every page."""
    if name in HERE_AND_THERE or is_way(name):
        return page
    return next((home for home, names in HOMES.items() if name in names), "train")


def ring_style(name: str) -> str:
    """The style rule that rings it."""
    if name in INSIDE:
        return f".st-key-strip {{ --ring-{name}: solid 2px {ACCENT}; }}"
    ringed = f'[data-testid="stLayoutWrapper"]:has(> .st-key-{name})' if name in CHARTS else selector(name)
    return f"{ringed} {{ outline: solid 2px {ACCENT}; outline-offset: 3px; border-radius: 6px; }}"


def hidden_style(name: str) -> str:
    """The style rule that hides it."""
    if name == "strip":
        return ".st-key-strip { --shown-strip: none; }"
    return f"{WITH_HEAD.get(name, selector(name))} {{ display: none !important; }}"
