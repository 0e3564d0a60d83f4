"""Explanations of an update's six moves. Each has a sentence, the shapes of arrays, and a table for one stream."""

from collections.abc import Iterable

import numpy as np

from rnnlm.formats import figure, in_figures
from rnnlm.nn.cell import FORMULA
from rnnlm.training.moves import Moves
from rnnlm.ui.inside.words import short
from rnnlm.ui.language import in_a_row, percent, say
from rnnlm.ui.state import session
from rnnlm.ui.train.excerpt import in_short


def read(moves: Moves, n: int) -> dict:
    """Move 1: the words of the window."""
    N, T = moves.xs.shape
    sentence = say(
        "Update {update:,} reads N = {N:,} streams of T = {T} words each; this is stream {n}. After every "
        "word the network must guess the next one.",
        update=moves.update + 1,
        N=N,
        T=T,
        n=n + 1,
    )
    if session.current().experiment.noising:
        replaced = say("Noising replaces some words, so a word here can differ from the one on the tape.")
        sentence = in_a_row([sentence, replaced])
    rows = [
        {"cells": [str(t + 1), read, f"{x:,}", right, f"{y:,}"]}
        for t, (read, x, right, y) in enumerate(
            zip(in_a_line(moves.xs[n]), moves.xs[n], in_a_line(moves.ts[n]), moves.ts[n], strict=True)
        )
    ]
    head = [say("step"), say("reads"), say("id"), say("word to guess"), say("id")]
    return _told(sentence, f"xs {moves.xs.shape}  ts {moves.ts.shape}", head, rows)


def carry(moves: Moves, n: int) -> dict:
    """Move 2: the state passes through the window."""
    H = moves.hs.shape[2]
    before = np.vstack([moves.h[n : n + 1], moves.hs[n]])  # (T + 1, H)
    sizes, steps = np.linalg.norm(before, axis=1), np.linalg.norm(np.diff(before, axis=0), axis=1)
    sentence = say(
        "The network computes {formula} once for each word. The first h, of size {size}, comes from "
        "the previous window. The last h is carried to the next window.",
        formula=FORMULA,
        size=figure(float(sizes[0])),
    )
    rows = [
        {"cells": [str(t + 1), read, figure(float(sizes[t + 1])), figure(float(steps[t]))]}
        for t, read in enumerate(in_a_line(moves.xs[n]))
    ]
    head = [say("step"), say("reads"), say("size of h afterwards"), say("how far h moved")]
    return _told(sentence, f"h {moves.h.shape}  hs {moves.hs.shape}  Wh ({H}, {H})", head, rows)


def score(moves: Moves, n: int) -> dict:
    """Move 3: every word gets a score."""
    scores = session.instant().reader.scores(moves.hs[n])  # (T, V)
    sentence = say(
        "scores = h W + b gives a number for each of the {V:,} words after each step. A higher "
        "number means a more probable word.",
        V=moves.scored[2],
    )
    rows = [
        {"cells": [str(t + 1), likeliest, figure(float(each.max())), right, figure(float(each[y]))]}
        for t, (each, likeliest, right, y) in enumerate(
            zip(scores, in_a_line(scores.argmax(axis=1)), in_a_line(moves.ts[n]), moves.ts[n], strict=True)
        )
    ]
    head = [say("step"), say("highest"), say("its score"), say("right word"), say("its score")]
    return _told(sentence, f"scores {tuple(moves.scored)}", head, rows)


def compare(moves: Moves, n: int) -> dict:
    """Move 4: each right word has a probability and a surprisal in bits."""
    sentence = say(
        "softmax turns scores into probabilities. The loss of a word is -ln p of the right word. The "
        "mean over all {words:,} words of the window is {loss} nats, a perplexity of {perplexity}.",
        words=moves.ts.size,
        loss=figure(moves.loss),
        perplexity=in_figures(moves.perplexity),
    )
    rows = [
        {"cells": [str(t + 1), right, percent(p), figure(float(bits), decimals=2)], "bar": float(p)}
        for t, (right, p, bits) in enumerate(zip(in_a_line(moves.ts[n]), moves.p[n], moves.bits[n], strict=True))
    ]
    head = [say("step"), say("right word"), say("p"), say("bits")]
    return _told(sentence, f"p {moves.p.shape}  loss ()", head, rows)


def back(moves: Moves, n: int) -> dict:
    """Move 5: the gradient goes back through the window and is cut at the window's beginning."""
    T, top = len(moves.flow), max([*moves.flow, moves.cut]) or 1.0
    sentence = say(
        "|d loss / d h| over all streams says how much the loss changes with h. The rows go from the "
        "last step of the window back to the first. The gradient {cut} of the carried h is cut off, "
        "because training treats this h as fixed.",
        cut=figure(moves.cut),
    )
    rows = [
        {"cells": [str(T - k), read, figure(float(size))], "bar": float(size) / top}
        for k, (read, size) in enumerate(zip(in_a_line(moves.xs[n][::-1]), moves.flow, strict=True))
    ]
    rows.append({"cells": [say("cut"), say("carried h"), figure(moves.cut)], "bar": moves.cut / top, "cut": True})
    head = [say("step"), say("after"), say("size")]
    return _told(sentence, f"dhs {moves.hs.shape}", head, rows)


def move(moves: Moves, n: int) -> dict:
    """Move 6: the weights take a step down the gradient."""
    adam = session.current().experiment.optimizer == "adam"
    clipped = {"norm": figure(moves.norm), "factor": figure(moves.factor)}
    if adam:
        sentence = say(
            "Adam scales each step by earlier gradients. Snapshots do not store these, so the steps here are "
            "those of a first update. The gradients of this window have norm {norm} and are multiplied by "
            "{factor} (clipping).",
            **clipped,
        )
    else:
        sentence = say(
            "W ← W - lr × gradient, with lr = {lr}. All gradients together have norm {norm} and are multiplied "
            "by {factor}, which is below 1 if they are clipped. Then the window moves on.",
            lr=f"{moves.lr:.4g}",
            **clipped,
        )
    rows = [
        {"cells": [part.name, str(tuple(part.shape)), figure(part.gradient), figure(part.step), moved(part.moved)]}
        for part in moves.parts
    ]
    head = [say("weights"), say("shape"), say("gradient"), say("step"), say("step / weights")]
    return _told(sentence, " ", head, rows)


def moved(share: float) -> str:
    """Format how far a step moved the weights. `share` is the size of the step relative to the size of the weights."""
    return "–" if np.isnan(share) else percent(share) if share < 1 else say("{times} times", times=figure(share))


def word(word_id: int) -> str:
    return short(session.current().corpus.vocabulary.word(int(word_id)))


def in_a_line(ids: Iterable[int]) -> list[str]:
    """Consecutive words of the run's text. Words that a public host must not show become "…"."""
    return in_short([word(i) for i in ids], session.current().experiment.corpus)


def _told(sentence: str, shapes: str, head: list[str], rows: list[dict]) -> dict:
    return {"sentence": sentence, "shapes": shapes, "table": {"head": head, "rows": rows}}


MOVES = {"read": read, "carry": carry, "score": score, "compare": compare, "back": back, "move": move}
