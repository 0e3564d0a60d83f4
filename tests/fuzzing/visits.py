"""Properties of files in a folder that servers share: page and worker can use them, or they count as missing."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import SimpleNamespace

from rnnlm.data.own_text import load_text
from rnnlm.experiment import Experiment
from rnnlm.options import from_link
from rnnlm.serving.engine.engine import Engine
from rnnlm.serving.engine.limits import HOSTED
from rnnlm.serving.visitors.visitor_files import Found, read_visit, write_place, write_run, write_text
from rnnlm.storage.handover import hand_over
from rnnlm.training.build import load_corpus
from rnnlm.training.trainer import Trainer
from rnnlm.ui.state.choices import GROUPS
from tests.fuzzing.targets import FOLDER, SMALL, TOY, a_sentence, a_text

TEXT = load_text("one two three four five six seven eight nine ten.\n" * 30, title="mine.txt")
OF_TEXT = Experiment(corpus="text", words=200, wordvec_size=2, hidden_size=2, batch_size=2, time_size=5)
LINK = {"epochs": "3", "start": "you say", "lesson": "what", "step": "2"}
PLACE = {"by": "0123", "place": {"address": LINK, "link": LINK}, "running": True}
PLACE |= {"small": {"content": "one two", "title": "mine.txt"}}
SUFFIXES = (".place", ".run", ".text")


def file(suffix: str) -> Path:
    """The file of the only visitor."""
    return Path(FOLDER.name) / f"visitor{suffix}"


@cache
def whole(of_text: bool = False) -> dict[str, bytes]:
    """Valid contents of the visitor's files: a run after some updates, on their own text or not."""
    experiment, corpus = (OF_TEXT, load_corpus(OF_TEXT, TEXT)) if of_text else (SMALL, TOY)
    trainer = Trainer(experiment, corpus)
    trainer.run_epoch()
    trainer.run_update()
    write_place(file(".place"), PLACE)
    write_run(file(".run"), SimpleNamespace(kept=(*hand_over(trainer), 0.5), corpus=corpus))
    write_text(file(".text"), TEXT)
    return {suffix: file(suffix).read_bytes() for suffix in SUFFIXES}


@cache
def engine() -> Engine:
    """A hosted engine that trains in a thread of this process."""
    return Engine(workers=0, limits=HOSTED)


def a_visit(contents: dict[str, bytes], goes_on: bool = True) -> Found | None:
    """Check that the files give a complete visit with a run that continues, or none."""
    for suffix in SUFFIXES:
        file(suffix).write_bytes(contents.get(suffix, b"")) if suffix in contents else file(suffix).unlink(True)
    return found_is_whole(read_visit(file), goes_on)


def found_is_whole(found: Found | None, goes_on: bool = True) -> Found | None:
    """Check the type of each part of a visit."""
    if found is None:
        return None
    address, link = found.place["address"], found.place["link"]
    assert (address is None) == (link is None)
    for group in GROUPS if link is not None else ():
        assert all(isinstance(value, str) for value in (*address.values(), *link.values()))
        group(**from_link(group, link)[0])
    assert isinstance(found.running, bool)
    if found.small is not None:
        a_text(found.small["content"])
    for corpus in (found.text, found.corpus):
        assert corpus is None or 0 <= corpus.ids.min() <= corpus.ids.max() < corpus.vocabulary.size
    told = [found.place, found.small, *(text and [text.title, text.remark] for text in (found.text, found.corpus))]
    json.dumps(told, ensure_ascii=False).encode()  # the page sends it to a browser in this form
    if found.arrived is not None and goes_on:
        _goes_on(found)
    return found


def _goes_on(found: Found) -> None:
    """Send the run to a worker, make an update and look at it; a sentence says why if this fails."""
    guarded(lambda: _train(engine(), found, found.corpus or load_corpus(found.experiment)))


def _train(engine: Engine, found: Found, corpus) -> None:
    job = engine.open(found.experiment, corpus, "", found.arrived)
    try:
        engine.start(job, updates=1)
        view = engine.look(job)
        json.dumps([vars(point) for point in view.curve], allow_nan=False)
        json.dumps([view.epoch, view.words_per_second, view.seconds_left], allow_nan=False)
    finally:
        engine.close(job)


def guarded(do: Callable[[], None]) -> None:
    """Call it; check that an error is one of our sentences, not an error of Python."""
    told = ""
    try:
        do()
    except ValueError as error:
        a_sentence(error)
        told = str(error)
    assert "training stopped" not in told
    assert "JSON" not in told
