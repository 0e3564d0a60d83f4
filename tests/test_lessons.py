"""Lessons: reading files, problems with their lines, conditions, progress, and the shipped lessons."""

import html
import json
import re
import tomllib
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnlm.__main__ import main
from rnnlm.experiment import Experiment
from rnnlm.lessons.conditions import OPERATORS, ConditionError, known_names, read_condition
from rnnlm.lessons.figures import FIGURES, filled
from rnnlm.lessons.lesson import Choice, Do, Lesson, Question, Step, is_done
from rnnlm.lessons.markdown import as_html
from rnnlm.lessons.names import CONTROLS, GROUPS, NAMES, PAGES, Facts, value_of
from rnnlm.lessons.reading import FOLDER, MOST_BYTES, LessonError, load_lesson, shipped
from rnnlm.lessons.source import lines_of
from rnnlm.options import OptionError, defaults, table, write
from rnnlm.screen import Screen
from rnnlm.ui.lessons.figures import HERE

ROOT = Path(__file__).parents[1]
LESSONS = shipped()
STEPS = [pytest.param(step, id=f"{name}-{i + 1}") for name, it in LESSONS.items() for i, step in enumerate(it.steps)]
WHOLE = """\
title = "A lesson"
minutes = 3
question = "What is it?"

[[steps]]
say = "Press *Train*."
ring = "train"
until = "epoch >= 20 and not diverged"
[steps.do]
label = "Train"
settings = { lr = 0.5, max_grad = "none", tied = true, start = "you say", words = 1000 }
page = "train"
press = "train"

[[steps]]
say = "Now."
[steps.ask]
question = "Right?"
choices = [
  { text = "Yes.", right = true, why = "So it is." },
  { text = "No.", right = false, why = "Look again." },
]
"""


def problems_of(text, title="lesson.toml"):
    """(line, sentence) of every problem in the text of a file."""
    with pytest.raises(LessonError) as caught:
        load_lesson(text.encode(), title)
    return [(problem.line, problem.sentence) for problem in caught.value.problems]


# --- conditions


SAMPLES = {"epoch": [0, 1, 19.5, 20, 400], "update": [0, 7], "drawn": [0, 5, 9], "lr": [0.1, 0.5, 100]}
CHOICES = {"page": PAGES, "network": ("run", "ptb"), "state": ("new", "blank", "tape"), "corpus": ("text", "grammar")}
FLAGS = ("finished", "running", "diverged", "answered", "tied")
FACTS = st.fixed_dictionaries(
    {name: st.sampled_from(values) for name, values in {**SAMPLES, **CHOICES}.items()}
    | {name: st.booleans() for name in FLAGS}
)


@st.composite
def comparisons(draw):
    """A comparison as text, and the same as a function of facts."""
    kind = draw(st.sampled_from(["number", "word", "flag", "told flag"]))
    if kind == "number":
        name = draw(st.sampled_from(sorted(SAMPLES)))
        sign, value = draw(st.sampled_from(sorted(OPERATORS))), draw(st.sampled_from(SAMPLES[name]))
        text, holds = f"{name} {sign} {value}", lambda facts: OPERATORS[sign](facts[name], value)
    elif kind == "word":
        name = draw(st.sampled_from(sorted(CHOICES)))
        sign, value = draw(st.sampled_from(["==", "!="])), draw(st.sampled_from(CHOICES[name]))
        text, holds = f'{name} {sign} "{value}"', lambda facts: (facts[name] == value) == (sign == "==")
    else:
        name, wanted = draw(st.sampled_from(FLAGS)), draw(st.booleans()) if kind == "told flag" else True
        text = f"{name} == {'yes' if wanted else 'no'}" if kind == "told flag" else name
        holds = lambda facts: facts[name] == wanted  # noqa: E731
    if draw(st.booleans()):
        return f"not {text}", lambda facts: not holds(facts)
    return text, holds


