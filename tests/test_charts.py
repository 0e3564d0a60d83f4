"""Charts as data: fixed axes, complete marks, and figures that add up."""

import json
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from rnnlm.data.own_text import load_text
from rnnlm.formats import percent
from rnnlm.inference.baselines import baselines
from rnnlm.inference.sampling import distribution
from rnnlm.training.curve import MOST, Curve
from rnnlm.training.state import Progress
from rnnlm.training.trainer import Trainer
from rnnlm.ui.charts import bars, curve
from rnnlm.ui.charts.bars import TOP_WORDS, next_word_chart
from rnnlm.ui.charts.curve import (
    LAST,
    LIVE,
    NOTES,
    constant_spec,
    curve_table,
    learning_curve_chart,
)

NOTES_CURVE = pd.DataFrame({"epoch": [1, 2, 3], "perplexity": [394.87, 250.0, 221.0]})
DERIVED = {"rank", "end"}  # columns the charts compute by themselves


def learning_curve_data(*arguments, **options):
    """The table that goes to the browser, as a data frame."""
    return curve.learning_curve_data(*arguments, **options).to_pandas()


def next_word_data(*arguments, **options):
    """The table that goes to the browser, as a data frame."""
    return bars.next_word_data(*arguments, **options).to_pandas()


def falling(length):
    """A falling curve of this many epochs."""
    return [Progress(e, 400 / e, np.log(400 / e), 1000.0, 0.1 * e) for e in range(1, length + 1)]


def every(spec, key):
    """All values of a key anywhere in a specification."""
    if isinstance(spec, dict):
        yield from (value for name, value in spec.items() if name == key)
        spec = list(spec.values())
    for part in spec if isinstance(spec, list) else ():
        yield from every(part, key)


def domains(spec, channel):
    """The set of (type, domain) of an axis in all layers."""
    scales = [each["scale"] for each in every(spec, channel) if isinstance(each, dict) and "scale" in each]
    return {(scale.get("type"), tuple(scale["domain"])) for scale in scales}


def rows(data, series):
    return data[data.series == series]


@pytest.fixture(scope="module")
def full(ptb):
    """A learning curve with everything it can show."""
    return learning_curve_data(falling(5), falling(3), NOTES_CURVE, baselines(ptb), true_perplexity=4.4, diverged=5.5)


@pytest.mark.parametrize(("epochs", "V"), [(100, 418), (1, 2), (10_000, 10_000)])
def test_the_axes_are_fixed_by_the_run_and_show_all_of_it(epochs, V):
    for log, kind, bottom in ((True, "log", 1), (False, None, 0)):
        spec = learning_curve_chart(epochs, V, log).to_dict()
        assert domains(spec, "x") == {(None, (0, epochs))}
        ((found, (low, high)),) = domains(spec, "y")
        assert (found, low) == (kind, bottom)
        assert V < high < V * 3


def test_each_series_of_the_data_has_a_mark_in_the_chart(full):
    text = json.dumps(learning_curve_chart(100, 418).to_dict())
    assert set(full.series) == {LIVE, LAST, NOTES, "rule", "diverged"}
    for series in set(full.series):
        assert series in text


@pytest.mark.parametrize(("epochs", "room"), [(3, False), (99, False), (100, True), (1000, True), (10_000, False)])
def test_the_published_curve_has_its_name_if_there_is_room_for_it(epochs, room):
    layers = learning_curve_chart(epochs, 418).to_dict()["layer"]
    texts = [layer for layer in layers if layer["mark"]["type"] == "text"]
    assert any(NOTES in json.dumps(layer["transform"]) for layer in texts) == room


@pytest.mark.parametrize("log", [True, False])
def test_each_column_a_chart_reads_is_in_its_data(full, ptb, log):
    uniform = np.full(418, 1 / 418)
    for chart, data in (
        (learning_curve_chart(100, 418, log), full),
        (next_word_chart(), next_word_data(uniform, uniform, ptb.vocabulary)),
    ):
        spec = chart.to_dict()
        read = {field.split(":")[0] for field in every(spec, "field") if isinstance(field, str)}
        read |= set(re.findall(r"datum\.(\w+)", json.dumps(spec)))
        assert read - DERIVED - {""} <= set(data.columns)


