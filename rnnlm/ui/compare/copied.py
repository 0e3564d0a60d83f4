"""Find copies: parts of a written text that also occur in the training text of the network that wrote it."""

from dataclasses import dataclass, replace

from rnnlm.data.corpus import Corpus
from rnnlm.experiment import PTB_WORDS, Experiment
from rnnlm.inference.copies import LEAST, Copy, CopyIndex, new_share
from rnnlm.ui.language import in_a_row, percent, say
from rnnlm.ui.state import session, shared
from rnnlm.ui.state.memo import memo
from rnnlm.ui.state.run import Run
from rnnlm.ui.state.shelf import Kept


@dataclass(frozen=True)
class Copied:
    """The copies in a text.

    `corpus` is the training text from which the words are copied.
    `told` has a sentence for each copied word and None for every other word.
    `new` is the share (0 to 1) of the written words that are not copied.
    """

    corpus: Corpus
    copies: list[Copy]
    told: list[str | None]
    new: float


def of(asked: session.Asked, ids: list[int], given: int, run: Run | Kept) -> Copied | None:
    """Find the parts of a text that are copied from the training text of the network in `asked`.

    `ids` are the words of the text. The network did not write the first `given` words, so a copy that lies entirely in
    those words does not count. Returns None if the training text is not available.
    """
    if asked.vocabulary is run.corpus.vocabulary:
        return in_text(run.corpus, run.experiment, ids, given)
    try:
        return in_text(shared.whole("ptb-train"), Experiment(words=PTB_WORDS), ids, given)
    except ValueError:  # PTB is not installed, but its network still writes
        return None


def in_text(corpus: Corpus, experiment: Experiment, ids: list[int], given: int) -> Copied:
    copies = [copy for copy in _index(corpus, experiment).copies(ids) if copy.end > given]
    told: list[str | None] = [None] * len(ids)
    for copy in copies:
        told[copy.start : copy.end] = [where(copy)] * (copy.end - copy.start)
    written = [replace(copy, start=max(0, copy.start - given), end=copy.end - given) for copy in copies]
    return Copied(corpus, copies, told, new_share(written, len(ids) - given))


def _index(corpus: Corpus, experiment: Experiment) -> CopyIndex:
    # visitors share an index, except that of a visitor's own text
    if experiment.corpus != "text":
        return shared.copy_index(corpus.checksum, corpus)
    return memo("copy_index", corpus.checksum, lambda: CopyIndex(corpus.ids))


def where(copy: Copy) -> str:
    words = copy.end - copy.start
    if copy.times > 1:
        return say(
            "These {words} words occur {times:,} times in the training text, first at word {place:,}.",
            words=words,
            times=copy.times,
            place=copy.place + 1,
        )
    return say(
        "These {words} words occur in the training text, starting at word {place:,}.", words=words, place=copy.place + 1
    )


def summary(there: Copied) -> str:
    if not there.copies:
        return say("No {least} words in a row are copied.", least=LEAST)
    return say(
        "{share} of the drawn words are copied. Underlined: {least} or more words in a row that also occur in the "
        "training text.",
        share=percent(1 - there.new),
        least=LEAST,
    )


def summary_with_longest(there: Copied) -> str:
    if not there.copies:
        return summary(there)
    longest = max(there.copies, key=lambda copy: copy.end - copy.start)
    where = say(
        "The longest copy has {words} words and starts at word {place:,} of that text.",
        words=longest.end - longest.start,
        place=longest.place + 1,
    )
    return in_a_row([summary(there), where])
