"""The panel of a fan: its option, its curves and a summary. A fan is a set of runs that differ in one option."""

import html
from collections.abc import Hashable

import streamlit as st

from rnnlm.experiment import Experiment
from rnnlm.formats import figure
from rnnlm.options import write
from rnnlm.screen import FANNED, Screen
from rnnlm.training.fan import fan_of
from rnnlm.ui import style
from rnnlm.ui.compare import fan
from rnnlm.ui.compare.run_names import symbol
from rnnlm.ui.language import say, say_error
from rnnlm.ui.state import choices, clock, press, shared
from rnnlm.ui.state.choices import key, preset, read

CLOSE = 0.5  # perplexities that are closer to each other get one more decimal
WIDE = 10  # the axis is logarithmic if the largest value is this many times the smallest

_fan = style.component("fan", "compare.css", "plot.js", "fan.js")


def show() -> None:
    with st.container(key="fan"):
        style.heading(
            say("A fan"), say("Train up to ten runs that differ in one setting. How much of the result is luck?")
        )
        if not read(Screen).fan:
            press.button(say("Ten seeds, or other values"), "open_fan", choices.choose, kwargs={"fan": True})
            if fan.current() is None:
                return
        else:
            settings()
        panel()


def settings() -> None:
    over = read(Screen).fan_over
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key="fan_settings"):
        names, forgets = {name: symbol(name) for name in FANNED}, {"fan_values": ()}
        with st.container(width=150):
            choices.select("fan_over", say("What differs"), names, on_change=choices.hold, kwargs=forgets)
        with st.container(width=220):
            offered = fan.offered(read(Experiment), over)
            held = " ".join(preset("fan_values"))
            st.text_input(say("Values, up to ten"), held, key=key("fan_values"), placeholder=offered)
        buttons()


def buttons_version() -> Hashable:
    there = fan.current()
    return there is not None and there.running


@clock.panel("fan_buttons", buttons_version)
def buttons() -> None:
    if buttons_version():
        press.button(say("Stop"), key="stop_fan", on_click=_stop)
    else:
        press.button(say("Train all"), key="begin_fan", type="primary", on_click=_begin)


def _begin() -> None:
    st.session_state.pop("problem_of_fan", None)
    screen, experiment = read(Screen), read(Experiment)
    try:
        fan.begin(experiment, screen.fan_over, screen.fan_values or fan.offered(experiment, screen.fan_over).split())
    except ValueError as error:
        st.session_state.problem_of_fan = say_error(error)
    clock.redraw("fan_buttons", "fan_panel")


def _stop() -> None:
    fan.current().stop(shared.engine())
    clock.redraw("fan_buttons", "fan_panel")


def version() -> Hashable:
    there = fan.current()
    told = st.session_state.get("problem_of_fan")
    return told if there is None else (told, id(there), there.running, there.share)


@clock.panel("fan_panel", version)
def panel() -> None:
    if told := st.session_state.get("problem_of_fan"):
        style.problem(told)
    there = fan.current()
    if there is None:
        style.note(say("All other settings are as on the Train page. You can visit other pages while the runs train."))
        return
    st.html(f'<p class="found">{html.escape(in_words(there))}</p>')
    _fan(key="fan_chart", data=picture(there))
    for problem, values in there.problems().items():
        style.problem(f"{symbol(there.option)} {', '.join(values)}: {problem}" if values else problem)


def in_words(there: fan.Fan) -> str:
    spread, done = there.spread(), sum(member.done for member in there.members)
    blown = sum(member.diverged for member in there.members)
    said = []
    if spread is not None:
        decimals = 1 if spread.highest - spread.lowest >= CLOSE else 2
        figures = {name: figure(getattr(spread, name), decimals) for name in ("lowest", "highest", "median")}
        if spread.count == 1:
            said.append(say("One run has finished, at perplexity {median}.", median=figures["median"]))
        elif there.option == "seed":
            said.append(
                say(
                    "{n} seeds ended between {lowest} and {highest}; the median is {median}.", n=spread.count, **figures
                )
            )
        else:
            best = min((one for one in there.members if one.final is not None), key=lambda one: one.final)
            name = f"{symbol(there.option)} {write(best.value)}"
            figures |= {"n": spread.count, "best": name}
            said.append(
                say(
                    "{n} runs ended between {lowest} and {highest}; the median is {median}, and {best} ended lowest.",
                    **figures,
                )
            )
    if blown:
        said.append(say("{n} diverged.", n=blown))
    if there.running:
        said.append(say("{done} of {n} runs are finished.", done=done, n=len(there.members)))
    elif there.stopped:
        said.append(say("Stopped after {done} of {n} runs.", done=done, n=len(there.members)))
    return " ".join(said)


def picture(there: fan.Fan) -> dict:
    curves = [[(p.epoch, p.perplexity) for p in one.curve] for one in there.members if one.curve]
    spread = fan_of([one.curve for one in there.members if one.curve and not one.diverged])
    bands = [array.tolist() for array in (spread.lowest, spread.lower, spread.median, spread.upper, spread.highest)]
    top = min(most(there), max([2.0, *(perplexity for curve in curves for _, perplexity in curve)]))
    values, epochs = [one.value for one in there.members], max(one.experiment.epochs for one in there.members)
    return {
        "share": there.share if there.running else None,
        "curves": curves,
        "epochs": spread.epochs.tolist(),
        "bands": bands,
        "axes": {"x": [0, epochs], "y": [1, top * 1.1], "log": True, "nameX": say("epoch"), "nameY": say("perplexity")},
        "value_axes": {**value_axes(there, top), "nameX": symbol(there.option), "nameY": say("last perplexity")},
        "values": values,
        "ends": [one.final for one in there.members],
        "diverged": [one.value for one in there.members if one.diverged],
        "told": [told(there, one) for one in there.members],
        "labels": {
            "curves": say("Perplexity of all runs, epoch by epoch: range and median"),
            "values": say("Final perplexity for each value"),
            "diverged": say("diverged"),
        },
    }


def most(there: fan.Fan) -> float:
    # a little above the perplexity of a uniform guess, as on the other charts
    return max(one.corpus.vocabulary.size for one in there.members) ** 1.1


def value_axes(there: fan.Fan, top: float) -> dict:
    """The axes of the chart that shows each run's last perplexity against its value of the option.

    An axis is logarithmic if its values are far apart, except the axis of seeds, which is always linear. The axes stay
    the same during training.
    """
    values, spread = [one.value for one in there.members], there.spread()
    low, high = (1.0, top) if there.running or spread is None else (min(spread.lowest, top), min(spread.highest, top))
    x, log_x = _around(min(values), max(values), log=there.option != "seed")  # seeds are names, not sizes
    y, log_y = _around(low, high)
    return {"x": x, "logX": log_x, "y": y, "log": log_y}


def _around(low: float, high: float, log: bool = True) -> tuple[list[float], bool]:
    """The range of an axis, from low to high with a margin, and whether the axis is logarithmic."""
    if log and low > 0 and high >= WIDE * low:
        return [low / 1.15, high * 1.15], True
    room = 0.08 * (high - low) or max(1.0, abs(high)) / 10
    return [low - room, high + room], False


def told(there: fan.Fan, one: fan.Member) -> str:
    name = f"{symbol(there.option)} {write(one.value)}"
    if one.diverged:
        return say("{name}: diverged", name=name)
    return say(
        "{name}: {perplexity}", name=name, perplexity="–" if one.final is None else figure(one.final, decimals=2)
    )
