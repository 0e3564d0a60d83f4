"""Every sentence of the page goes through one function: complete, with named values, ready for translation."""

import ast
import gettext
import re
import string
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from rnnlm.experiment import Experiment
from rnnlm.training.state import Progress
from rnnlm.ui import language
from rnnlm.ui.charts.bars import next_word_chart
from rnnlm.ui.charts.curve import LIVE, learning_curve_chart, learning_curve_data

ROOT = Path(__file__).parents[1]
FILES = [ROOT / "streamlit_app.py", *sorted((ROOT / "rnnlm" / "ui").rglob("*.py"))]
TREES = {str(file.relative_to(ROOT)): ast.parse(file.read_text(encoding="utf-8")) for file in FILES}
COMPONENTS = ("writing.js", "strips.js", "scene.js")  # components that show text in the browser

SHOWN_FIRST = {  # calls whose first argument is read by people
    *("button", "selectbox", "multiselect", "toggle", "slider", "select_slider", "segmented_control", "popover"),
    *("tabs", "text_area", "file_uploader", "number_input", "expander", "set_page_config"),
    *("note", "problem"),
}
SHOWN_FIRST_TWO = {"heading", "title", "number", "choice", "select"}
SHOWN_BY_NAME = {"label", "help", "placeholder", "page_title", "title"}
LISTS = {"segmented_control", "selectbox", "select_slider"}  # their options are shown too, unless format_func says them
NO_SENTENCES = {  # literals with two words in a row that nobody reads on the page
    *("Full speed", "this run", "the previous run", "published curve", "count words", "read text", "open file"),
    *("six moves", "nearest states", "hidden state", '" download title="', "public, max-age=31536000, immutable"),
    *(
        "the network that bars and text come from",
        "python -m rnnlm train --resume run.npz",
        "width - 6",
        "max(share, plain, came)",
    ),
}
# say(...) needs a literal, so that tests and translators find it, except for sentences that the core contains.
SAYS = ("say", "say_count")
FROM_THE_CORE = {"error.rule", "problem.rule", "table(Experiment)[name].help", "DIVERGED"}


def offenders(rule):
    """Violations of a rule by file. A rule takes the tree of a file and returns its violations."""
    return {file: wrong for file, tree in TREES.items() if (wrong := sorted(map(str, rule(tree))))}


def finds(rule, source):
    """Whether a rule notices a planted violation."""
    return bool(list(rule(ast.parse(source))))


def name_of(call):
    """The last name of a called function."""
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def calls(tree, name=None):
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call) and name in (None, name_of(node))]


def unsaid(node):
    """The string literals of an expression outside say(...) and calls that take the name of an option."""
    if isinstance(node, ast.Call) and name_of(node) in (*SAYS, "key", "preset", "told"):
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.expr) and isinstance(getattr(child, "ctx", None), ast.Store)):
            yield from unsaid(child)


def has_words(text):
    return bool(re.search("[^\\W\\d_]", text))


def shown(call):
    """The arguments of a call that visitors read."""
    name, positional = name_of(call), call.args
    if name == "toggle" and isinstance(call.func, ast.Name):  # the page's own, which takes the option's name first
        yield from positional[1:2]
    elif name in SHOWN_FIRST:
        yield from positional[:1]
    if name in SHOWN_FIRST_TWO:
        yield from positional[0:2] if name in ("heading", "title") else positional[1:2]
    if name in LISTS and "format_func" not in {keyword.arg for keyword in call.keywords}:
        yield from positional[1:2]
    yield from (keyword.value for keyword in call.keywords if keyword.arg in SHOWN_BY_NAME)


def shown_unsaid(tree):
    found = ((call.lineno, text) for call in calls(tree) for node in shown(call) for text in unsaid(node))
    return [(line, text) for line, text in found if has_words(text) and text != " ("]


