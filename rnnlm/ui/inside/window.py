"""The window that the next update reads, for the chosen stream, and the six moves of that update."""

import dataclasses
from collections.abc import Hashable

from rnnlm.screen import Screen
from rnnlm.serving.worker.protocol import corpus_parts, state_arrays
from rnnlm.training.moves import Moves, Part
from rnnlm.ui.language import say
from rnnlm.ui.state import choices, clock, session, shared, tab
from rnnlm.ui.state.beat import is_too_fast
from rnnlm.ui.state.choices import read
from rnnlm.ui.state.memo import memo


def resting() -> str:
    """A sentence that says why the panels about training have nothing to show. Empty if they have something to show."""
    if read(Screen).network == "ptb":
        return say(
            "“All of PTB” was trained elsewhere, so it has no tape here. Choose “This run” above the state "
            "picture to see the tape."
        )
    return ""


def stream() -> int:
    """Index of the chosen stream, counted from 0."""
    return min(read(Screen).stream, session.current().experiment.batch_size - 1)


def look_at_stream(n: int) -> None:
    choices.choose(stream=int(n))
    clock.redraw()


def version() -> Hashable:
    """A value that changes when the tape or the six moves change.

    While a run trains at full speed, its training does not change the value, because the tape and the moves pause.
    """
    screen = read(Screen)
    if is_too_fast():
        return "fast", screen.stream
    return screen.network, screen.stream, id(session.instant().reader), session.view().running


def moves() -> Moves:
    here = session.instant()
    return memo("inside_moves", (here.reader, here.update), _ask_moves)


def _ask_moves() -> Moves:
    run, here = session.current(), session.instant()
    experiment = dataclasses.replace(run.experiment, validate=False, average_from=None)
    about, arrays = corpus_parts(run.corpus)
    about |= {"experiment": dataclasses.asdict(experiment), "update": here.update}
    arrays |= state_arrays(here.reader.params, here.h)
    told, given = shared.engine().ask("six moves", about, arrays, tab.visitor().token)
    parts = [Part(**part) for part in told.pop("parts")]
    return Moves(**told, **given, parts=parts, params=[])
