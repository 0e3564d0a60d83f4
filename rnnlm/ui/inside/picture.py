"""The network as a picture: the word read, its vector, the state with its loop, the scores, and the strip with u."""

from collections.abc import Hashable

import numpy as np
import streamlit as st

from rnnlm.data.batches import bptt_window
from rnnlm.experiment import Experiment
from rnnlm.formats import figure
from rnnlm.inference.strip import pieces
from rnnlm.nn.cell import FORMULA
from rnnlm.ui import style
from rnnlm.ui.charts.cells import CELLS, cells
from rnnlm.ui.inside import states, tape, window
from rnnlm.ui.inside.words import short
from rnnlm.ui.language import in_a_row, percent, say
from rnnlm.ui.state import clock, press, session, text
from rnnlm.ui.state.choices import read

BARS, LINE = 5, 16  # most scores and words of the text shown
NARROWEST = 0.01  # smallest share of the strip that is drawn as a separate piece

_drawing = style.component("network_picture", "picture_parts.css", "picture.css", "picture_parts.js", "picture.js")


def head() -> None:
    with style.head("picture_head"):
        promise = say("A word goes in, the next one comes out. Each cell is one number of the network on screen.")
        style.heading(say("The network"), promise)
        press.button(say("Next word"), key="draw_word", on_click=text.write, args=(1,))


def version() -> Hashable:
    return states.text_version(), window.version()


@clock.panel("picture_panel", version)
def panel() -> None:
    with st.container(key="picture"):
        try:
            _drawing(key="network_picture", data=picture(text.moment()))
        except ValueError:
            style.note(say("No text yet; the Train page says why, next to the bars."))


def picture(moment: text.Moment) -> dict:
    reader, vocabulary, sampler = moment.asked.reader, moment.asked.vocabulary, moment.sampler
    ids, previous, h = read_before(moment)
    scores = reader.scores(h)
    p, draw = sampler.distribution_from(scores), moment.draws[moment.chosen] if moment.chosen >= 0 else None
    name = lambda i: short(vocabulary.word(int(i)))  # noqa: E731
    return {
        "text": [sampler.start_ids, len(moment.draws), moment.step],  # changes with every Next word
        "words": [short(word) for word in moment.before[-LINE:]],
        "word": name(ids[-1]),
        "x": cells(reader.params.embed_W[ids[-1]]),
        "previous": None if previous is None else cells(previous, 1.0),
        "h": cells(h, 1.0),
        "scores": bars(scores, p, draw and draw.word_id, name),
        "pieces": [
            {"lo": piece.lo, "hi": piece.hi, "name": name(piece.word_ids[0]) if len(piece.word_ids) == 1 else ""}
            for piece in pieces(p, draw.word_id if draw else int(p.argmax()), NARROWEST)
        ],
        "draw": draw and {"u": draw.u, "lo": draw.lo, "hi": draw.hi, "word": name(draw.word_id)},
        "isLast": moment.step >= len(moment.draws) - 1,
        "window": upcoming(),
        "names": names(),
        "parts": parts(moment, ids[-1], scores, name),
    }


def read_before(moment: text.Moment) -> tuple[list[int], np.ndarray | None, np.ndarray]:
    """Return the ids read before the step on screen, and the states (H,) before and after the last of these ids.

    The state before the last id is None if it is not known.
    """
    asked, sampler, step = moment.asked, moment.sampler, moment.step
    ids = sampler.ids[: len(sampler.ids) - len(moment.draws) + step]
    if asked.tape is None:
        hs = np.vstack([asked.reader.blank, asked.reader.read(np.array(ids))[0]])
    else:  # the text starts from the tape's state; the state before that is not known
        hs = np.vstack([asked.tape[1], asked.reader.read(np.array(ids[len(ids) - step :], int), asked.tape[1])[0]])
    return ids, hs[-2] if len(hs) > 1 else None, hs[-1]


