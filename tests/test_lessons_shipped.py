"""The shipped lessons: each step is short and waits for what it asks for, and the guide lists them."""

import contextlib
import re

import pytest

from rnnlm.__main__ import main
from rnnlm.data.ptb import load_ptb
from rnnlm.experiment import Experiment
from rnnlm.lessons.lesson import is_done
from rnnlm.lessons.names import NAMES, SETTINGS, rule_of
from rnnlm.lessons.reading import FOLDER, LessonError, load_lesson, shipped
from rnnlm.lessons.translated import sentences
from rnnlm.options import defaults, table
from rnnlm.training.divergence import DivergedError
from rnnlm.training.trainer import Trainer

GUIDE = (FOLDER / "README.md").read_text(encoding="utf-8")
LESSONS = shipped()
STEPS = [pytest.param(step, id=f"{name}-{i + 1}") for name, it in LESSONS.items() for i, step in enumerate(it.steps)]


def test_the_lessons_are_there_in_order():
    assert list(LESSONS) == ["what", "by-heart", "how-it-learns", "truncated", "rates", "luck", "dice", "your-words"]
    assert len(list(FOLDER.glob("*"))) == len(LESSONS) + 1  # and the guide
    assert LESSONS["what"].minutes == 4


@pytest.mark.parametrize("step", STEPS)
def test_a_shipped_step_is_short_and_every_answer_has_a_reason(step):
    ends = re.findall(r"[.?!](?=[*)]*(?:\s|$))", re.sub("`[^`]*`", "", step.say))
    assert 1 <= len(ends) <= 3
    if step.ask:
        assert sum(choice.right for choice in step.ask.choices) == 1
        assert len({choice.why for choice in step.ask.choices}) == len(step.ask.choices)


def satisfy(part):
    """A value that satisfies a comparison, and one that does not."""
    if part.operator in ("==", "!="):
        other = next(
            value
            for value in [True, False, 0, 1, "", *(rule_of(part.name).choices or ())]
            if value != part.value and (rule_of(part.name).choices is None or value in rule_of(part.name).choices)
        )
        return (part.value, other) if (part.operator == "==") != part.negated else (other, part.value)
    inside = {">=": 0, "<=": 0, ">": 0.001, "<": -0.001}[part.operator]
    outside = {">=": -1, "<=": 1, ">": 0, "<": 0}[part.operator]
    return part.value + inside, part.value + outside


@pytest.mark.parametrize("step", [param for param in STEPS if param.values[0].condition])
def test_a_shipped_step_ends_by_facts_that_its_own_settings_allow_and_not_without_them(step):
    way = step.condition.ways[0]
    facts = {}
    for part in way:
        facts[part.name] = satisfy(part)[0]
    assert is_done(step, facts)
    if step.do:
        given = {**step.do.settings, **({"page": step.do.page} if step.do.page else {})}
        assert is_done(step, {**facts, **given})
    for part in way:
        assert not is_done(step, {**facts, part.name: satisfy(part)[1]})


class Page:
    """A page without a screen: settings, buttons and a Trainer; it opens with the recorded run."""

    def __init__(self):
        self.settings = {name: value for group in SETTINGS for name, value in defaults(group).items()}
        self.page, self.drawn, self.moment, self.trainer = "train", 9, None, None
        self.has_trained_fan = False

    def facts(self):
        run = self.trainer
        here = {"page": self.page, "drawn": self.drawn, "running": False, "fan_done": self.has_trained_fan}
        here["predicted"] = bool(self.settings["expected"])
        if run is None:
            here |= {"epoch": 100, "update": 1900, "perplexity": 5.14, "finished": True, "diverged": False}
        else:
            here |= {"epoch": run.epoch, "update": run.position.update, "finished": run.finished}
            here |= {
                "perplexity": run.history[-1].perplexity if run.history else None,
                "diverged": bool(run.divergence),
            }
        return {**self.settings, **here, "moment": here["epoch"] if self.moment is None else self.moment}

    def do(self, do):
        self.settings.update(do.settings)
        self.page = do.page or self.page
        self.settings["seed"] += do.press == "new_seed"
        wanted = Experiment(**{name: self.settings[name] for name in table(Experiment)})
        is_new = self.trainer is None or self.trainer.experiment != wanted
        if do.press in ("reset", "new_seed") or (do.press in ("train", "one_update", "one_epoch") and is_new):
            self.trainer = Trainer(wanted, load_ptb("train", words=1000))
        if do.press in ("train", "one_update", "one_epoch"):
            how = {
                "train": self.trainer.run,
                "one_update": self.trainer.run_update,
                "one_epoch": self.trainer.run_epoch,
            }
            with contextlib.suppress(DivergedError):
                how[do.press]()
        self.drawn += {"next_word": 1, "twenty_words": 20}.get(do.press, 0)