def test_what_a_widget_shows_is_said():
    assert offenders(shown_unsaid) == {}
    for source in (
        'st.button("Train", key="train")',
        'heading("bars", "What comes next?")',
        'st.slider(say("Heat"), help="how warm")',
        'st.selectbox(say("Corpus"), ["All of PTB"])',
        'toggle("tied", "Tied")',
        'note(f"{epoch} epochs")',
    ):
        assert finds(shown_unsaid, source), source
    assert not finds(shown_unsaid, 'st.button(say("Train"), key="train")')


def sentences(tree):
    """The literals of two or more words outside say(...), except docstrings and scripts."""
    definitions = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    documented = [tree, *(node for node in ast.walk(tree) if isinstance(node, definitions))]
    told = {node.body[0].value.value for node in documented if ast.get_docstring(node)}
    scripts = {node.value.value for node in tree.body if isinstance(node, ast.Assign) and name_is(node, "TICK")}
    prose = [re.sub("<[^>]*>?|datum[.]", "", text) for text in unsaid(tree) if text not in told | scripts]
    return [text for text in prose if re.search("[A-Za-z’']{2,},? [a-z]{2,}", text) and text not in NO_SENTENCES]


def name_is(assignment, name):
    return getattr(assignment.targets[0], "id", "") == name


def test_no_other_literal_is_a_sentence():
    assert offenders(sentences) == {}
    for source in ('HINT = "Press it again"', 'def f():\n    "Told."\n    return f"{n} words, they say"'):
        assert finds(sentences, source), source
    assert not finds(sentences, '"""A docstring may speak."""\nHINT = say("Press it again")\nKEY = "press"')


def not_one_literal(tree):
    """The calls of say(...) without a literal, or with values that do not match its placeholders."""
    for call in calls(tree, "say"):
        (sentence,) = call.args
        if ast.unparse(sentence) in FROM_THE_CORE:
            continue
        if not isinstance(sentence, ast.Constant):
            yield ast.unparse(call)
            continue
        places = {name for _, name, _, _ in string.Formatter().parse(sentence.value) if name is not None}
        given = {keyword.arg for keyword in call.keywords}
        if places != given and not (None in given and given - {None} <= places):
            yield ast.unparse(call)


def test_a_sentence_is_one_literal_with_named_values():
    found = offenders(not_one_literal)
    found.pop("rnnlm/ui/language.py", None)  # the function that looks up sentences
    assert found == {}
    for source in ("say(sentence)", 'say(f"{n} words")', 'say("{n} words")', 'say("words", n=1)', 'say("a", b=1, **c)'):
        assert finds(not_one_literal, source), source
    assert not finds(not_one_literal, 'say("{n} words", n=1), say("{n} words", **values), say(error.rule)')


def glued(tree):
    """The expressions that join two results of say(...), or one and something else."""
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp | ast.JoinedStr):
            halves = len(calls(node, "say"))
            if halves >= (1 if isinstance(node, ast.BinOp) else 2):
                yield ast.unparse(node)


def test_nothing_is_glued_from_two_sayings():
    assert offenders(glued) == {}
    for source in ('say("One") + " two"', """f"{say('One')} {say('two')}" """):
        assert finds(glued, source), source
    assert not finds(glued, """f"<b>{say('One')}</b>" """)


def words_of_its_own(script):
    """The literals of a script that visitors read."""
    script = re.sub(r"\$\{[^}]*\}", "", re.sub("//.*", "", script))
    literals = re.findall(r'"([^"]*)"|`([^`]*)`', script)
    return [text for pair in literals for text in pair if re.search("[A-Z…]|[a-z]{2,} [a-z]+ [a-z]", text)]


def test_a_component_in_the_browser_has_no_words_of_its_own():
    scripts = {name: (ROOT / "assets" / name).read_text(encoding="utf-8") for name in COMPONENTS}
    assert {name: found for name, script in scripts.items() if (found := words_of_its_own(script))} == {}
    assert words_of_its_own('x = "Next"; y = `${n} in the text`; // "A comment"\nz = "st-key"') == [
        *("Next", " in the text")
    ]


