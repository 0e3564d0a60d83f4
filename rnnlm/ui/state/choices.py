"""The visitor's choices: every option of the run, of sampling and of the screen. They outlive their widgets."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from rnnlm.experiment import Experiment
from rnnlm.inference import sampling
from rnnlm.options import option, table
from rnnlm.screen import Screen
from rnnlm.ui.language import language


@dataclass(frozen=True)
class Sampling(sampling.Sampling):
    """Sampling options of the page. The first words are ones after which the recorded network knows the next word."""

    start: tuple[str, ...] = option(("a", "form", "of"), tuple, table(sampling.Sampling)["start"].help)


GROUPS = (Experiment, Sampling, Screen)


NAMES = {group: tuple(table(group)) for group in GROUPS}


def begin(values: dict[str, Any]) -> None:
    """Set the initial choices, once per session."""
    st.session_state.update(chosen=dict(values), presets=dict(values), generations={}, shown=set(), groups={})


def key(name: str) -> str:
    """The session-state key of the widget that shows an option.

    Streamlit sends a value set by the program to a widget only once, and a widget in a closed popover misses it. So a
    value set by the program makes a new generation of its widget, which starts from it. Another language makes other
    widgets as well, because Streamlit finds a value by its label.
    """
    st.session_state.shown.add(name)
    return _key(name)


def _key(name: str) -> str:
    generation = f"set_{name}_{st.session_state.generations.get(name, 0)}"
    return generation if language() == "en" else f"{generation}_{language()}"


def preset(name: str, widget: str | None = None) -> Any:
    """The initial value of an option's widget: constant as long as the widget is on the screen.

    A widget that is not drawn loses its value, and comes back with the chosen one. `widget` is the key of one that does
    not hold the value itself.
    """
    if (widget or key(name)) not in st.session_state:
        st.session_state.presets[name] = st.session_state.chosen[name]
    return st.session_state.presets[name]


def chosen(name: str) -> Any:
    """The chosen value of an option: that of its widget if there is one, or else the last choice."""
    values = st.session_state.chosen
    if name in st.session_state.shown:
        held = st.session_state.get(_key(name), values[name])
        if isinstance(values[name], tuple):  # words: a text field holds them as one string, a list of chips as a list
            held = tuple(word for part in ([held] if isinstance(held, str) else held or ()) for word in part.split())
        values[name] = held
    return values[name]


def read(group: type) -> Experiment | Sampling | Screen:
    """The chosen options of a group; the same object until one changes, because every panel asks for it."""
    values, shown = st.session_state.chosen, st.session_state.shown
    found = tuple(chosen(name) if name in shown else values[name] for name in NAMES[group])
    kept = st.session_state.groups.get(group)
    if kept is None or kept[0] != found:
        kept = st.session_state.groups[group] = found, group(*found)
    return kept[1]


def are_here(*controls: str) -> bool:
    """Whether these controls of the first page can be seen now, so that a message may mention them."""
    return st.session_state.get("page", "train") == "train" and not set(controls) & set(chosen("hide"))


def everything() -> dict[str, Any]:
    """All chosen values, by name."""
    return {name: chosen(name) for group in GROUPS for name in table(group)}


def choose(**values: Any) -> None:
    """Choose values of options without a widget on the screen."""
    st.session_state.chosen.update(values)


def speak(lang: str | None) -> None:
    """Choose the language, None for the browser's. Every widget is made anew, and keeps its value."""
    everything()
    choose(lang=lang)


def hold(**values: Any) -> None:
    """Choose values, and let their widgets show them; other widgets stay, with any half-typed input."""
    choose(**values)
    anew(*values)


def anew(*names: str) -> None:
    """Recreate these widgets, from the chosen values."""
    generations = st.session_state.generations
    generations.update({name: generations.get(name, 0) + 1 for name in names})


def segments(name: str, label: str, titles: dict[str, str], **more: Any) -> None:
    """An option with a few values, each a segment with a title; the container has the option's name."""
    with st.container(key=name, width="content"):
        st.segmented_control(
            label,
            titles,
            default=preset(name),
            key=key(name),
            required=True,
            label_visibility="collapsed",
            format_func=titles.get,
            **more,
        )
