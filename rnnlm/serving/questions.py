"""What a worker is asked beside training: whatever takes longer than a page may stand still for.

A question is a function of (what JSON holds, arrays) that gives the same pair; a ValueError is an answer too, one
sentence for whoever asked.
"""

import dataclasses
from collections.abc import Callable

from rnnlm.data.own_text import load_text
from rnnlm.inference.baselines import baselines
from rnnlm.inference.kneser_ney import KneserNey, Level
from rnnlm.serving.protocol import Arrays, Message, corpus_from, corpus_parts

Question = Callable[[Message, Arrays], tuple[Message, Arrays]]


def count_words(about: Message, arrays: Arrays) -> tuple[Message, Arrays]:
    """The perplexities of the counting models on a corpus."""
    return dataclasses.asdict(baselines(corpus_from(about, arrays))), {}


def count_ngrams(about: Message, arrays: Arrays) -> tuple[Message, Arrays]:
    """The levels of a Kneser-Ney model of a corpus, of contexts of up to four words."""
    corpus = corpus_from(about, arrays)
    levels = KneserNey(corpus, min(5, len(corpus))).levels
    return {"levels": len(levels)}, {
        f"{name}{n}": array for n, level in enumerate(levels) for name, array in vars(level).items()
    }


def levels_from(about: Message, arrays: Arrays) -> list[Level]:
    """The levels that were counted."""
    return [Level(*(arrays[f"{field.name}{n}"] for field in dataclasses.fields(Level))) for n in range(about["levels"])]


def read_text(about: Message, arrays: Arrays) -> tuple[Message, Arrays]:
    """A visitor's text, its bytes or what was pasted, as a corpus."""
    content = arrays["content"].tobytes()
    return corpus_parts(load_text(content.decode() if about["pasted"] else content, title=about["title"]))


QUESTIONS: dict[str, Question] = {"count words": count_words, "count n-grams": count_ngrams, "read text": read_text}