@given(st.lists(st.lists(comparisons(), min_size=1, max_size=3), min_size=1, max_size=3), FACTS)
def test_and_binds_before_or_and_each_comparison_means_what_it_says(ways, facts):
    text = " or ".join(" and ".join(text for text, _ in way) for way in ways)
    if len(text) <= 300:
        assert read_condition(text).holds(facts) == any(all(holds(facts) for _, holds in way) for way in ways)


@given(st.lists(comparisons(), min_size=1, max_size=4))
def test_a_condition_reads_back_as_it_was_written(parts):
    condition = read_condition(" and ".join(text for text, _ in parts))
    assert read_condition(str(condition)) == condition


def test_a_missing_fact_is_neither_a_number_nor_a_word():
    for text in ("perplexity < 9", "perplexity >= 1", "perplexity == 5", 'state == "tape"', "finished"):
        assert not read_condition(text).holds({})
        assert not read_condition(text).holds({"perplexity": None, "state": None, "finished": None})
    assert read_condition("max_grad == none and top_k != 5").holds({"max_grad": None, "top_k": None})


def test_values_are_those_of_the_link():
    assert read_condition("lr == 1e-1").holds({"lr": 0.1})
    assert read_condition('start == "you say"').holds({"start": ("you", "say")})
    assert read_condition("words == 10_000").holds({"words": 10_000})
    assert read_condition("seed != 0").holds({"seed": 4_294_967_295})


BAD_CONDITIONS = {
    "": "must not be empty",
    "epoch >=": "epoch must be followed by an operator (==",
    "epoch = 20": "epoch must be followed by an operator (==",
    "epoch": "epoch needs a comparison",
    "epoc >= 20": "'epoc' is not a fact or a setting that a condition can test (did you mean epoch?)",
    "epoch >= 20 and": "both sides of and",
    "or finished": "both sides of or",
    "epoch >= 20 and and finished": "both sides of and",
    "not": "'' is not a fact",
    "not not finished": "'not' is not a fact",
    'epoch >= "20"': "epoch must be compared with a number",
    "epoch >= yes": "epoch must be compared with a number",
    "epoch >= none": "epoch must be compared with a number",
    "epoch >= 20 000": "epoch must be followed by an operator (==",
    "epoch >= 99999": "epoch must be between 0 and 10,000, got 99,999",
    "update >= 1.5": "update must be a whole number",
    "lr == inf": "lr must be compared with a number",
    "lr == 500": "lr must be between 1e-05 and 100.0, got 500",
    "page == ask": "page must be compared with words in quotes",
    'page == "asks"': "page must be one of train, ask, inside, compare, lessons, got 'asks'",
    'page >= "ask"': "page can only be compared with == and !=",
    'network == "ptb': "network must be followed by an operator (==",
    "finished == 1": "finished must be yes or no",
    "max_grad < none": "max_grad can only be compared with == and !=",
    "__import__('os').system('ls')": "is not a fact or a setting",
    "epoch >= 20; finished": "epoch must be followed by an operator",
    "finished " * 50: "at most 300 characters",
}


@pytest.mark.parametrize("text", BAD_CONDITIONS)
def test_a_bad_condition_is_reported_in_a_sentence(text):
    with pytest.raises((ConditionError, OptionError), match=re.escape(BAD_CONDITIONS[text])):
        read_condition(text)


PIECES = ("epoch", ">=", "5", "and", "or", "not", '"x"', "finished", "==", "page", "'ask'")


@given(st.text(max_size=80) | st.lists(st.sampled_from(PIECES)).map(" ".join))
def test_any_text_is_a_condition_or_a_sentence(text):
    try:
        told = read_condition(text)
    except (ConditionError, OptionError) as error:
        told = error
    assert str(told)


# --- Markdown