def bars(scores: np.ndarray, p: np.ndarray, drawn: int | None, name) -> list[dict]:
    """Bars for the drawn word and for the words with the highest scores. Words that cannot be drawn are left out.

    A bar of length 0 stands for the mean score or less.
    """
    best = [int(i) for i in np.argsort(-p, kind="stable")[:BARS] if p[i] > 0]
    best += [] if drawn is None or drawn in best else [drawn]
    mean, top = float(scores.mean()), float(scores[best].max())
    share = lambda i: float(np.clip((scores[i] - mean) / ((top - mean) or 1), 0, 1))  # noqa: E731
    return [
        {"word": name(i), "score": f"{scores[i]:.1f}", "share": round(share(i), 3), "drawn": i == drawn} for i in best
    ]


def upcoming() -> dict | None:
    """The window that a click on "1 update" would train on, with the vector x and the state h at each step.

    If the recorded run is on screen, a click starts a new run. The new run has no states yet, so the result then
    contains only the words. Returns None during training, after the last epoch, after a change of settings, and if a
    click would train a network other than the one on screen.
    """
    run, now, here = session.current(), session.view(), session.instant()
    if window.resting() or now.running or session.is_changed(read(Experiment)):
        return None
    if not run.recorded and (now.finished or not here.is_now):
        return None
    n, update = window.stream(), 0 if run.recorded else here.update
    line = tape.line(n, update)
    found = {"words": [*line["window"], *line["last"]], "first": len(line["window"]), "more": line["more"], "steps": []}
    if not run.recorded:
        N, T = run.experiment.batch_size, run.experiment.time_size
        xs = bptt_window(run.corpus.ids, N, T, update)[0][n]
        hs = here.reader.read(xs, None if here.h is None else here.h[n])[0]
        places = [*range(len(line["window"])), *range(T - len(line["last"]), T)]
        embed = here.reader.params.embed_W
        found["steps"] = [{"x": cells(embed[xs[t]]), "h": cells(hs[t], 1.0)} for t in places]
    return found


def names() -> dict[str, str | dict[str, str]]:
    return {
        "label": say("The network, from the word read to the word drawn"),
        "hint": say("Point at a part to read its formula. Click it to go to the panel that explains it."),
        "word": say("word read"),
        "x": say("its vector x"),
        "h": say("hidden state h"),
        "scores": say("scores"),
        "strip": say("probabilities"),
        "cut": say("cut"),
        "ways": {"x": "embed_W", "h": "Wx", "loop": "Wh", "scores": "W", "strip": "softmax"},
    }


def parts(moment: text.Moment, word_id: int, scores: np.ndarray, name) -> dict[str, dict[str, str]]:
    """Return, for each part of the picture, the panel that explains it and sentences about its shape and formula."""
    V, D, H = moment.asked.reader.sizes
    few = lambda size: [say("The picture shows the first {cells} numbers.", cells=CELLS)] if size > CELLS else []  # noqa: E731
    word = style.quoted(name(word_id))
    told = {
        "word": [
            say("The word read last: “{word}”, number {id:,} of {V:,} in the vocabulary.", word=word, id=word_id, V=V)
        ],
        "x": [say("x = row {id:,} of embed_W, the {D:,} numbers learned for this word.", id=word_id, D=D), *few(D)],
        "h": [
            say("{formula}: {H:,} numbers from -1 to 1, all that the network remembers.", formula=FORMULA, H=H),
            *few(H),
        ],
        "loop": [say("The hidden state before this word, {H:,} numbers. It enters the formula as h Wh.", H=H), *few(H)],
        "scores": [
            say("scores = h W + b, one number for each of the {V:,} words.", V=V),
            say("Only the highest scores are shown. A bar starts at the average score."),
        ],
        "strip": [strip_told(moment, name)],
    }
    panels = {"word": "numbers", "x": "moves", "h": "state_picture", "loop": "reach", "scores": "numbers"}
    panels |= {"strip": "numbers"}
    return {part: {"told": in_a_row(sentences), "panel": panels[part]} for part, sentences in told.items()}


def strip_told(moment: text.Moment, name) -> str:
    values = {"temperature": figure(moment.sampling.temperature)}
    if moment.chosen < 0:
        return say("p = softmax(scores / {temperature}). Press Next word to draw u from 0 to 1.", **values)
    draw = moment.draws[moment.chosen]
    values |= {"u": draw.in_figures["u"], "word": style.quoted(name(draw.word_id)), "p": percent(draw.probability)}
    return say("p = softmax(scores / {temperature}). u = {u} falls on “{word}”, p = {p}.", **values)
