"""The tape shows the training text, the heads that read it, the next window, the carried state and the cut gradient."""

from collections.abc import Callable

import numpy as np
import streamlit as st

from rnnlm.data.batches import stream_start, window_places
from rnnlm.experiment import Experiment
from rnnlm.ui import style
from rnnlm.ui.inside import window
from rnnlm.ui.inside.words import short
from rnnlm.ui.language import say
from rnnlm.ui.state import choices, clock, mail, messages, press, session
from rnnlm.ui.state.beat import is_too_fast
from rnnlm.ui.train import controls

LINES, AROUND, SHOWN = 4, 9, 8  # streams shown, words on each side of the window, words of the window

_machine = style.component("tape_machine", "inside_parts.css", "tape.js")


def head() -> None:
    with style.head("tape_head"):
        promise = say(
            "The network reads its training text at N places at once. The window is what the next update reads."
        )
        style.heading(say("The tape"), promise)
        with st.container(horizontal=True, gap="small", width="content", vertical_alignment="center"):
            one, how = (controls.train,), {"updates": 1}
            press.button(say("1 update"), key="one_update", on_click=controls.act, args=one, kwargs=how)
            titles = {"slow": say("1 update a second"), "ten": say("Ten seconds"), "full": say("Full speed")}
            choices.segments("speed", say("Speed"), titles)


@clock.panel("tape_panel", window.version)
def panel() -> None:
    with st.container(key="tape"):
        if reason := window.resting():
            style.note(reason)
            return
        stream = messages.option("stream"), window.look_at_stream
        mail.mount(_machine, "tape_machine", picture(), stream=stream)
        style.note(pace())


def picture() -> dict:
    run, here = session.current(), session.instant()
    N, words = run.experiment.batch_size, len(run.corpus)
    first = int(np.clip(window.stream() - 1, 0, max(0, N - LINES)))
    return {
        "update": here.update,
        "chosen": window.stream(),
        "heads": heads(words, run.experiment, here.update, session.view().updates_per_epoch),
        "lines": [line(n, here.update) for n in range(first, min(N, first + LINES))],
        "moving": not is_too_fast(),
        "label": say(
            "The whole text of {words:,} words, with the positions of the {N:,} reading heads", words=words, N=N
        ),
        "before": say("read before"),
        "window": say("window, T = {T}", T=run.experiment.time_size),
        "after": say("not yet read"),
        "h": "h" if here.h is not None else "0",
        "out": say("h is carried to the next window"),
        "gradient": say("gradient"),
        "cut": say("the cut: h enters here, gradients stop")
        if here.h is not None
        else say("the cut: gradients stop here; h is blank, all 0"),
    }


def heads(words: int, experiment: Experiment, update: int, per_epoch: int) -> list[dict]:
    """The reading heads.

    Each has its start, its position and how much it has read in this epoch, as fractions of the text.
    """
    N, T = experiment.batch_size, experiment.time_size
    round_, found = words - 1, []
    for n, at in enumerate(window_places(words, N, T, update)[:, 0].tolist()):
        told = say("stream {n}: at word {at:,} of {words:,}", n=n + 1, at=at + 1, words=words)
        read = (update % per_epoch) * T / round_
        found.append({"begin": stream_start(words, N, n) / round_, "at": at / round_, "read": read, "told": told})
    return found


def line(n: int, update: int) -> dict:
    """The words of stream n in and around its window."""
    run = session.current()
    ids, N, T = run.corpus.ids, run.experiment.batch_size, run.experiment.time_size
    round_ = len(ids) - 1
    begin = n * (round_ // N) + update * T
    word: Callable[[int], str] = lambda place: short(run.corpus.vocabulary.word(ids[place % round_]))  # noqa: E731
    places = range(begin, begin + T)
    half = SHOWN // 2
    parts = (places, ()) if T <= SHOWN else (places[:half], places[-half:])
    return {
        "stream": n,
        "name": say("stream {n}", n=n + 1),
        "before": [word(place) for place in range(begin - min(AROUND, update * T), begin)],
        "window": [word(place) for place in parts[0]],
        "more": say("… {n} more …", n=T - SHOWN) if T > SHOWN else "",
        "last": [word(place) for place in parts[1]],
        "after": [word(place) for place in range(begin + T, begin + T + AROUND)],
    }


def pace() -> str:
    """A note about where the windows of one epoch lie in the text, compared with those of the epoch before.

    While a run trains at full speed, the tape pauses, and the note says why.
    """
    if is_too_fast():
        return say(
            "At full speed the tape would be too fast to follow, so its picture is paused. Press Pause "
            "to stop training, or choose 1 update a second."
        )
    run, here = session.current(), session.instant()
    N, T, per_epoch = run.experiment.batch_size, run.experiment.time_size, session.view().updates_per_epoch
    round_ = len(run.corpus) - 1
    values = {"per_epoch": per_epoch, "T": T, "read": per_epoch * T, "stride": round_ // N}
    values |= {"left": round_ // N - per_epoch * T, "travelled": here.update * T, "rounds": here.update * T / round_}
    if values["left"] == 0:
        return say(
            "In an epoch, each reading head reads {per_epoch:,} windows of {T} words. These are exactly the "
            "{stride:,} words up to the next head. So each head starts an epoch where the next head "
            "started the epoch before. So far each head has read {travelled:,} words, {rounds:.1f} times "
            "the whole text.",
            **{name: value for name, value in values.items() if name not in ("left", "read")},
        )
    return say(
        "In an epoch, each reading head reads {per_epoch:,} windows of {T} words. These are {read:,} of the "
        "{stride:,} words up to the next head. The next epoch begins with the {left:,} words left "
        "over, so its windows lie elsewhere. So far each head has read {travelled:,} words, "
        "{rounds:.1f} times the whole text, and h was never reset.",
        **values,
    )