class Tags(HTMLParser):
    """The tags that a browser would find in a piece of HTML."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.text, self.other = [], "", []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, attrs))

    def handle_data(self, data):
        self.text += data

    def handle_comment(self, data):
        self.other.append(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


MISCHIEF = st.lists(
    st.sampled_from(
        ["<script>", "</p>", "<img src=x onerror=a()>", "*", "**", "`", "\n\n", "<!--", "&lt;", "&#60;", "]("]
    )
    | st.text(max_size=6)
).map("".join)


@given(MISCHIEF)
def test_no_text_makes_another_tag_than_the_four(text):
    found = Tags(as_html(text))
    assert {tag for tag, _ in found.tags} <= {"p", "em", "strong", "code"}
    assert all(attrs == [] for _, attrs in found.tags)
    assert found.other == []
    assert "<" not in re.sub("</?(p|em|strong|code)>", "", as_html(text))


@given(st.text(st.characters(exclude_characters="*`", exclude_categories=("C", "Z")), min_size=1))
def test_what_has_no_marks_is_shown_as_it_is(text):
    assert as_html(text) == f"<p>{html.escape(text)}</p>"


def test_paragraphs_emphasis_strong_and_code():
    assert as_html("a *b c* **d** `<e> *f*`\ng\n\n  \nh") == (
        "<p>a <em>b c</em> <strong>d</strong> <code>&lt;e&gt; *f*</code> g</p><p>h</p>"
    )
    assert as_html("2 * 3 * 4, ** and [a](b) ![c](d) # e") == "<p>2 * 3 * 4, ** and [a](b) ![c](d) # e</p>"
    assert as_html("\u202egnp.exe\x07") == "<p>\\u202egnp.exe\\x07</p>"
    assert as_html(" \n\n ") == ""


# --- files


def test_a_file_is_read_into_a_lesson():
    choices = (Choice("Yes.", True, "So it is."), Choice("No.", False, "Look again."))
    values = {"lr": 0.5, "max_grad": None, "tied": True, "start": ("you", "say"), "words": 1000}
    press = Step(
        "Press *Train*.",
        "train",
        Do("Train", values, "train", "train"),
        read_condition("epoch >= 20 and not diverged"),
    )
    ask = Step("Now.", ask=Question("Right?", choices))
    expected = Lesson("my-lesson", "A lesson", 3, "What is it?", (press, ask))
    assert load_lesson(WHOLE.encode(), "03-My Lesson.toml") == expected
    assert load_lesson(b"\xef\xbb\xbf" + WHOLE.replace("\n", "\r\n").encode(), "my-lesson.toml") == expected
    assert load_lesson(b'id = "other"\n' + WHOLE.encode()) == replace(expected, id="other")


BAD_LINES = {  # a line of WHOLE, its replacement, and the reported problem
    'title = "A lesson"': [
        ("title = 3", "title must be a text in quotes"),
        ('title = " "', "title must not be empty"),
        (f'title = "{"x" * 81}"', "title has at most 80 characters, got 81"),
        ('titel = "A lesson"', "titel is not a key here (did you mean title?)"),
        ("title = A lesson", "this is not TOML: Invalid value"),
        ('id = "By Heart"\ntitle = ""', "id must consist of the small letters a to z, digits and hyphens"),
    ],
    "minutes = 3": [
        ("minutes = 0", "minutes must be between 1 and 90"),
        ("minutes = true", "minutes must be a whole number"),
        ('minutes = "3"', "minutes must be a whole number"),
        ("minutes = 2.5", "minutes must be a whole number"),
    ],
    'ring = "train"': [
        ('ring = "trane"', "ring cannot be 'trane' (did you mean train?): it must be one of train, ask"),
        ('sing = "train"', "sing is not a key here (did you mean ring?)"),
        ('"ring" = "<b>"', "ring cannot be '<b>': it must be one of"),
        ('watch = "reech"', "watch cannot be 'reech' (did you mean reach?)"),
    ],
    'press = "train"': [
        ('press = "Train"', "press cannot be 'Train' (did you mean train?)"),
        ('click = "train"', "click is not a key here; the known keys are label, settings, page, press"),
    ],
    'page = "train"': [
        ('page = "curve"', "page cannot be 'curve': it must be one of train, ask, inside, compare, lessons")
    ],
    'until = "epoch >= 20 and not diverged"': [
        (
            'until = "epoc >= 20"',
            "until: 'epoc' is not a fact or a setting that a condition can test (did you mean epoch?)",
        ),
        ('until = "lr == 0"', "lr must be between 1e-05 and 100.0, got 0"),
        ("until = 20", "until must be a condition in quotes"),
        ('until = "answered"', "a condition can use answered only in a step with a question"),
    ],
    'label = "Train"': [("# no label", "label is missing here"), ('label = ""', "label must not be empty")],
    'say = "Now."': [
        ("", "say is missing here"),
        (f'say = "{"x" * 501}"', "say has at most 500 characters, got 501"),
        (
            'say = "At {perplexty}."',
            "say uses the unknown figure {perplexty} (did you mean perplexity?); the known figures are",
        ),
    ],
    'settings = { lr = 0.5, max_grad = "none", tied = true, start = "you say", words = 1000 }': [
        ("settings = { lr = 0 }", "lr must be between 1e-05 and 100.0, got 0"),
        ("settings = { rate = 0.5 }", "'rate' is not a setting of the page"),
        ("settings = { words = 0.5 }", "words must be a whole number, got '0.5'"),
        ("settings = { tied = 1 }", "tied must be yes or no"),
        ('settings = { network = "all" }', "network must be one of run, ptb, got 'all'"),
        ("settings = { validate = true }", "'validate' is not a setting of the page"),
        ("settings = { epoch = 20 }", "'epoch' is not a setting of the page"),
        ('settings = { start = ["you"] }', "start must be a text, a number, true or false"),
        ("settings = { lr = 0x" + "f" * 5000 + " }", "lr must be a text, a number, true or false"),
        ("settings = { lr = nan }", "lr must be a number"),
        ("settings = 3", "settings must be a table of settings"),
    ],
    '  { text = "Yes.", right = true, why = "So it is." },': [
        ('  { text = "Yes.", right = "true", why = "So." },', "right must be true or false, without quotes"),
        ('  { text = "Yes.", right = true },', "why is missing here"),
        ('  { text = "Yes.", right = true, why = "So.", because = 1 },', "because is not a key here"),
        ("  3,", "choices must be a table of keys and values"),
        (
            '  { text = "{new}", right = true, why = "{epok}" },',
            "why uses the unknown figure {epok} (did you mean epoch?)",
        ),
    ],
    'question = "Right?"': [
        ('prediction = 1\nquestion = "Right?"', "prediction must be true or false, without quotes"),
    ],
}


@pytest.mark.parametrize(
    ("line", "instead", "told"), [(line, *case) for line, cases in BAD_LINES.items() for case in cases]
)
def test_a_problem_is_reported_with_its_line(line, instead, told):
    assert WHOLE.count(line + "\n") == 1
    found = problems_of(WHOLE.replace(line + "\n", instead + "\n"))
    number = WHOLE[: WHOLE.index(line + "\n")].count("\n") + 1
    where = [at for at, sentence in found if told in sentence]
    if told in ("label is missing here", "say is missing here"):  # reported at the head of the table, one line earlier
        number -= 1
    assert where == [number], found


def test_a_prediction_without_the_condition_that_marks_it_is_reported():
    found = problems_of(WHOLE.replace('question = "Right?"', 'question = "Right?"\nprediction = true'))
    assert [sentence for _, sentence in found] == [
        "a prediction needs the key until, which says when the prediction is marked"
    ]


def test_figures_are_filled_in_and_all_other_braces_are_literal():
    figure = {"perplexity": "1.06", "new": "3,105"}.get
    text = "{perplexity} here, {new} there, {V}, {2} and {}"
    assert filled(text, figure) == "1.06 here, 3,105 there, {V}, {2} and {}"
    assert set(FIGURES) == set(HERE)
    guide = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert all(f"`{{{name}}}`" in guide for name in FIGURES)


def test_every_problem_of_a_file_is_reported_in_the_order_of_its_lines():
    bad = WHOLE.replace("minutes = 3", "minutes = 300").replace('ring = "train"', 'ring = "tain"')
    bad = bad.replace("lr = 0.5", "lr = 500").replace("right = true", "right = false").replace("title", "name")
    told = problems_of(bad)
    assert [line for line, _ in told] == [1, 1, 2, 7, 11, 19]
    assert "title is missing here" in [sentence for _, sentence in told]
    assert "one of the choices must be right" in told[-1][1]


def test_a_file_is_bounded():
    steps = '[[steps]]\nsay = "x"\n'
    head = 'title = "x"\nminutes = 1\nquestion = "x"\n'
    assert len(load_lesson((head + 40 * steps).encode()).steps) == 40
    assert problems_of(head + 41 * steps) == [(4, "steps must have between 1 and 40 entries, got 41")]
    assert problems_of(head + "steps = []") == [(4, "steps must have between 1 and 40 entries, got 0")]
    padded = head + steps
    assert load_lesson((padded + "#" * (MOST_BYTES - len(padded))).encode()).steps
    assert problems_of(padded + "#" * (MOST_BYTES + 1 - len(padded))) == [
        (0, "a lesson must have at most 100,000 bytes")
    ]
    assert problems_of("x = " + "[" * 40_000) == [(0, "it is nested too deeply")]
    assert problems_of("\n" + "a." * 40_000 + "a = 1") == [(2, "a line must have at most 100 dots")]


def test_a_toml_mistake_is_reported_with_its_line():
    assert problems_of(WHOLE + "\nsteps = 1\n")[0][0] == WHOLE.count("\n") + 2
    assert problems_of('title = "x"\nminutes 3\n') == [
        (2, "this is not TOML: Expected '=' after a key in a key/value pair")
    ]
    assert problems_of('title = "x') == [(1, "this is not TOML: Unterminated string")]
    with pytest.raises(LessonError, match="not text in UTF-8: byte 0xfc in line 1"):
        load_lesson("title = 'Füße'\n".encode("latin-1"))


def test_an_unreadable_file_is_reported_by_name(tmp_path):
    with pytest.raises(LessonError, match=r"no\.toml: cannot be read: No such file"):
        load_lesson(tmp_path / "no.toml")
    with pytest.raises(LessonError, match="cannot be read: Is a directory"):
        load_lesson(tmp_path)


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
@settings(max_examples=200)
def test_any_bytes_are_a_lesson_or_sentences(content):
    with pytest.raises(LessonError) as caught:
        load_lesson(content)
    assert all(problem.sentence for problem in caught.value.problems)


@st.composite
def mended(draw):
    """The whole file with one piece replaced by another."""
    a, b, c, d = sorted(draw(st.integers(0, len(WHOLE))) for _ in range(4))
    return WHOLE[:a] + WHOLE[c:d] + WHOLE[b:]


@given(mended())
@settings(max_examples=200)
def test_a_file_with_pieces_in_wrong_places_is_a_lesson_or_sentences_about_lines_it_has(text):
    problems = []
    try:
        load_lesson(text.encode())
    except LessonError as error:
        problems = error.problems
    assert all(0 <= problem.line <= text.count("\n") + 1 for problem in problems)
    assert all(problem.sentence for problem in problems)


PRINTABLE = st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), max_size=8)
KEYS = st.from_regex("[A-Z]{1,3}", fullmatch=True) | st.sampled_from(["é ü", "a.b", "#", "[x]", "=", "", "日本"])
SCALARS = (
    st.integers(-99, 99).map(str)
    | st.sampled_from(
        ["0.5", "true", "1979-05-27 07:32:00", "'#='", '"""a\n]"b" # = [c]\n"""', "'''\n'x'\n'''", '""""""']
    )
    | PRINTABLE.map(lambda text: json.dumps(text, ensure_ascii=False))
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda values: "[ # ]\n" + ",\n".join(values) + "\n]")
        | st.lists(st.tuples(KEYS, inner), max_size=2, unique_by=lambda pair: pair[0]).map(
            lambda pairs: (
                "{" + ", ".join(f"{json.dumps(key, ensure_ascii=False)} = {value}" for key, value in pairs) + "}"
            )
        )
    ),
    max_leaves=6,
)
TABLES = st.lists(st.tuples(KEYS, VALUES), max_size=3, unique_by=lambda pair: pair[0])
HEADS = st.sampled_from(
    [("",), ("", "[[steps]]", "[steps.do]", "[[steps]]", "[[steps.to]]"), ("", "[a.b]", "[[x.y]]", "[ 'q r' . z ] # ]")]
)


