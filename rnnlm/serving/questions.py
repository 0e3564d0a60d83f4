"""What a worker is asked beside training: whatever takes longer than a page may stand still for.

A question is a function of (what JSON holds, arrays) that gives the same pair; a ValueError is an answer too, one
sentence for whoever asked.
"""

import dataclasses
from collections.abc import Callable

from rnnlm.data.own_text import load_text
from rnnlm.inference.baselines import baselines
from rnnlm.serving.protocol import Arrays, Message, corpus_from, corpus_parts
from rnnlm.storage.handover import hand_over
from rnnlm.storage.pretrained import Network, network_parts, opened

Question = Callable[[Message, Arrays], tuple[Message, Arrays]]


def count_words(about: Message, arrays: Arrays) -> tuple[Message, Arrays]:
    """The perplexities of the counting models on a corpus."""
    return dataclasses.asdict(baselines(corpus_from(about, arrays))), {}


def read_text(about: Message, arrays: Arrays) -> tuple[Message, Arrays]:
    """A visitor's text, its bytes or what was pasted, as a corpus."""
    content = arrays["content"].tobytes()
    return corpus_parts(load_text(content.decode() if about["pasted"] else content, title=about["title"]))


def open_file(about: Message, arrays: Arrays) -> tuple[Message, Arrays]:
    """A run that was saved, ready to go on, with its text; or a network."""
    it = opened(arrays["content"].tobytes(), about["title"])
    if isinstance(it, Network):
        told, parts = network_parts(it)
        return {"kind": "network", **told}, parts
    trainer = it.resume()
    state, parts = hand_over(trainer)
    corpus, text = corpus_parts(trainer.corpus)
    told = {"kind": "run", "state": state, "corpus": corpus, "experiment": dataclasses.asdict(trainer.experiment)}
    return {**told, "trained": trainer.position.seconds}, parts | text


QUESTIONS: dict[str, Question] = {"count words": count_words, "read text": read_text, "open file": open_file}
