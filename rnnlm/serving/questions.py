"""What a worker is asked beside training: whatever takes longer than a page may stand still for.

A question is a function of (what JSON holds, arrays) that gives the same pair; a ValueError is an answer too, one
sentence for whoever asked.
"""

import dataclasses
import time
from collections.abc import Callable

from rnnlm.data.own_text import load_text
from rnnlm.inference.baselines import baselines
from rnnlm.inference.reader import Reader
from rnnlm.inference.scoring import perplexity_of, word_surprisals
from rnnlm.serving.protocol import Arrays, Message, corpus_from, corpus_parts, state_from

Question = Callable[[Message, Arrays], tuple[Message, Arrays]]


def count_words(about: Message, arrays: Arrays) -> tuple[Message, Arrays]:
    """The perplexities of the counting models on a corpus."""
    return dataclasses.asdict(baselines(corpus_from(about, arrays))), {}


def read_text(about: Message, arrays: Arrays) -> tuple[Message, Arrays]:
    """A visitor's text, its bytes or what was pasted, as a corpus."""
    content = arrays["content"].tobytes()
    source = content.decode("utf-8", "surrogatepass") if about["pasted"] else content
    return corpus_parts(load_text(source, title=about["title"]))


def measure(about: Message, arrays: Arrays) -> tuple[Message, Arrays]:
    """The perplexity of those words of a text that a network knows.

    ids (words,) are read after the word `before`, known (words,) tells which count; the rest are the parameters. The
    answer has the seconds it took, too.
    """
    start = time.monotonic()
    ids, known = arrays.pop("ids"), arrays.pop("known")
    bits = word_surprisals(Reader(state_from(arrays)[0]), ids, about["before"])
    perplexity = perplexity_of(bits[known[-len(bits) :]])
    return {"perplexity": perplexity, "seconds": time.monotonic() - start}, {}


QUESTIONS: dict[str, Question] = {"count words": count_words, "read text": read_text, "measure": measure}
