"""Send a run from one process to another.

The message contains the same data as the run's file. The message also contains an earlier network, to restore if the
run diverges. The points of the curve are sent as arrays. Nothing is compressed, because a run may be sent every few
seconds.
"""

import dataclasses
from typing import Any

from rnnlm.data.corpus import Corpus
from rnnlm.data.vocabulary import Vocabulary
from rnnlm.nn.params import shapes_of
from rnnlm.storage.checkpoint import SavedRun, check_state, params_of, position_parts, read_run, run_parts
from rnnlm.storage.npz import Arrays
from rnnlm.training.curve import Curve
from rnnlm.training.divergence import Sound
from rnnlm.training.trainer import Trainer

POINTS = ("history", "curve")


def hand_over(trainer: Trainer) -> tuple[dict[str, Any], Arrays]:
    """Copy a run into a description and arrays, to send to another process. The run itself can continue."""
    about, arrays = run_parts(trainer)
    about["position"] = position_parts(dataclasses.replace(trainer.position, history=[], curve=[]))
    arrays |= {name: Curve(getattr(trainer.position, name)).table() for name in POINTS}
    about["sound"] = trainer.sound.update
    arrays |= {f"sound_{i}": param for i, param in enumerate(trainer.sound.params)}
    if trainer.sound.h is not None:
        arrays["sound_h"] = trainer.sound.h
    return about, {name: array.copy() for name, array in arrays.items()}


def take_over(about: dict[str, Any], arrays: Arrays, corpus: Corpus) -> Trainer:
    """Return a Trainer that continues a run exactly where it was handed over."""
    saved, sound = read_handed_over(about, arrays, corpus.vocabulary)
    trainer = saved.resume(corpus)
    trainer.sound = sound
    return trainer


def read_handed_over(about: dict[str, Any], arrays: Arrays, vocabulary: Vocabulary) -> tuple[SavedRun, Sound]:
    """Rebuild two things that were handed over: a run, and the network to go back to if the run diverges.

    Any error may be raised if the data is damaged.
    """
    position = about["position"] | {name: [vars(point) for point in Curve.from_table(arrays[name])] for name in POINTS}
    saved = read_run(about | {"position": position}, vocabulary, arrays)
    experiment, update, h = saved.experiment, about["sound"], arrays.get("sound_h")
    if type(update) is not int or not 0 <= update <= saved.position.update:
        raise ValueError("the network to fall back to is not from an earlier point")
    check_state(h, experiment, update)
    V = vocabulary.size
    params = {name: arrays[f"sound_{i}"] for i, name in enumerate(shapes_of(experiment, V))}
    return saved, Sound(params_of(params, experiment, V), h, update)
