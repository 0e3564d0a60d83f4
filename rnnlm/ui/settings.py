"""The settings of the next run: corpus, sizes, learning. They never touch the run on screen."""

from decimal import Decimal

import streamlit as st

from rnnlm.experiment import CORPORA, PTB_WORDS, Experiment
from rnnlm.options import table
from rnnlm.ui import look, session, tab
from rnnlm.ui.link import hold, key, preset, read

TITLES = dict(zip(CORPORA, ("PTB train", "PTB valid", "PTB test", "Built-in grammar", "Your own text"), strict=True))
WORD_PRESETS = {"1,000": 1_000, "10,000": 10_000, "100,000": 100_000, "all": PTB_WORDS}
PAIRS = (
    (("wordvec_size", "D, word vector"), ("hidden_size", "H, hidden state")),
    (("batch_size", "N, streams (batch)"), ("time_size", "T, steps (time size)")),
    (("epochs", "Epochs"), ("seed", "Seed")),
)
RATES = [m * 10.0**e for e in range(-4, 2) for m in (1, 2, 5)] + [100.0]
CLIPS = [0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0]

FINAL_RATES = [0.0, 0.00002, 0.001, 0.01, 0.1, 1.0]
FALLS = [1, 2, 5, 10, 20, 50, 100]
DROPOUT_RATIOS = [0.0, 0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
SCORED = [100, 200, 500, 1000, 2500, 5000]
DECAYS = [0.0, 0.00001, 0.0001, 0.001, 0.01]
INITS = {"xavier": "as in the book (Xavier)", "orthogonal": "as a rotation", "small": "small"}
DROPOUTS = {
    "dropout_in": "Dropout on word vectors",
    "dropout_state": "Dropout on the carried state",
    "dropout_out": "Dropout before the scores",
}


def show() -> Experiment:
    """The settings behind one button; returns the experiment they make."""
    with st.popover("Settings", icon=":material/tune:", key="settings", width="content"):
        look.heading("The next run", "What you change here waits for it. More epochs alone let the present run go on.")
        place = CORPORA.index(preset("corpus"))
        corpus = st.selectbox("Text", CORPORA, place, key=key("corpus"), format_func=TITLES.get)
        if corpus == "text":
            own_text()
        number("words", "Words", step=100)
        with st.container(horizontal=True, gap="small", key="word_presets"):
            for label, words in WORD_PRESETS.items():
                st.button(label, key=f"words_{words}", on_click=hold, kwargs={"words": words})
        for row in PAIRS:
            for column, (name, label) in zip(st.columns(2, gap="small"), row, strict=True):
                with column:
                    number(name, label)
        choice("lr", "Learning rate", RATES)
        choice("max_grad", "Gradient clip (largest norm)", [None, *CLIPS])
        with st.expander("Beyond the book"):
            beyond()
        st.button("All as in the book", key="book_settings", on_click=hold, kwargs=vars(Experiment()))
    return read(Experiment)


def beyond() -> None:
    """What may be added to the book's network; all of it is off in the book's run."""
    one_of("optimizer", "Optimizer", {"sgd": "SGD", "adam": "Adam (try a learning rate of 0.002)"})
    choice("final_lr", "The learning rate falls to", [None, *FINAL_RATES])
    choice("falling_epochs", "… within so many epochs (off: all)", [None, *FALLS])
    toggle("tied", "Tied weights (needs D = H)")
    for name, label in DROPOUTS.items():
        choice(name, label, DROPOUT_RATIOS)
    toggle("batchwise", "… the same units at every word (faster)")
    choice("scored_words", "Words scored in a window (off: all)", [None, *SCORED])
    choice("weight_decay", "Weight decay", DECAYS)
    one_of("init", "Weights start", INITS)
    toggle("unigram_bias", "Start at the word frequencies")


def told(name: str) -> str:
    """What an option is, and the name it has in links, sentences and flags."""
    return f"{table(Experiment)[name].help} ({name})"


def toggle(name: str, label: str) -> None:
    """On or off."""
    st.toggle(label, preset(name), key=key(name), help=told(name))


def one_of(name: str, label: str, titles: dict[str, str]) -> None:
    """One of a few values, each under its title."""
    st.selectbox(
        label, titles, list(titles).index(preset(name)), key=key(name), format_func=titles.get, help=told(name)
    )


def number(name: str, label: str, step: int = 1) -> None:
    """A whole number within the option's limits."""
    rule = table(Experiment)[name]
    st.number_input(label, rule.low, rule.high, preset(name), step, key=key(name), help=told(name))


def choice(name: str, label: str, steps: list[float | None]) -> None:
    """A slider over round values, and over the preset one if it is none of them."""
    held = preset(name)
    values = steps if held in steps else sorted([*steps, held], key=lambda value: value or 0)
    st.select_slider(label, values, held, key=key(name), format_func=plainly, help=told(name))


def plainly(value: float | None) -> str:
    """A number in plain digits, 0.00001 and not 1e-05; None is off."""
    return "off" if value is None else f"{Decimal(f'{value:g}'):f}"


def own_text() -> None:
    """Paste or upload; what cannot be read is told in a sentence, and the text before stays."""
    st.text_area("Paste a text", key="pasted", height=90, on_change=take_text, args=("pasted",))
    st.file_uploader("or choose a file (UTF-8)", key="uploaded", on_change=take_text, args=("uploaded",))
    if "text_problem" in st.session_state:
        look.problem(st.session_state.text_problem)
    if tab.visitor().text is not None:
        text = tab.visitor().text.corpus
        words = read(Experiment).words
        look.note(f"{text.title}: {len(text):,} words, {text.vocabulary.size:,} different. {text.remark}")
        if words < len(text):
            look.note(f"The first {words:,} words will be read.")


def take_text(source: str) -> None:
    """Read what was pasted or uploaded into the session's text."""
    given = st.session_state[source]
    st.session_state.pop("text_problem", None)
    if not given:
        return
    try:
        text = (
            session.own_text(given, "your text")
            if source == "pasted"
            else session.own_text(given.getvalue(), given.name)
        )
    except ValueError as error:
        st.session_state.text_problem = str(error)
        return
    tab.visitor().text = text
    words = table(Experiment)["words"]
    hold(corpus="text", words=min(max(len(text.corpus), words.low), words.high))