OTHER = {
    "Train": "학습",
    "Paste a text of up to {most:,} characters": "텍스트 붙여넣기 ({most:,}자까지)",
    "Temperature": "온도",
    "epoch <b>{epoch}</b> of {epochs:,}": "전체 {epochs:,} 중 <b>{epoch}</b> 에폭",
    "seed of the random numbers": "난수의 시작",
    "All of PTB": "PTB 전체",
    "What comes next?": "다음 단어는?",
    "{option} must be between {low:,} and {high:,}, got {value:,}": "{option}: {low:,}–{high:,}, {value:,} 아님",
    "{option} must be at most lr, {lr:g}, got {value:g}": "{option}: {value:g} > {lr:g}",
    "this run": "이번 학습",
    "perplexity": "혼란도",
}


class Few(gettext.NullTranslations):
    """A catalogue of a few sentences."""

    def gettext(self, message):
        return OTHER.get(message, message)

    def ngettext(self, one, many, n):
        return OTHER.get(many, many)


@pytest.fixture
def korean(monkeypatch):
    """The page with translations of a few sentences."""
    monkeypatch.setattr(language, "catalogue", lambda name: Few() if name == "ko" else gettext.NullTranslations())
    monkeypatch.setattr(language, "language", lambda: "ko")


def test_a_sentence_is_the_key_and_without_a_table_itself(korean):
    assert language.say("Train") == "학습"
    assert language.say("epoch <b>{epoch}</b> of {epochs:,}", epoch="7", epochs=1000) == "전체 1,000 중 <b>7</b> 에폭"
    assert language.say("Pause") == "Pause"
    assert language.say("{n:,} words", n=1234) == "1,234 words"
    assert language.say("{braces} without values are literal") == "{braces} without values are literal"


def test_an_option_s_rule_is_said_in_the_language_and_other_errors_as_they_are(korean):
    with pytest.raises(ValueError, match="hidden_size") as caught:
        Experiment(hidden_size=0)
    assert language.say_error(caught.value) == "hidden_size: 1–512, 0 아님"
    assert language.say_error(ValueError("a {brace}")) == "a {brace}"
    assert language.in_a_row(["One", "Two.", "三。"]) == "One. Two. 三。"


def test_charts_name_their_curves_and_axes_in_the_language(korean):
    assert "혼란도" in str(learning_curve_chart(100, 418).to_dict())
    assert "rank" in str(next_word_chart().to_dict())
    data = learning_curve_data([Progress(1, 400.0, 6.0, 1000.0, 0.1)], diverged=1.5).to_pandas()
    assert data.series.tolist() == [LIVE, "diverged"]
    assert data.name.tolist() == ["이번 학습", ""]


def test_the_page_shows_the_other_language_s_sentences(korean):
    page = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
    page.query_params["hidden_size"] = "0"
    page.run()
    assert not page.exception
    assert page.button(key="train").label == "학습"
    assert page.button(key="reset").label == "Reset"
    sliders = {slider.label for slider in page.slider}
    assert "온도" in sliders
    seeds = [field for field in page.text_input if field.label == "Seed"]
    assert [field.help for field in seeds] == ["난수의 시작 (seed)"]
    html = " ".join(element.proto.body for element in page.get("html"))
    assert "전체 100 중" in html
    assert "다음 단어는?" in html
    assert "hidden_size: 1–512, 0 아님. The default, 100, is used instead." in html


def test_a_run_that_cannot_be_is_refused_in_the_other_language(korean):
    page = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
    page.query_params["final_lr"] = "0.5"
    page.run()
    page.button(key="train").click().run()
    assert not page.exception
    assert "final_lr: 0.5 &gt; 0.1" in " ".join(element.proto.body for element in page.get("html"))
