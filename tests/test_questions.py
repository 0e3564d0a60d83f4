"""A worker's answers during training equal a direct computation."""

import dataclasses
import json

import numpy as np
import pytest

from rnnlm.inference.nearest import Place, States
from rnnlm.serving.worker.protocol import corpus_parts, state_arrays
from rnnlm.serving.worker.questions import QUESTIONS
from rnnlm.training.moves import next_moves
from rnnlm.training.trainer import Trainer


@pytest.mark.parametrize("updates", [0, 23])
def test_the_six_moves_of_a_moment_are_those_of_the_run_it_was_taken_from(small, toy, updates):
    trainer = Trainer(dataclasses.replace(small, max_grad=0.25, dropout_out=0.3), toy)
    for _ in range(updates):
        trainer.run_update()
    about, arrays = corpus_parts(toy)
    about |= {"experiment": dataclasses.asdict(trainer.experiment), "update": updates}
    arrays |= state_arrays(trainer.model.params, trainer.model.rnn.h)
    told, given = QUESTIONS["six moves"](about, arrays)
    told, moves = json.loads(json.dumps(told)), next_moves(trainer)
    for name, array in given.items():
        assert array == pytest.approx(getattr(moves, name), rel=1e-6), name
    assert told["parts"] == [json.loads(json.dumps(dataclasses.asdict(part))) for part in moves.parts]
    for name in ("update", "loss", "cut", "norm", "factor", "lr"):
        assert told[name] == pytest.approx(getattr(moves, name)), name
    assert tuple(told["scored"]) == moves.scored


def test_the_nearest_states_are_those_that_a_search_at_once_finds(small, toy):
    model = Trainer(small, toy).model
    h = np.random.default_rng(3).normal(size=small.hidden_size).astype(np.float32)
    told, _ = QUESTIONS["nearest states"]({"count": 4}, state_arrays(model.params, None) | {"ids": toy.ids, "state": h})
    assert [Place(**place) for place in json.loads(json.dumps(told))["places"]] == States(model, toy.ids).nearest(h, 4)
