"""Reference levels for a learning curve: the perplexities of counting models.

If a grammar generated the text, its perplexity is a level too.
"""

from rnnlm.formats import figure
from rnnlm.inference.baselines import Baselines
from rnnlm.ui.language import say


def levels_to_compare(rules: Baselines | None, true_perplexity: float | None) -> list[tuple[str, float, bool, str]]:
    """The reference levels, each as (label, perplexity, whether the label is above the line, explanation)."""
    levels = []
    if rules is not None:
        why = say("All words are equally likely: the starting point of an untrained network.")
        levels.append((say("guessing  {perplexity}", perplexity=figure(rules.uniform)), rules.uniform, True, why))
        why = say("Each word is as likely as its frequency in this text, whatever comes before it.")
        levels.append((say("word counts  {perplexity}", perplexity=figure(rules.unigram)), rules.unigram, False, why))
        why = say(
            "Each word is as likely as its frequency after the previous word in this text. This model "
            "has counted exactly these pairs, so it may beat the network here. On new text most pairs "
            "would get probability 0."
        )
        above = true_perplexity is not None or rules.bigram < 2
        levels.append((say("pair counts  {perplexity}", perplexity=figure(rules.bigram)), rules.bigram, above, why))
    if true_perplexity is not None:
        why = say("This is the grammar that generated the text. No model can do better on new text.")
        label = say("the grammar itself  {perplexity}", perplexity=figure(true_perplexity))
        levels.append((label, true_perplexity, False, why))
    return levels
