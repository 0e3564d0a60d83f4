"""The link: every setting that is not at its default, and back."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from rnnlm.experiment import Experiment
from rnnlm.inference import sampling
from rnnlm.options import from_link, option, table, to_link, write
from rnnlm.ui.language import in_a_row, say, say_error


@dataclass(frozen=True)
class Sampling(sampling.Sampling):
    """How words are drawn on the page; it opens with words after which the recorded network knows what comes."""

    start: tuple[str, ...] = option(("a", "form", "of"), tuple, table(sampling.Sampling)["start"].help)


@dataclass(frozen=True)
class Screen:
    """What the page shows, beside the run and the sampling."""

    network: str = option("run", str, "whose bars and text are shown", choices=("run", "ptb"))


GROUPS = (Experiment, Sampling, Screen)


def key(name: str) -> str:
    """The session-state key of the widget that holds an option.

    Streamlit sends a value set by the program to a widget once, and a widget in a closed popover
    misses it. So values set by the program make a new generation of widgets, which start from them.
    """
    return f"set_{name}_{st.session_state.generation}"


def preset(name: str) -> Any:
    """What the widget of an option starts from."""
    return st.session_state.presets[name]


def hold(**values: Any) -> None:
    """Put values into the widgets of these options; the other widgets keep theirs."""
    everything = {name: value for group in GROUPS for name, value in vars(read(group)).items()}
    st.session_state.presets = everything | values
    st.session_state.generation += 1


def read(group: type) -> Experiment | Sampling | Screen:
    """What the widgets say now."""
    values = {name: st.session_state.get(key(name), preset(name)) for name in vars(group())}
    for name, rule in table(group).items():
        if rule.kind is tuple:  # words: a text field holds them as one string, a list of chips as a list
            held = values[name] or ()
            values[name] = tuple(held.split() if isinstance(held, str) else held)
    return group(**values)


def open_link() -> None:
    """Once a session: fill the widgets from the link, and note a sentence for each value that is off."""
    if "presets" in st.session_state:
        return
    presets, told = {}, []
    for group in GROUPS:
        values, problems = from_link(group, st.query_params)
        presets |= values
        for error in problems:
            told.append(say_error(error))
            told.append(say("The default, {default}, is used instead.", default=write(values[error.option])))
    if presets["validate"] or presets["average_from"] is not None:
        presets |= {"validate": False, "average_from": None}
        told.append(
            say("The link's run measures the valid split, which only the command line shows: it is left out here.")
        )
    st.session_state.update(presets=presets, generation=0)
    foreign = [name for name in st.query_params if name not in presets]
    told += [say("The link has {name!r}, which is no setting here.", name=name) for name in foreign]
    if presets["corpus"] == "text":
        told.append(say("The link's run reads a text of its own, which no link can carry: give the text in Settings."))
    if told:
        st.session_state.problem = in_a_row(told)


def parameters() -> dict[str, str]:
    """The link's parameters: every setting that is not at its default."""
    return {name: text for group in GROUPS for name, text in to_link(read(group)).items()}


def write_link() -> None:
    """Let the address of the page carry the settings as they are now."""
    now = parameters()
    if now != st.query_params.to_dict():
        st.query_params.from_dict(now)


def address() -> str:
    """The whole link to the page with its settings."""
    base, now = (st.context.url or "").split("?")[0], parameters()
    return f"{base}?{urlencode(now)}" if now else base
