"""The link to the page as it is now: an address that contains every choice that differs from its default."""

import difflib
import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

import streamlit as st

from rnnlm.options import from_link, to_link, write
from rnnlm.ui.language import in_a_row, say, say_error
from rnnlm.ui.state import choices
from rnnlm.ui.state.choices import GROUPS, read

ADDED = re.compile("^utm_|clid$|^_|^mc_|^ref|^src$|^source$|^si$|^s$")  # names that other services add to a link
ESCAPED = re.compile(r"^((amp|#38|#x26);)+", re.IGNORECASE)  # the rest of an escaped & before a name
FINE = ("speed", "axis", "right", "luck", "length", "word")  # only in a link to copy, not in the address bar
MOST_TOLD = 10  # unknown names in a link that are reported
BACK = "_back"  # clock.js adds this parameter to the address after Back or Forward; its number grows each time
LONGEST = 4_000  # characters of an address; servers and proxies refuse much longer ones


def open_link() -> bool:
    """Apply the choices in the address at the start of a session, and after Back or Forward.

    Returns True only after Back or Forward.
    """
    state, found, number = st.session_state, unescaped(st.query_params.to_dict()), st.query_params.get(BACK, "")
    number = int(number) if number.isdecimal() and len(number) < 20 else 0
    is_first, has_gone = "chosen" not in state, number > state.get("back", 0)
    state.back = max(number, state.get("back", 0))
    if is_first:
        state.opened = found
        choices.begin(_read_link(found))
    elif has_gone:
        open_again(found)
    return has_gone and not is_first


def open_again(found: dict[str, str]) -> None:
    """Apply the choices in an address.

    A choice does not change if the address gives it the value it already has. So half-typed text stays in its field,
    and choices that addresses never contain are kept.
    """
    here, values = parameters(), _read_link(found)
    choices.hold(**{name: value for name, value in values.items() if found.get(name) != here.get(name)})


def parsed(search: object) -> dict[str, str]:
    text = search if isinstance(search, str) else ""
    return unescaped(dict(parse_qsl(text[: 10 * LONGEST].removeprefix("?"), keep_blank_values=True)))


def asks_for_nothing_else(shown: dict[str, str], before: object) -> bool:
    """Return whether a tab's address, with the parameters `shown`, has no parameters or the same ones as before."""
    return shown in ({}, before)


def unescaped(parameters: Mapping[str, str]) -> dict[str, str]:
    # a web page or a forwarded mail may have turned & into &amp;
    plain = {ESCAPED.sub("", name): value for name, value in parameters.items()}
    plain |= {name: value for name, value in parameters.items() if not ESCAPED.match(name)}
    return {name: value for name, value in plain.items() if name != BACK}


def _read_link(parameters: Mapping[str, str]) -> dict[str, object]:
    """The value of every option, keyed by name. Invalid values in the link are reported next to the progress bar."""
    values, told, parameters = {}, [], unescaped(parameters)
    for group in GROUPS:
        found, problems = from_link(group, parameters)
        values |= found
        for error in problems:
            told.append(say_error(error))
            told.append(say("The default, {default}, is used instead.", default=write(found[error.option])))
    if values["validate"] or values["average_from"] is not None:
        values |= {"validate": False, "average_from": None}
        told.append(
            say(
                "The run of this link measures perplexity on PTB’s valid split, which only the command line "
                "can do. The page leaves this out."
            )
        )
    for name in sorted(parameters.keys() - values.keys())[:MOST_TOLD]:
        meant = difflib.get_close_matches(name, values, 1, cutoff=0.8)
        if meant:
            told.append(
                say(
                    "The link sets {name!r}, which is not a setting. Did you mean {meant}?",
                    name=name[:60],
                    meant=meant[0],
                )
            )
        elif told and not ADDED.search(name):
            told.append(say("The link sets {name!r}, which is not a setting.", name=name[:60]))
    if values["corpus"] == "text":
        told.append(
            say(
                "The run of this link uses its own text, which a link cannot carry. Open the text in Settings on the "
                "Train page."
            )
        )
    if told:
        st.session_state.problem = in_a_row(told)
    return values


def parameters(whole: bool = False) -> dict[str, str]:
    """The link's parameters: every choice that differs from its default, except those too long for an address.

    If `whole` is true, the choices in FINE are included, so that the link opens the page exactly as it is now.
    """
    now = {name: text for group in GROUPS for name, text in to_link(read(group)).items() if whole or name not in FINE}
    while len(urlencode(now)) > LONGEST:
        del now[max(now, key=lambda name: len(urlencode({name: now[name]})))]
    return now


def query() -> str:
    return urlencode(parameters(), safe=",")


def left_out() -> list[str]:
    """Names of the choices that are too long for the link."""
    now = parameters(whole=True)
    return [name for group in GROUPS for name in to_link(read(group)) if name not in now]


def address(**more: str) -> str:
    base, now = (st.context.url or "").split("?")[0], urlencode(parameters(whole=True) | more, safe=",")
    return f"{base}?{now}" if now else base
