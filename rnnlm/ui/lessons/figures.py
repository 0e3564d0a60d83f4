"""Insert figures from the visitor's own run into a lesson's text."""

from collections.abc import Callable

from rnnlm.formats import figure, in_figures
from rnnlm.inference.baselines import Baselines
from rnnlm.lessons.figures import filled
from rnnlm.training.fan import Spread
from rnnlm.ui.compare import fan, held_out
from rnnlm.ui.lessons import walk
from rnnlm.ui.state import session, shared

MISSING = "…"  # shown for a figure that is not measured yet


def in_text(text: str) -> str:
    return filled(text, lambda name: HERE[name]())


def _perplexity(value: float | None) -> str:
    return MISSING if value is None else in_figures(value)


def _baselines() -> Baselines:
    corpus = session.current().corpus
    return shared.baselines_of(corpus.checksum, corpus)


def _held_out() -> float | None:
    measured = held_out.here()
    return measured[-1][1] if measured else None


def _spread(of: Callable[[Spread], float]) -> str:
    there = fan.current()
    spread = there and there.spread()
    return MISSING if spread is None else figure(of(spread), decimals=1)


HERE: dict[str, Callable[[], str]] = {
    "perplexity": lambda: _perplexity(walk.FACTS["perplexity"]()),
    "epoch": lambda: f"{session.instant().epoch:,.4g}",
    "new": lambda: _perplexity(_held_out()),
    "ptb": lambda: _perplexity(shared.ptb_network().valid),
    "different": lambda: f"{session.current().corpus.vocabulary.size:,}",
    "word_counts": lambda: _perplexity(_baselines().unigram),
    "pair_counts": lambda: _perplexity(_baselines().bigram),
    "updates": lambda: f"{session.view().updates_per_epoch:,}",
    "lowest": lambda: _spread(lambda spread: spread.lowest),
    "highest": lambda: _spread(lambda spread: spread.highest),
}
