"""The numbers behind one draw, from x to the drawn id, in the form in which the book's program would print them."""

import csv
import html
import io

import numpy as np
import streamlit as st

from rnnlm.data.vocabulary import Vocabulary
from rnnlm.formats import figure
from rnnlm.inference.numbers import Numbers, in_numbers
from rnnlm.ui import style
from rnnlm.ui.inside import states
from rnnlm.ui.inside.words import looked_at, no_text, short
from rnnlm.ui.language import say
from rnnlm.ui.state import clock, downloads, session, text

FIRST = 5  # rows of the table that are shown, besides the drawn word's row


@clock.panel("numbers_panel", states.text_version)
def panel() -> None:
    style.heading(say("This word in numbers"), say("The numbers the book’s program would print for the selected word."))
    with st.container(key="numbers"):
        try:
            moment = text.drawn_moment()
            if moment.chosen < 0:
                style.note(no_text())
                return
            scores, sampling = moment.scores, moment.sampling
            skip_ids = session.skip_ids(moment.asked, sampling)
            numbers = in_numbers(scores, sampling.temperature, sampling.top_k, skip_ids)
        except ValueError:
            style.note(say("No text yet; the Train page says why, next to the bars."))
            return
        st.html(printed(moment, scores, numbers))
        vocabulary = moment.asked.vocabulary  # the file is made at a click, without a session
        downloads.button(
            say("All {V:,} rows (.csv)", V=len(scores)),
            "numbers.csv",
            "text/csv",
            lambda: as_csv(vocabulary, scores, numbers),
            key="save_numbers",
        )


def printed(moment: text.Moment, scores: np.ndarray, numbers: Numbers) -> str:
    draw, word = moment.draws[moment.chosen], moment.asked.vocabulary.word
    last = moment.sampler.ids[len(moment.sampler.ids) - len(moment.draws) + moment.chosen - 1]
    V, temperature = len(scores), moment.sampling.temperature
    z = say("score / {temperature}", temperature=figure(temperature)) if temperature != 1 else say("score")
    exp = say("exp(score - {lowered})", lowered=figure(numbers.lowered)) if numbers.lowered else say("exp(score)")
    shown = sorted({*range(min(FIRST, V)), draw.word_id})
    rows = []
    for i in shown:
        gap = '<tr class="gap"><td>…</td></tr>' if i == draw.word_id and i > FIRST else ""
        cells = [
            f"{i:,}",
            style.quoted(short(word(i))),
            *map(figure, (numbers.z[i], numbers.exps[i], numbers.p[i], numbers.edges[i])),
        ]
        kind = ' class="drawn"' if i == draw.word_id else ""
        rows.append(f"{gap}<tr{kind}>{''.join(f'<td>{style.literal(cell)}</td>' for cell in cells)}</tr>")
    head = [say("id"), say("word"), z, exp, say("p = exp / sum"), say("p up to here")]
    lines = [
        say(
            "x (1, 1) = [[{id}]], the id of “{word}”; scores (1, 1, {V:,})",
            id=last,
            word=style.quoted(short(word(last))),
            V=V,
        ),
        say("sum of all exp = {total}; skipped words count as 0", total=figure(numbers.total)),
        say(
            "“p up to here” first exceeds u = {u} at id {id}: “{word}”",
            u=draw.in_figures["u"],
            id=draw.word_id,
            word=style.quoted(looked_at(moment)),
        ),
    ]
    top = "".join(f"<th>{html.escape(name)}</th>" for name in head)
    told = "".join(f'<p class="note">{style.literal(line)}</p>' for line in lines)
    table = f'<div class="sideways"><table class="numbers"><tr>{top}</tr>{"".join(rows)}</table></div>'
    return f'<div class="draw">{table}<div>{told}</div></div>'


def as_csv(vocabulary: Vocabulary, scores: np.ndarray, numbers: Numbers) -> str:
    file = io.StringIO()
    write = csv.writer(file, lineterminator="\n")
    write.writerow(["id", "word", "score", "exp", "p", "up_to_here"])
    for i, row in enumerate(zip(scores.tolist(), numbers.exps, numbers.p, numbers.edges, strict=True)):
        write.writerow([i, vocabulary.word(i), *(repr(float(value)) for value in row)])
    return file.getvalue()
