"""Notes on the numbers shown for a visitor's sentence. Each note is HTML of one or two sentences."""

from collections.abc import Mapping

import numpy as np

from rnnlm.data.vocabulary import UNK
from rnnlm.formats import cut_short, in_figures
from rnnlm.inference.sentence import Reading, stands_in
from rnnlm.screen import Screen
from rnnlm.ui import style
from rnnlm.ui.language import in_a_row, say
from rnnlm.ui.state import session
from rnnlm.ui.state.choices import read

MOST_NAMED = 8  # unknown words that a note names


def notes(said: tuple[str, ...], found: Mapping[str, Reading]) -> list[str]:
    """All notes that apply to the sentence `said`. `found` has each reader's results, keyed by the kind of reader."""
    told = [
        mostly_unknown(said, found) or why_not_the_curve(said, found),
        never_seen(found),
        several_figures(found),
        *unknown_words(found),
    ]
    return [sentence for sentence in told if sentence]


def mostly_unknown(said: tuple[str, ...], found: Mapping[str, Reading]) -> str:
    for kind, name in (("new", say("This run")), ("ptb", say("All of PTB"))):
        if kind in found and 2 * sum(word == UNK for word in found[kind].words) > len(said):
            return say(
                "<b>{name} does not know most of these words.</b> It reads them as &lt;unk&gt;, so its figures "
                "say how well it expects &lt;unk&gt;, not these words.",
                name=name,
            )
    return ""


def why_not_the_curve(said: tuple[str, ...], found: Mapping[str, Reading]) -> str:
    """Explain why the sentence's perplexities differ from the perplexity on the curve."""
    here, corpus = session.instant(), session.current().corpus
    if "new" not in found:
        return ""
    new = in_figures(found["new"].perplexity)
    if here.perplexity is None:
        return say(
            "<b>The curve has no point here.</b> Its formula, 2 to the power of the mean bits per word, "
            "gives this sentence a perplexity of {new}.",
            new=new,
        )
    told = [_another_figure(here.perplexity, found["new"].perplexity)]
    told.append(_of_this_sentence(stands_in(corpus, said), here.perplexity, found))
    if "ptb" in found and found["ptb"].perplexity < found["new"].perplexity:
        ptb = in_figures(found["ptb"].perplexity)
        told.append(
            say(
                "“All of PTB” has perplexity {ptb} on this sentence. It has read 929,589 words and learned some "
                "English.",
                ptb=ptb,
            )
        )
    return in_a_row(filter(None, told))


def _another_figure(curve: float, new: float) -> str:
    corpus = session.current().corpus
    values = {"curve": in_figures(curve), "n": len(corpus)}
    if curve < new and corpus.true_perplexity is None:
        return say(
            "<b>The curve says {curve}, but the text is nonsense. Why?</b> The formula is the same: 2 to "
            "the power of the mean bits per word. But the curve is measured on the {n:,} words the run "
            "trains on, with the hidden state from its tape. The run knows those words by heart.",
            **values,
        )
    return say(
        "<b>Why does this differ from the curve’s {curve}?</b> The formula is the same: 2 to the "
        "power of the mean bits per word. But the curve is measured on all {n:,} words the run "
        "trains on, with the hidden state from its tape.",
        **values,
    )


def _of_this_sentence(by_heart: bool, curve: float, found: Mapping[str, Reading]) -> str:
    """Explain how the run scores the sentence. `by_heart` is true if the run's text contains the sentence."""
    new = in_figures(found["new"].perplexity)
    if by_heart and "tape" in found and found["tape"].perplexity < found["new"].perplexity / 2:
        return say(
            "This sentence is in the training text. Its perplexity is {tape} with the state from the "
            "tape, but {new} as a new sentence. The run knows these words only at their place in the "
            "text.",
            new=new,
            tape=in_figures(found["tape"].perplexity),
        )
    if by_heart and found["new"].perplexity > 2 * curve:
        return say(
            "This sentence is in the training text, but as a new sentence it still has perplexity {new}. "
            "The run knows these words only at their place on its tape.",
            new=new,
        )
    if by_heart or "words" not in found:
        return ""
    counted = in_figures(found["words"].perplexity)
    return say(
        "The run has never read this sentence and has perplexity {new} on it. A model that only counts words reaches "
        "{counted}.",
        new=new,
        counted=counted,
    )


def never_seen(found: Mapping[str, Reading]) -> str:
    pairs, kneser_ney = found.get("pairs"), found.get("kneser-ney")
    if pairs is None or kneser_ney is None or np.isfinite(pairs.perplexity):
        return ""
    place = int(np.flatnonzero(pairs.p == 0)[0])
    corpus = session.current().corpus
    opening = [corpus.vocabulary.word(i) for i in corpus.opening[-1:]]
    pair = style.words(" ".join(map(cut_short, [*opening, *pairs.words][: place + 1 + len(opening)][-2:])))
    kept = in_figures(kneser_ney.perplexity)
    return say(
        "<b>Pair counts: ∞.</b> The pair “{pair}” never occurs in the text, so it gets probability 0, which "
        "makes the perplexity infinite. Kneser-Ney uses the same counts but reserves some probability for "
        "unseen pairs. Its perplexity is {kept}.",
        pair=pair,
        kept=kept,
    )


def several_figures(found: Mapping[str, Reading]) -> str:
    if "new" not in found or "blank" not in found:
        return ""
    told = [
        say(
            "<b>This run has several figures</b> because it scores the same sentence differently depending on its "
            "hidden state h, that is, on what it read just before. “New sentence” starts after the first sentences of "
            "the training text. “Blank” starts from nothing. In training this happens only at the very beginning."
        )
    ]
    if "tape" in found:
        ids, _ = session.tape_at(session.instant(), read(Screen).stream)
        words = map(session.current().corpus.vocabulary.word, ids[-3:])
        before = style.words(" ".join(map(cut_short, words)))
        told.append(
            say(
                "On its tape the run has just read “… {before}”. It knows how that continues, and nothing else.",
                before=before,
            )
        )
    return in_a_row(told)


def unknown_words(found: Mapping[str, Reading]) -> list[str]:
    told = []
    if "new" in found and found["new"].unknown:
        named = _named(found["new"].unknown)
        told.append(
            say(
                "<b>This run does not know</b> {named}. It reads &lt;unk&gt; instead, which replaces every rare word "
                "and is therefore easy to predict.",
                named=named,
            )
        )
    if "ptb" in found and found["ptb"].unknown:
        named = _named(found["ptb"].unknown)
        told.append(
            say(
                "<b>“All of PTB” does not know</b> {named}. It knows 10,000 words and reads &lt;unk&gt; "
                "instead of all others.",
                named=named,
            )
        )
    return told


def _named(words: tuple[str, ...]) -> str:
    more = [say("{n:,} more", n=len(words) - MOST_NAMED)] if len(words) > MOST_NAMED else []
    return style.literal(", ".join([*(style.quoted(cut_short(word)) for word in words[:MOST_NAMED]), *more]))
