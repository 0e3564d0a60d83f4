"""What a worker is asked beside training: whatever takes longer than a page may stand still for.

A question is a function of (what JSON holds, arrays) that gives the same pair; a ValueError is an answer too, one
sentence for whoever asked.
"""

import dataclasses
from collections.abc import Callable

from rnnlm.data.own_text import load_text
from rnnlm.inference.baselines import baselines
from rnnlm.serving.protocol import Arrays, Message, corpus_from, corpus_parts

Question = Callable[[Message, Arrays], tuple[Message, Arrays]]


def count_words(about: Message, arrays: Arrays) -> tuple[Message, Arrays]:
    """The perplexities of the counting models on a corpus."""
    return dataclasses.asdict(baselines(corpus_from(about, arrays))), {}


def read_text(about: Message, arrays: Arrays) -> tuple[Message, Arrays]:
    """A visitor's text, its bytes or what was pasted, as a corpus."""
    content = arrays["content"].tobytes()
    source = content.decode("utf-8", "surrogatepass") if about["pasted"] else content
    return corpus_parts(load_text(source, title=about["title"]))


QUESTIONS: dict[str, Question] = {"count words": count_words, "read text": read_text}