def places(value, place=()):
    """The path of every key, table and element that tomllib has read."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield (*place, key)
        yield from places(inner, (*place, key))


@given(HEADS, st.lists(TABLES, min_size=5, max_size=5))
@settings(max_examples=60)
def test_every_key_of_a_toml_text_has_its_line(heads, tables):
    text = ""
    for head, pairs in zip(heads, tables, strict=False):
        text += head + "\n" + "".join(f"{json.dumps(key, ensure_ascii=False)} = {value}\n" for key, value in pairs)
    lines, written = lines_of(text), text.split("\n")
    assert {place for place in places(tomllib.loads(text)) if len(place) < 9} == {
        place for place in lines if len(place) < 9
    }
    for place, line in lines.items():
        if isinstance(place[-1], str):
            assert place[-1] in written[line - 1]


# --- progress


def test_a_step_is_done_when_its_condition_holds_or_its_question_is_answered():
    trained, asked = load_lesson(WHOLE.encode()).steps
    assert not is_done(trained, {"epoch": 19, "diverged": False})
    assert is_done(trained, {"epoch": 20, "diverged": False})
    assert not is_done(asked, {"answered": False})
    assert is_done(asked, {"answered": True})
    assert not is_done(Step("Only Next ends this."), {"answered": True, "epoch": 99})


def test_progress_is_known_for_each_step_and_answers_count_where_they_were_given():
    lesson = load_lesson((WHOLE + '\n[[steps]]\nsay = "The end."\n').encode())

    def done(epoch, answered=()):
        facts = [{"epoch": epoch, "answered": i in answered} for i in range(len(lesson.steps))]
        return [is_done(step, each) for step, each in zip(lesson.steps, facts, strict=True)]

    assert done(20, answered={1}) == [True, True, False]
    assert done(20, answered={0}) == [True, False, False]
    assert done(1) == [False, False, False]


# --- names


def test_no_name_means_two_things_and_pages_and_controls_can_be_ringed():
    assert len(set(known_names())) == len(known_names()) == sum(len(table(group)) for group in GROUPS)
    assert set(NAMES) == {*PAGES, *CONTROLS, *table(Experiment)}
    assert len(NAMES) == len(set(NAMES))


@pytest.mark.parametrize("group", [Screen, Facts])
def test_the_default_of_every_fact_is_a_value_it_may_have(group):
    assert all(value_of(name, write(value)) == value for name, value in defaults(group).items())


# --- the command line


def test_the_command_line_lists_the_lessons(capsys):
    assert main(["lessons"]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert [line.split(" ")[0] for line in printed] == list(LESSONS)
    assert printed[0].startswith("what (4 min, 14 steps): “What am I looking at?” ")


def test_the_command_line_tells_the_problems_of_every_file_with_their_lines(tmp_path, capsys):
    good, bad, worse = (tmp_path / name for name in ("good.toml", "bad.toml", "worse.toml"))
    good.write_text(WHOLE)
    bad.write_text(WHOLE.replace("minutes = 3", "minutes = 0").replace('"train"', '"trane"'))
    worse.write_text("title = \n")
    assert main(["lessons", "--check", str(bad), str(good), str(worse), str(tmp_path / "no.toml")]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"{bad}:2: minutes must be between 1 and 90"
    assert [line.split(": ")[0] for line in lines] == [
        *(f"{bad}:{line}" for line in (2, 7, 12, 13)), str(good), lines[5], f"{worse}:1", f"{tmp_path}/no.toml"
    ]  # fmt: skip
    assert lines[4].startswith(f"{good}: no problems. good (3 min, 2 steps)")
    assert lines[5].startswith("It is not translated")
    assert main(["lessons", "--check", str(good)]) == 0
