"""The visitor's choices: every option of the run, of sampling and of the screen.

A choice is kept when its widget is no longer drawn.
"""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from rnnlm.experiment import Experiment
from rnnlm.inference import sampling
from rnnlm.options import option, table
from rnnlm.screen import Screen


@dataclass(frozen=True)
class Sampling(sampling.Sampling):
    """Sampling options of the page.

    The default start words are words that the recorded network has learned to continue.
    """

    start: tuple[str, ...] = option(("a", "form", "of"), tuple, table(sampling.Sampling)["start"].help)


GROUPS = (Experiment, Sampling, Screen)


NAMES = {group: tuple(table(group)) for group in GROUPS}


def begin(values: dict[str, Any]) -> None:
    """Set the initial choices. Called once per session."""
    st.session_state.update(chosen=dict(values), presets=dict(values), generations={}, shown=set(), groups={})


def key(name: str) -> str:
    """Session-state key of the widget that shows an option.

    When the program sets an option, Streamlit sends the value to the browser only once, and a widget in a closed
    popover misses it. So whenever the program sets an option, its widget gets a new key, and the new widget starts from
    the new value. A change of language gives all widgets new keys, because Streamlit finds a widget's value by its
    label.
    """
    st.session_state.shown.add(name)
    return _key(name, st.session_state.generations)


def _key(name: str, generations: dict[str, int]) -> str:
    return f"set_{name}_{generations.get(name, 0)}"


def preset(name: str, widget: str | None = None) -> Any:
    """Initial value of an option's widget. The value stays constant as long as the widget is on the screen.

    A widget that is not drawn loses its value. When it is drawn again, it starts from the visitor's choice. `widget` is
    the key of the widget, by default `key(name)`.
    """
    presets = st.session_state.presets
    if (widget or key(name)) not in st.session_state:
        presets[name] = st.session_state.chosen[name]
    return presets[name]


def chosen(name: str) -> Any:
    """Chosen value of an option: its widget's value, or the last choice if no widget is on the screen."""
    return _held((name,))[0]


def _held(names: tuple[str, ...]) -> tuple[Any, ...]:
    """Chosen values of these options. The session's state is read as rarely as possible, because reading it is slow."""
    state = st.session_state
    values, shown, generations = state.chosen, state.shown, state.generations
    for name in names:
        if name in shown:
            held = state.get(_key(name, generations), values[name])
            if isinstance(values[name], tuple):  # words: a text field returns one string, chips a list
                held = tuple(
                    word for part in ([held] if isinstance(held, str) else held or ()) for word in part.split()
                )
            values[name] = held
    return tuple(values[name] for name in names)


def read(group: type) -> Experiment | Sampling | Screen:
    """The chosen options of a group. The same object is returned until an option changes."""
    found, groups = _held(NAMES[group]), st.session_state.groups
    if group not in groups or groups[group][0] != found:
        groups[group] = found, group(*found)
    return groups[group][1]


def are_here(*controls: str) -> bool:
    """Whether the Train page is open and shows all these controls. Otherwise, a message must not mention them."""
    return st.session_state.get("page", "train") == "train" and not set(controls) & set(chosen("hide"))


def everything() -> dict[str, Any]:
    return {name: chosen(name) for group in GROUPS for name in table(group)}


def choose(**values: Any) -> None:
    """Set options that have no widget on the screen. Use `hold` for options with a widget."""
    st.session_state.chosen.update(values)


def speak(lang: str | None) -> None:
    """Set the page's language. If `lang` is None, the page uses the browser's language.

    Streamlit finds a widget's value by its label, so all widgets are recreated with their present values.
    """
    anew(*everything())
    choose(lang=lang)


def hold(**values: Any) -> None:
    """Set options and recreate their widgets to show the values. Other widgets keep any half-typed input."""
    choose(**values)
    anew(*values)


def anew(*names: str) -> None:
    """Recreate the widgets of these options. The new widgets start from the chosen values."""
    generations = st.session_state.generations
    generations.update({name: generations.get(name, 0) + 1 for name in names})


def select(name: str, label: str, titles: dict[str, str], **more: Any) -> Any:
    return st.selectbox(label, titles, list(titles).index(preset(name)), key=key(name), format_func=titles.get, **more)


def segments(name: str, label: str, titles: dict[str, str], **more: Any) -> None:
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
