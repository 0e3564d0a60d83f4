"""Guess first: a visitor guesses the next word ten times and says how sure they are.

Guesses are scored in the same way as a network's predictions.
"""

import html

import numpy as np
import streamlit as st

from rnnlm.data.writing import typed
from rnnlm.formats import cut_short, figure, in_figures
from rnnlm.inference.guessing import lead, score
from rnnlm.inference.scoring import surprisal
from rnnlm.inference.sentence import Reading
from rnnlm.ui import style
from rnnlm.ui.ask import game
from rnnlm.ui.ask.game import Game
from rnnlm.ui.ask.readers import Asked
from rnnlm.ui.ask.sentence_table import table
from rnnlm.ui.language import in_a_row, percent, say, say_error
from rnnlm.ui.state import clock, press, tab
from rnnlm.ui.train.writing import offered

OFFERED = 300  # words to pick from; other words can be typed
SURE = 30  # per cent; the slider's first value


@clock.panel("guess", lambda: None)
def panel() -> None:
    with style.head("guess_head"):
        style.heading(
            say("Guess first"),
            say("Guess ten next words. You and the network are scored on the same words, in perplexity."),
        )
        playing: Game | None = tab.visitor().place.get("game")
        label = say("Guess first") if playing is None else say("New game")
        press.button(label, key="guess", on_click=_begin)
    if "game_problem" in st.session_state:
        style.problem(st.session_state.game_problem)
    if playing is None:
        return
    with st.container(key="game"):
        if playing.round:
            st.html(f'<p class="came">{_last(playing)}</p>')
        if playing.is_over:
            _score(playing)
        else:
            _round(playing)


def _begin() -> None:
    before: Game | None = tab.visitor().place.get("game")
    st.session_state.pop("game_problem", None)
    try:
        tab.visitor().place["game"] = game.begin(np.random.default_rng(), before.number + 1 if before else 1)
    except ValueError as error:
        st.session_state.game_problem = say_error(error)


def _round(playing: Game) -> None:
    place, vocabulary = playing.places[playing.round], playing.model.vocabulary
    n, of = playing.round + 1, len(playing.places)
    context = style.words(" ".join(map(cut_short, playing.words(place.context))))
    number = html.escape(say("{n} of {of}", n=n, of=of))
    st.html(f'<p class="context"><span>{number}</span> {context} <i>&nbsp;</i></p>')
    name = f"{playing.number}_{playing.round}"
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom", key="game_answer"):
        st.selectbox(
            say("The next word"),
            offered(vocabulary)[:OFFERED],
            None,
            key=f"guess_word_{name}",
            accept_new_options=True,
            placeholder=say("Pick or type a word"),
            width=240,
        )
        st.slider(say("How sure are you, in percent?"), 1, 99, SURE, key=f"guess_sure_{name}", width=260)
        press.button(say("Submit my guess"), key="guess_it", type="primary", on_click=_answer, args=(name,))
        press.button(say("No idea"), key="no_idea", on_click=_answer, args=(None,))
    style.note(playing.told or _rule(playing))


def _rule(playing: Game) -> str:
    rule = say("The rest of your 100 % is shared among all other words in proportion to their frequency.")
    if playing.new:
        return in_a_row([rule, say("You play against the network “All of PTB”, which has never read these sentences.")])
    return in_a_row([rule, say("PTB is not installed, so you play against this run, on the text it was trained on.")])


def _answer(name: str | None) -> None:
    playing: Game | None = tab.visitor().place.get("game")
    if playing is None or playing.is_over:
        return
    playing.told, guess, sure = "", None, SURE
    if name is not None:
        vocabulary, sure = playing.model.vocabulary, st.session_state[f"guess_sure_{name}"]
        words = typed([st.session_state[f"guess_word_{name}"] or ""], vocabulary)
        if len(words) != 1 or words[0] not in vocabulary:
            playing.told = say("This word is not among the {V:,} words of the network. Try another.", V=vocabulary.size)
            return
        guess = vocabulary.id(words[0])
    playing.answer(guess, sure / 100)


def _last(playing: Game) -> str:
    place = playing.places[playing.round - 1]
    yours, theirs, first = playing.yours[-1], playing.theirs[-1], int(np.argmax(playing.network))
    (word,), (best,) = playing.words([place.word_id]), playing.words([first])
    return say(
        "The word was <b>{word}</b>. You gave it {yours} ({your_bits} bits), and the network gave it "
        "{theirs} ({their_bits} bits). The network’s first choice was {best}, {p}.",
        word=style.words(cut_short(word)),
        yours=percent(yours),
        your_bits=figure(surprisal(yours), decimals=1),
        theirs=percent(theirs),
        their_bits=figure(abs(surprisal(theirs)), decimals=1),
        best=style.words(cut_short(best)),
        p=percent(playing.network[first]),
    )


def _score(playing: Game) -> None:
    words = tuple(playing.words([place.word_id for place in playing.places]))
    yours, theirs = np.array(playing.yours), np.array(playing.theirs)
    players = {"you": (say("You"), yours), "network": (say("The network"), theirs)}
    rows = [
        (Asked(kind, name, playing.model, ()), Reading(words, (), p)) for kind, (name, p) in players.items()
    ]  # fmt: skip
    st.html(table(words, rows))
    mine, its, ahead = score(yours), score(theirs), lead(theirs, yours)
    told = say(
        "In total you needed {yours} bits, and the network needed {theirs}. Ten words are few. In 95 "
        "of 100 such games your perplexity would be between {low} and {high}, and the network’s "
        "between {its_low} and {its_high}.",
        yours=figure(mine.bits, decimals=1),
        theirs=figure(its.bits, decimals=1),
        low=in_figures(mine.low),
        high=in_figures(mine.high),
        its_low=in_figures(its.low),
        its_high=in_figures(its.high),
    )
    bits, give = figure(abs(ahead.mean), decimals=2), figure(ahead.high - ahead.mean, decimals=2)
    if ahead.is_zero_within:
        who = say(
            "Per word the difference is {bits} ± {give} bits, so ten words cannot show who is better.",
            bits=bits,
            give=give,
        )
    elif ahead.mean > 0:
        who = say(
            "Per word the network needed {bits} ± {give} bits fewer, so it is better at this.", bits=bits, give=give
        )
    else:
        who = say("Per word you needed {bits} ± {give} bits fewer, so you are better at this.", bits=bits, give=give)
    style.note(in_a_row([told, who]))
