"""The panel with the texts that several networks write with the same random numbers u."""

import html
from collections.abc import Hashable
from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from rnnlm.formats import figure, in_figures
from rnnlm.inference.luck import same_beside
from rnnlm.inference.reader import Reader
from rnnlm.inference.sampling import Sampler
from rnnlm.screen import Screen
from rnnlm.training.snapshots import nearest
from rnnlm.ui.compare import copied, runs
from rnnlm.ui.compare.copies_panel import marked
from rnnlm.ui.compare.run_names import names_of
from rnnlm.ui.language import say, say_error
from rnnlm.ui.state import choices, clock, session
from rnnlm.ui.state.choices import Sampling, read
from rnnlm.ui.state.memo import memo
from rnnlm.ui.state.session import Asked
from rnnlm.ui.state.shelf import Kept

EPOCHS = (1, 10, 50, 100, 200, 400, 1000, 3000)  # epochs to compare, besides the run's last one
FOUR = 4  # the most columns
TEMPERATURES = (0.5, 1.0, 2.0)
WORDS = 30  # the most words in a column


@dataclass(frozen=True)
class Column:
    """A column with a text. The title says how this text differs from those in the other columns.

    `given` has the start words, and `words` has the drawn words. `told` has a sentence for each copied word, and None
    for every other word. If there is no text, `problem` says why.
    """

    title: str
    given: list[str]
    words: list[str]
    told: list[str | None]
    problem: str = ""


def switch() -> None:
    titles = {"epochs": say("Epochs"), "temperatures": say("Temperatures"), "runs": say("Runs")}
    choices.segments("beside", say("What differs"), titles)


def version() -> Hashable:
    screen, run = read(Screen), session.current()
    if screen.beside == "epochs":
        others: Hashable = tuple(snapshot.update for snapshot in _moments())
    elif screen.beside == "runs":
        others = runs.version()[2:5]
    else:
        others = screen.at
    own = () if screen.beside == "epochs" else id(session.asked().reader)
    return id(run), screen.beside, others, own, screen.length, screen.luck, screen.state, screen.stream, screen.network


@clock.panel("luck_panel", version)
def panel() -> None:
    made = columns(read(Screen).beside)
    same = same_beside([column.words for column in made])
    with st.container(key="same_luck"):
        st.html(f'<div class="columns">{"".join(map(drawn, made, same))}</div>')
        st.html(f'<p class="note">{html.escape(sentence(made, same))}</p>')


def columns(beside: str) -> list[Column]:
    if beside == "temperatures":
        return [_at_temperature(temperature) for temperature in TEMPERATURES]
    if beside == "runs":
        return _of_runs()
    return [_of_moment(snapshot) for snapshot in _moments()]


def _moments() -> list:
    """For each epoch to compare, the nearest snapshot of the run on screen, without repetitions."""
    snapshots, epochs = session.current().snapshots, session.current().experiment.epochs
    earlier = [epoch for epoch in EPOCHS if epoch < epochs]
    wanted = [*(earlier if len(earlier) < FOUR else [earlier[0], *earlier[-2:]]), epochs]
    found = {snapshot.update: snapshot for epoch in wanted if (snapshot := nearest(snapshots, epoch))}
    return [found[update] for update in sorted(found)]


def _of_moment(snapshot) -> Column:
    run = session.current()
    perplexity = run.curve.at(snapshot.epoch)
    title = say("epoch {epoch:.4g}", epoch=snapshot.epoch)
    if perplexity is not None:
        figures = {"epoch": snapshot.epoch, "perplexity": in_figures(perplexity)}
        title = say("epoch {epoch:.4g}, perplexity {perplexity}", **figures)
    return _written(title, _own(snapshot.reader, snapshot.h), read(Sampling), run)


def _own(reader: Reader, h: np.ndarray | None) -> Asked:
    """The network of a snapshot (`reader`), ready to continue the same words as the text on screen.

    `h` (N, H) is the state that training carries at the snapshot.
    """
    corpus, screen = session.current().corpus, read(Screen)
    asked = Asked(reader, corpus.vocabulary, session.opening_of(corpus))
    here = session.asked()
    if screen.state != "tape" or here.tape is None or h is None:
        return asked
    return replace(asked, tape=(here.tape[0], h[min(screen.stream, len(h) - 1)]))


def _at_temperature(temperature: float) -> Column:
    sampling = replace(read(Sampling), temperature=temperature)
    return _written(say("temperature {t:g}", t=temperature), session.asked(), sampling, session.current())


def _of_runs() -> list[Column]:
    """Columns for the run on screen and two others: the newest visible runs that still have a network."""
    every = runs.lines()
    names = dict(zip((run.id for run in every), names_of([run.experiment for run in every]), strict=True))
    shelf = session.shelf()
    others = [run for run in every[:-1] if run.reader is not None and not shelf.of(run.id).hidden]
    return [_of_run(run, shelf.of(run.id).name or names[run.id]) for run in [*others[-2:], every[-1]]]


def _of_run(run: Kept, name: str) -> Column:
    asked = Asked(run.reader, run.corpus.vocabulary, session.opening_of(run.corpus))
    return _written(name, asked, read(Sampling), run)


def _written(title: str, asked: Asked, sampling: Sampling, run) -> Column:
    screen = read(Screen)
    made_of = title, asked.reader, sampling, screen.length, screen.luck, screen.state, screen.stream
    return memo("luck_columns", made_of, lambda: _write(title, asked, sampling, run), 16)


def _write(title: str, asked: Asked, sampling: Sampling, run) -> Column:
    screen = read(Screen)
    try:
        context, skip = session.context(asked, sampling), session.skip_ids(asked, sampling)
        h = None if asked.tape is None else asked.tape[1]
        rng = np.random.default_rng(screen.luck)
        sampler = Sampler(asked.reader, context, rng, sampling.temperature, sampling.top_k, skip, h=h)
        drawn = [sampler.step().word_id for _ in range(min(screen.length, WORDS))]
    except ValueError as error:
        return Column(title, [], [], [], say_error(error))
    given = context[len(asked.opening) if asked.tape is None else 0 :]
    there = copied.of(asked, [*given, *drawn], len(given), run)
    words = [asked.vocabulary.word(i) for i in (*given, *drawn)]
    told = there.told if there else [None] * len(words)
    return Column(title, words[: len(given)], words[len(given) :], told)


def drawn(column: Column, same: list[bool]) -> str:
    head = f"<h3>{html.escape(column.title)}</h3>"
    if column.problem:
        return f'<div>{head}<p class="note">{html.escape(column.problem)}</p></div>'
    classes = ["given"] * len(column.given) + ["same" if one else "" for one in same]
    text = marked([*column.given, *column.words], column.told, classes)
    return f'<div>{head}<p dir="auto" translate="no">{text}</p></div>'


def sentence(made: list[Column], same: list[list[bool]]) -> str:
    if read(Screen).beside == "runs" and len(made) < 2:
        return say("There is only one run. Train another to compare what both write with the same random numbers.")
    if not any(column.words for column in made):
        return say("No text yet. Press “Next word” on the Train page to draw one.")
    if len(made) < 2:
        return say(
            "There is only one snapshot so far. Train further to compare what later snapshots write with the "
            "same random numbers."
        )
    share = float(np.mean([one for part in same for one in part]))
    return say(
        "A word is marked if it also appears at the same place in a neighbouring column ({share} of the "
        "words). All columns use the same numbers u, so they differ in what the network has learned, not in "
        "luck.",
        share=f"{figure(100 * share, decimals=0)} %",
    )