@pytest.mark.full
@pytest.mark.parametrize(
    ("name", "seed"),
    [*((name, 0) for name in LESSONS if name != "your-words"), *(("rates", seed) for seed in (1, 2, 3))],
)
def test_a_lesson_is_taken_step_by_step_by_what_it_does_itself(name, seed):
    page = Page()
    page.settings["seed"] = seed  # a step's text must not depend on a machine's last digits
    for step in LESSONS[name].steps:
        is_waiting = step.until and not is_done(step, page.facts() | {"answered": True})
        if step.do:
            page.do(step.do)
        if step.until:
            wanted = [part.value for part in step.until.ways[0] if part.name == "moment"]
            # The timeline is moved by hand, and "Train all" is pressed by hand.
            page.moment = wanted[0] if wanted else None
            page.has_trained_fan |= any(part.name == "fan_done" for part in step.until.ways[0])
            assert is_done(step, page.facts() | {"answered": True}), step.say
            goes_on = step.ring in ("speed", "curve")  # the page of this test has already trained to the end
            assert is_waiting or goes_on, step.say


def test_two_lessons_with_the_same_name_are_refused(tmp_path):
    example = re.search(r"^```toml\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)[1]
    (tmp_path / "1-half.toml").write_text(example)
    assert list(shipped(tmp_path)) == ["half"]
    (tmp_path / "2-half.toml").write_text(example)
    with pytest.raises(LessonError, match=r"2-half\.toml: another lesson already has the name half"):
        shipped(tmp_path)


def test_the_example_in_the_guide_is_a_lesson():
    (example,) = re.findall(r"^```toml\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)
    doing, asking = load_lesson(example.encode(), "half-rate.toml").steps
    assert doing.until
    assert doing.do
    assert asking.ask


def test_the_check_reports_what_each_translation_lacks(tmp_path, capsys):
    source = (FOLDER / "07-dice.toml").read_text(encoding="utf-8")
    title, total = LESSONS["dice"].title, len(set(sentences(LESSONS["dice"])) - {""})
    mine = tmp_path / "dice.toml"
    for new, lacking in ((title, 0), ("A title that nobody has translated", 1)):
        mine.write_text(source.replace(title, new), encoding="utf-8")
        assert main(["lessons", "--check", str(mine)]) == 0
        out = capsys.readouterr().out
        for language in ("ko", "ja", "zh"):
            assert f"{language}: {total - lacking} of {total} sentences are translated" in out
            assert out.count(f"{language} lacks: {new}\n") == lacking
    example = re.search(r"^```toml\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)[1]
    mine.write_text(example, encoding="utf-8")
    assert main(["lessons", "--check", str(mine)]) == 0
    assert "It is not translated" in capsys.readouterr().out


def test_the_command_lists_every_lesson_and_the_check_every_name_that_can_be_ringed(tmp_path, capsys):
    main(["lessons"])
    told = re.findall(r"^(\S+) \((\d+) min, \d+ steps\): “.+?” (.+)$", capsys.readouterr().out, re.MULTILINE)
    assert told == [(name, str(lesson.minutes), lesson.question) for name, lesson in LESSONS.items()]
    example = re.search(r"^```toml\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)[1]
    with pytest.raises(LessonError) as error:
        load_lesson(example.replace('ring = "lr"', 'ring = "nowhere"').encode())
    assert set(str(error.value).partition("it must be one of ")[2].split(", ")) == set(NAMES)
