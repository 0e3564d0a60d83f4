"""The settings of the next run: corpus, sizes, learning. They never change the run on screen."""

from decimal import Decimal

import streamlit as st

from rnnlm.catalogues import NAMES
from rnnlm.data.corpus import Corpus
from rnnlm.data.vocabulary import UNK
from rnnlm.data.writing import is_of_characters
from rnnlm.experiment import CORPORA, PTB_WORDS, Experiment
from rnnlm.options import OptionError, parse, table
from rnnlm.serving.settings import settings_here
from rnnlm.ui import style
from rnnlm.ui.language import in_a_row, say, say_error
from rnnlm.ui.state import messages, press, tab
from rnnlm.ui.state.choices import anew, choose, chosen, hold, key, preset, read, select
from rnnlm.ui.state.shared import folder
from rnnlm.ui.train import excerpt, reading

EXAMPLES, EXAMPLE_TEXTS = ("ko", "ja", "zh"), style.ASSETS / "texts"
WORD_PRESETS = (1_000, 10_000, 100_000, PTB_WORDS)
RATES = [m * 10.0**e for e in range(-4, 2) for m in (1, 2, 5)] + [100.0]
CLIPS = [0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0]

FINAL_RATES = [0.0, 0.00002, 0.001, 0.01, 0.1, 1.0]
FALLS = [1, 2, 5, 10, 20, 50, 100]
DROPOUT_RATIOS = [0.0, 0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
NOISES = [0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0]
SCORED = [100, 200, 500, 1000, 2500, 5000]
MOST_PASTED = 4_000_000  # characters, that is, up to 16 MB; a browser's message may have 20 MB
DECAYS = [0.0, 0.00001, 0.0001, 0.001, 0.01]


def leave_room() -> Experiment:
    """Leave the button's room empty, so that the page links stay where they are. Returns the chosen settings."""
    st.popover(say("Settings"), key="no_settings", width="content", disabled=True)
    return read(Experiment)


def show() -> Experiment:
    """Show a button that opens the settings, and return the experiment that they describe."""
    with st.popover(say("Settings"), key="settings", width="content"):
        promise = say(
            "Changes apply to the next run. If you only raise the number of epochs, the current run continues."
        )
        style.heading(say("The next run"), promise)
        titles = (say("PTB train"), say("PTB valid"), say("PTB test"), say("Built-in grammar"), say("Your own text"))
        titles = dict(zip(CORPORA, titles, strict=True))
        if select("corpus", say("Text"), titles, on_change=excerpt.fit) == "text":
            own_text()
        number("words", say("Words"))
        with st.container(horizontal=True, gap="small", key="word_presets"):
            for words in WORD_PRESETS:
                label = say("all") if words == PTB_WORDS else f"{words:,}"
                press.button(label, key=f"words_{words}", on_click=excerpt.so_many, args=(words,))
        excerpt.show()
        for row in (
            (("wordvec_size", say("D, word vector")), ("hidden_size", say("H, hidden state"))),
            (("batch_size", say("N, streams (batch)")), ("time_size", say("T, steps (time size)"))),
            (("epochs", say("Epochs")), ("seed", say("Seed"))),
        ):
            for column, (name, label) in zip(st.columns(2, gap="small"), row, strict=True):
                with column:
                    number(name, label)
        choice("lr", say("Learning rate"), RATES)
        choice("max_grad", say("Gradient clip (largest norm)"), [None, *CLIPS])
        with st.expander(say("Beyond the book")):
            beyond()
        press.button(say("All settings as in the book"), key="book_settings", on_click=hold, kwargs=vars(Experiment()))
    return read(Experiment)


def beyond() -> None:
    optimizers = {"sgd": say("SGD"), "adam": say("Adam (try a learning rate of 0.002)")}
    select("optimizer", say("Optimizer"), optimizers, help=told("optimizer"))
    choice("final_lr", say("Final learning rate"), [None, *FINAL_RATES])
    choice("falling_epochs", say("Epochs with a falling rate (off: all)"), [None, *FALLS])
    toggle("tied", say("Tied weights (needs D = H)"))
    choice("noising", say("Kneser-Ney noising"), NOISES)
    choice("dropout_words", say("Dropout of whole words"), DROPOUT_RATIOS)
    choice("dropout_in", say("Dropout on word vectors"), DROPOUT_RATIOS)
    choice("dropout_state", say("Dropout on the carried state"), DROPOUT_RATIOS)
    choice("dropout_out", say("Dropout before the scores"), DROPOUT_RATIOS)
    toggle("batchwise", say("Same dropout mask for every word (faster)"))
    choice("scored_words", say("Words scored in a window (off: all)"), [None, *SCORED])
    choice("weight_decay", say("Weight decay"), DECAYS)
    inits = {"xavier": say("as in the book (Xavier)"), "orthogonal": say("orthogonal"), "small": say("small")}
    select("init", say("Initial weights"), inits, help=told("init"))
    toggle("unigram_bias", say("Start at the word frequencies"))


def told(name: str) -> str:
    """Help text of an option: its description, and its name in links, messages and flags."""
    about = say(table(Experiment)[name].help)
    if "_" not in about.partition(" ")[0]:  # a first word with _ is the name of an option, which stays as it is
        about = about[:1].upper() + about[1:]
    return f"{about} ({name})"


def toggle(name: str, label: str) -> None:
    st.toggle(label, preset(name), key=key(name), help=told(name))


def number(name: str, label: str) -> None:
    typed = f"{key(name)}_typed"
    held = str(preset(name, typed))
    st.text_input(label, held, 20, typed, help=told(name), on_change=take_number, args=(name, typed))
    if typed in refused():
        style.problem(refused()[typed])


def refused() -> dict[str, str]:
    """The fields with an invalid entry, each with its error message."""
    return st.session_state.setdefault("refused", {})


def take_number(name: str, typed: str) -> None:
    st.session_state.pop("problem", None)
    refused().pop(typed, None)
    try:
        value = parse(Experiment, name, st.session_state[typed])
    except OptionError as error:
        stays = say("The setting stays {value:,}.", value=chosen(name))
        refused()[typed] = st.session_state.problem = in_a_row([say_error(error), stays])
        return
    choose(**{name: value})
    excerpt.fit()


def choice(name: str, label: str, steps: list[float | None]) -> None:
    held = preset(name)
    values = steps if held in steps else sorted([*steps, held], key=lambda value: value or 0)
    st.select_slider(label, values, held, key=key(name), format_func=plainly, help=told(name))


def plainly(value: float | None) -> str:
    # plain digits, for example 0.00001 instead of 1e-05
    return say("off") if value is None else f"{Decimal(f'{value:g}'):f}"


def own_text() -> None:
    mine = tab.visitor().text
    if st.session_state.setdefault("text_of_fields", mine) is not mine:
        st.session_state.text_of_fields = mine
        anew("pasted", "uploaded")
    pasted = mine.small["content"] if mine is not None and mine.small else ""
    for_pasted, for_file = (key("pasted"),), (key("uploaded"),)
    with st.container(key="pasted"):
        label = say("Paste a text of up to {most:,} characters", most=MOST_PASTED)
        st.text_area(label, pasted, 90, MOST_PASTED, key=key("pasted"), on_change=take_text, args=for_pasted)
    with st.container(horizontal=True, gap="small"):
        press.button(say("Read the pasted text"), key="read_pasted", on_click=take_text, args=for_pasted)
        for name in EXAMPLES:
            label, about = say("Example: {language}", language=NAMES[name]), say("Read a short example text")
            press.button(label, key=f"example_{name}", help=about, on_click=take_example, args=(name,))
    with st.container(key="uploaded"):
        label = say("or choose a file (UTF-8)")
        st.file_uploader(label, key=key("uploaded"), on_change=take_text, args=for_file)
    style.note(where_it_is(settings_here().keep / 60))
    reading.show()
    if "text_problem" in st.session_state:
        style.problem(st.session_state.text_problem)
    if mine is not None:
        about_text(mine.corpus)


def where_it_is(minutes: float) -> str:
    if folder() is None:
        return say(
            "Your text is kept only in the memory of this server and this tab. It is deleted {minutes:g} "
            "minutes after you leave.",
            minutes=minutes,
        )
    return say(
        "Your text is kept only in the memory of this server and this tab, and in a folder on the "
        "server. It is deleted {minutes:g} minutes after you leave.",
        minutes=minutes,
    )


def about_text(text: Corpus) -> None:
    about = say(
        "{title}: {words:,} words, {different:,} different.",
        title=style.quoted(text.title),
        words=len(text),
        different=text.vocabulary.size,
    )
    told = [about]
    if text.remark:  # the remark begins with the number of rare words
        told.append(say("{n} rare words are read as {unk}.", n=text.remark.split()[0], unk=UNK))
    style.note(in_a_row(told))
    if is_of_characters(text.vocabulary):
        style.note(say("Japanese and Chinese have no spaces between words, so this text is split into characters."))


def take_example(name: str) -> None:
    st.session_state.pop("text_problem", None)
    reading.begin((EXAMPLE_TEXTS / f"{name}.txt").read_text(encoding="utf-8"), NAMES[name])


def take_text(field: str) -> None:
    st.session_state.pop("text_problem", None)
    try:
        given = messages.uploaded(field)  # None if the field has already reported its content
    except ValueError as error:
        st.session_state.text_problem = say_error(error)
        return
    if not given:
        return
    if isinstance(given, str):
        reading.begin(given, say("your text"))
    else:
        reading.begin(tab.received(given), given.name)
