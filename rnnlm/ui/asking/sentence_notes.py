"""What one should know of the figures under a sentence: each note a sentence or two, as HTML."""

import html
from collections.abc import Mapping

import numpy as np

from rnnlm.formats import in_figures
from rnnlm.inference.sentence import Reading, stands_in
from rnnlm.ui import session
from rnnlm.ui.language import in_a_row, say
from rnnlm.ui.writing import shown

MOST_NAMED = 8  # unknown words


def notes(said: tuple[str, ...], found: Mapping[str, Reading]) -> list[str]:
    """All notes there is a reason for; found are the readings by the kind of their reader."""
    told = [why_not_the_curve(said, found), never_seen(found), two_figures(found), *unknown_words(found)]
    return [sentence for sentence in told if sentence]


def why_not_the_curve(said: tuple[str, ...], found: Mapping[str, Reading]) -> str:
    """Why these perplexities are others than the chart's, and a text is nonsense after a good curve."""
    here, corpus = session.instant(), session.current().corpus
    if "new" not in found:
        return ""
    new = in_figures(found["new"].perplexity)
    if here.perplexity is None:
        return say("<b>The curve has no point here yet:</b> the network hesitates between {new} words.", new=new)
    curve, n = in_figures(here.perplexity), len(corpus)
    told = [
        say(
            "<b>The curve says {curve} and the text is nonsense: why?</b> The formula is the same, 2 to the mean bits. "
            "But the curve asks about the {n:,} words the run trains on, in the state of its tape: those it knows by "
            "heart.",
            curve=curve,
            n=n,
        )
    ]
    if stands_in(corpus, said):
        told.append(
            say(
                "Even this sentence, which stands in its text, gives {new} from a new sentence: it knows its words "
                "only where they stand on the tape.",
                new=new,
            )
        )
    elif "words" in found:
        counted = in_figures(found["words"].perplexity)
        told.append(
            say(
                "Of this sentence, which is new to it, it makes {new}; who only counts words, {counted}.",
                new=new,
                counted=counted,
            )
        )
    if "ptb" in found:
        ptb = in_figures(found["ptb"].perplexity)
        told.append(say("All of PTB, {ptb} here, has read 929,589 words and learned some English.", ptb=ptb))
    return in_a_row(told)


def never_seen(found: Mapping[str, Reading]) -> str:
    """Why counting pairs alone does not do, where a pair was never seen."""
    pairs, kneser_ney = found.get("pairs"), found.get("kneser-ney")
    if pairs is None or kneser_ney is None or np.isfinite(pairs.perplexity):
        return ""
    place = int(np.flatnonzero(pairs.p == 0)[0])
    before = pairs.words[place - 1 : place] if place else ()
    pair = html.escape(" ".join(shown(word) for word in (*before, pairs.words[place])))
    kept = in_figures(kneser_ney.perplexity)
    return say(
        "<b>Pair counts: ∞.</b> “{pair}” never comes in the text, so it gets 0, and one 0 is enough. Kneser-Ney counts "
        "the same words, but gives some of what it has seen to what it has not: {kept}.",
        pair=pair,
        kept=kept,
    )


def two_figures(found: Mapping[str, Reading]) -> str:
    """Why the run has two figures for one sentence."""
    if "new" not in found or "blank" not in found:
        return ""
    return say(
        "<b>This run has two figures</b> for one sentence: what it has read before is in its state h, and changes what "
        "it expects. A new sentence: the opening of its text. Blank: nothing, which training never meets."
    )


def unknown_words(found: Mapping[str, Reading]) -> list[str]:
    """Which words the run and the network of all of PTB do not know."""
    told = []
    if "new" in found and found["new"].unknown:
        named = _named(found["new"].unknown)
        told.append(
            say(
                "<b>Unknown to this run</b> and read as &lt;unk&gt;, which stands for any rare word and is easily "
                "expected: {named}.",
                named=named,
            )
        )
    if "ptb" in found and found["ptb"].unknown:
        named = _named(found["ptb"].unknown)
        told.append(say("<b>Unknown to All of PTB</b>, which knows 10,000 words: {named}.", named=named))
    return told


def _named(words: tuple[str, ...]) -> str:
    more = [say("{n:,} more", n=len(words) - MOST_NAMED)] if len(words) > MOST_NAMED else []
    return html.escape(", ".join([*map(shown, words[:MOST_NAMED]), *more]))