def test_the_live_curve_is_the_run_to_the_digit(toy, small):
    trainer = Trainer(small, toy)
    trainer.run()
    live = rows(learning_curve_data(trainer.curve), LIVE)
    assert live.epoch.tolist() == [1, 2, 3, 4]
    np.testing.assert_array_equal(live.perplexity, np.float32([point.perplexity for point in trainer.curve]))
    np.testing.assert_allclose(np.exp(live.loss), live.perplexity, rtol=1e-5)


def test_the_run_before_and_the_notes_lie_behind_the_live_curve(full):
    assert rows(full, LAST).epoch.tolist() == [1, 2, 3]
    notes = rows(full, NOTES)
    np.testing.assert_array_equal(notes.perplexity, np.float32(NOTES_CURVE.perplexity))
    np.testing.assert_allclose(notes.loss, np.log(NOTES_CURVE.perplexity), rtol=1e-6)


def test_rules_mark_the_perplexities_of_guessing_and_counting(full, ptb):
    rules = rows(full, "rule")
    counted = baselines(ptb)
    expected = [counted.uniform, counted.unigram, counted.bigram, 4.4]
    np.testing.assert_array_equal(rules.perplexity, np.float32(expected))
    for label, level in zip(rules.label, expected, strict=True):
        assert float(label.split()[-1].replace(",", "")) == pytest.approx(level, rel=1e-3)
    assert rules.label.str.contains("guessing|word counts|pair counts|the grammar").all()


def test_the_point_where_a_run_diverged_is_marked(full):
    assert rows(full, "diverged").epoch.tolist() == [5.5]
    assert rows(learning_curve_data(falling(5)), "diverged").empty


def test_a_run_that_has_not_begun_has_its_rules_alone(ptb):
    data = learning_curve_data([], rules=baselines(ptb))
    assert set(data.series) == {"rule"}
    assert learning_curve_data([]).empty


@pytest.mark.parametrize("length", [1, 2, MOST, MOST + 1, 2 * MOST - 1, 5000, 9999])
def test_a_long_curve_is_thinned_but_keeps_its_ends(length):
    points = falling(length)
    kept = Curve(points).thinned()
    assert len(kept) <= MOST + 1
    assert len(kept) == length or len(kept) >= MOST / 2
    assert (kept[0], kept[-1]) == (points[0], points[-1])
    assert list(kept) == sorted(kept, key=lambda point: point.epoch)
    steps = np.diff([point.epoch for point in kept][:-1])
    assert len(set(steps)) <= 1
    assert len(learning_curve_data(points)) == len(kept)


def test_nothing_is_thinned_away_from_the_table_that_is_taken_away():
    table = curve_table(falling(5000))
    assert len(table) == 5000
    assert table.columns.tolist() == ["epoch", "perplexity", "loss", "words_per_second", "seconds"]
    assert curve_table([]).columns.tolist() == table.columns.tolist()


@pytest.mark.parametrize("top_k", [None, 1, 3, 50])
@pytest.mark.parametrize("temperature", [0.1, 1.0, 3.0])
def test_the_shares_of_all_bars_add_up_to_one(ptb, temperature, top_k):
    scores = np.random.default_rng(0).normal(0, 3, 418)
    plain, skip = distribution(scores), ptb.vocabulary.ids(["<unk>", "N", "$"])
    p = distribution(scores, temperature, top_k, skip)
    data = next_word_data(p, plain, ptb.vocabulary)
    bars = min(top_k or TOP_WORDS, TOP_WORDS)
    assert len(data) == bars + 1
    assert data.share.sum() == pytest.approx(1, abs=1e-12)
    assert data.plain.sum() == pytest.approx(1, abs=1e-12)
    assert data.share[:-1].is_monotonic_decreasing
    assert data.others.tolist() == [False] * bars + [True]
    assert data.row.tolist() == [*range(bars), TOP_WORDS]
    assert (data.share[:bars] > 0).all()
    assert not set(data.word[data.share > 0]) & {"<unk>", "N", "$"}
    for word, share, outline in zip(data.word[:-1], data.share, data.plain, strict=False):
        assert (share, outline) == (p[ptb.vocabulary.id(word)], plain[ptb.vocabulary.id(word)])


def test_a_bar_tells_rank_surprisal_and_count(ptb):
    p = distribution(np.log([8.0, 4.0, 2.0, 1.0, 1.0]))
    corpus = load_text("one two two three three three four four four four")
    data = next_word_data(p, p, corpus.vocabulary, top=2)
    assert data.word.tolist() == ["one", "two", "sum of 3 others"]
    assert data.bits.tolist()[:2] == ["1.00", "2.00"]
    assert data["rank"].tolist()[:2] == ["1 of 5", "2 of 5"]
    assert data["count"].tolist() == ["1 of 11", "2 of 11", "8 of 11"]
    assert data.text.tolist() == ["50.0 %", "25.0 %", "25.0 %"]


def test_over_each_bar_lies_how_often_its_word_came_in_some_draws():
    p, corpus = distribution(np.log([8.0, 4.0, 2.0, 1.0, 1.0])), load_text("one two three four")
    data = next_word_data(p, p, corpus.vocabulary, top=2, often=np.array([50, 30, 15, 5, 0]))
    assert data.came.tolist() == [0.5, 0.3, 0.2]
    assert data.times.tolist() == ["50", "30", "20"]
    assert next_word_data(p, p, corpus.vocabulary, top=2).came.isna().all()


def test_a_vocabulary_smaller_than_the_chart_has_no_others():
    corpus = load_text("one two three")
    p = np.full(4, 0.25)
    data = next_word_data(p, p, corpus.vocabulary)
    assert data.word.tolist() == ["one", "two", "three", "<eos>"]
    assert not data.others.any()
    assert data.share.sum() == 1


def test_words_are_data_however_they_look():
    words = ["<b>bold</b>", "![a](http://example.com)", "**b**", "{{x}}", "datum.share", "단어"]
    corpus = load_text(" ".join(words))
    p = np.full(corpus.vocabulary.size, 1 / corpus.vocabulary.size)
    assert next_word_data(p, p, corpus.vocabulary).word.tolist() == [*words, "<eos>"]


@pytest.mark.parametrize("share", [*np.logspace(-12, 0, 60), 0.006, 0.0006, 0.00449, 0.99, 0.994, 0.9994, 0.9999])
def test_a_share_is_never_rounded_away(share):
    shown = float(percent(share).removesuffix(" %"))
    assert shown > 0
    assert shown == pytest.approx(100 * share, rel=0.0051)


def test_certainty_is_a_hundred_per_cent_and_nothing_is_none():
    assert percent(1.0) == "100 %"
    assert percent(0.006) == "0.600 %"
    assert percent(0.0) == "0 %"
    assert percent(0.5) == "50.0 %"
    assert percent(0.99996) == "99.99 %"


@pytest.mark.parametrize("chart", [learning_curve_chart(100, 418), next_word_chart()], ids=["curve", "bars"])
def test_a_specification_contains_no_data_no_size_and_no_small_type(chart):
    spec = constant_spec(chart)
    assert not {"height", "width"} & spec.keys()
    assert all(size >= 12 for size in [*every(spec, "fontSize"), *every(spec, "labelFontSize")])
    assert "datasets" not in spec
    assert not [data for data in every(spec, "data") if "values" in data or "url" in data]
    assert "data" not in spec
    json.dumps(spec)


def test_a_longer_run_changes_the_data_and_not_the_columns():
    short, long = learning_curve_data(falling(1)), learning_curve_data([*falling(3), replace(falling(1)[0], epoch=4)])
    assert short.columns.tolist() == long.columns.tolist()
    assert short.dtypes.tolist() == long.dtypes.tolist()


def every_param(spec):
    return [param for params in every(spec, "params") for param in params if "select" in param]


def test_a_tooltip_is_of_the_line_under_the_pointer_and_a_click_goes_to_the_nearest_epoch():
    spec = learning_curve_chart(100, 418, held=True).to_dict()
    nearest = {param["name"]: param["select"].get("nearest", False) for param in every_param(spec)}
    assert nearest == {"chosen": True, "near": False, "touched": False}
    told = [layer for layer in spec["layer"] if "tooltip" in layer["encoding"]]
    assert [layer["mark"]["type"] for layer in told] == ["text", "text", "rule", "point"]
    (targets,) = (layer["mark"] for layer in spec["layer"] if layer["mark"].get("size") == 1)
    assert targets["tooltip"] is None  # otherwise Streamlit gives one to every place of the chart
    data = learning_curve_data(falling(3), last=falling(2), notes=NOTES_CURVE)
    assert list(dict.fromkeys(data.series)) == [LAST, NOTES, LIVE]  # this run lies on top


def test_the_figure_of_a_bar_is_beside_all_that_is_drawn_over_it():
    (end,) = (
        step["calculate"]
        for steps in every(next_word_chart().to_dict(), "transform")
        for step in steps
        if step.get("as") == "end"
    )
    assert all(f"datum.{name}" in end for name in ("share", "plain", "came"))
