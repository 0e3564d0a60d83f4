"""Conditions such as `epoch >= 20 and network == "ptb"`, parsed into comparisons. Nothing is executed.

    condition  = way { "or" way }
    way        = part { "and" part }
    part       = [ "not" ] name [ operator value ]
    operator   = "==" | "!=" | "<" | "<=" | ">" | ">="
    value      = a number | words in quotes | yes | no | none

`and` binds more tightly than `or`, and there are no brackets. Settings have the same names and values as in the page's
links.
"""

import operator
import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import groupby
from typing import Any

from rnnlm.errors import UserError, marked
from rnnlm.lessons.names import GROUPS, group_of, rule_of, value_of
from rnnlm.options import OptionError, table, write

MOST_CHARACTERS = 300
OPERATORS = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
TOKEN = re.compile(r"""\s*("[^"]*"|'[^']*'|[=!<>]=|[<>]|[^\s"'=!<>]+|.)""", re.DOTALL)
NUMBER = re.compile(r"[-+]?[0-9][0-9_,]*(\.[0-9]+)?(e[-+]?[0-9]+)?", re.IGNORECASE)


class ConditionError(UserError):
    """A condition that cannot be read."""


@dataclass(frozen=True)
class Comparison:
    """A comparison of the fact or setting `name` with a value. `negated` is True if `not` precedes the comparison."""

    name: str
    operator: str
    value: Any
    negated: bool = False

    def holds(self, facts: Mapping[str, Any]) -> bool:
        """Return whether the comparison is true.

        A fact that is missing or None equals only the value none, and makes <, <=, > and >= false. `negated` reverses
        the result.
        """
        fact = facts.get(self.name)
        if self.operator in ("==", "!="):
            held = OPERATORS[self.operator](fact, self.value)
        else:
            held = fact is not None and OPERATORS[self.operator](fact, self.value)
        return held != self.negated

    def __str__(self) -> str:
        no = "not " if self.negated else ""
        if (self.operator, self.value) == ("==", True) and rule_of(self.name).kind is bool:
            return no + self.name
        quote = '"' if isinstance(self.value, str | tuple) else ""
        quote = "'" if quote and '"' in write(self.value) else quote
        return f"{no}{self.name} {self.operator} {quote}{write(self.value)}{quote}"


@dataclass(frozen=True)
class Condition:
    """A condition: a list of alternative `ways`. Each way is a list of comparisons.

    The condition is true if all comparisons of at least one way are true.
    """

    ways: tuple[tuple[Comparison, ...], ...]

    def holds(self, facts: Mapping[str, Any]) -> bool:
        return any(all(part.holds(facts) for part in way) for way in self.ways)

    def __str__(self) -> str:
        return " or ".join(" and ".join(map(str, way)) for way in self.ways)


def read_condition(text: str) -> Condition:
    """Read a condition from text. Raises ConditionError or OptionError if the text is not a valid condition."""
    if len(text) > MOST_CHARACTERS:
        rule = marked("a condition has at most {most} characters, got {length:,}")
        raise ConditionError(rule, most=MOST_CHARACTERS, length=len(text))
    tokens = TOKEN.findall(text.rstrip())
    return Condition(tuple(tuple(map(_part, _split(way, "and"))) for way in _split(tokens, "or")))


def _split(tokens: list[str], word: str) -> list[list[str]]:
    if not tokens:
        raise ConditionError("a condition must not be empty")
    pieces = [list(piece) for is_word, piece in groupby(tokens, lambda token: token == word) if not is_word]
    if len(pieces) != tokens.count(word) + 1:
        raise ConditionError("a condition needs a comparison on both sides of {word}", word=word)
    return pieces


def _part(tokens: list[str]) -> Comparison:
    """Read one comparison from its tokens. A yes-or-no fact needs no operator: its name alone means that it is true."""
    negated = tokens[0] == "not"
    tokens = tokens[1:] if negated else tokens
    name = tokens[0] if tokens else ""
    if group_of(name) is None:
        raise ConditionError(
            "{name} is not a fact or a setting that a condition can test{meant}",
            name=repr(name[:60]),
            meant=meant(name, known_names()),
        )
    if len(tokens) == 1:
        if rule_of(name).kind is not bool:
            raise ConditionError("{name} needs a comparison, as in {name} == …", name=name)
        return Comparison(name, "==", True, negated)
    if len(tokens) != 3 or tokens[1] not in OPERATORS:
        raise ConditionError(
            "{name} must be followed by an operator ({operators}) and a value, got {rest}",
            name=name,
            operators=" ".join(OPERATORS),
            rest=repr(" ".join(tokens[1:])[:60]),
        )
    return Comparison(name, tokens[1], _value(*tokens), negated)


def _value(name: str, sign: str, written: str) -> Any:
    """Read the value of a comparison, and check it against the rule for the fact or option `name`."""
    rule, is_quoted = rule_of(name), written[0] in "\"'"
    is_number = rule.kind in (int, float)
    if is_number and not (NUMBER.fullmatch(written) or (rule.optional and written == "none")):
        raise ConditionError("{name} must be compared with a number, got {value}", name=name, value=written[:60])
    if rule.kind in (str, tuple) and not (is_quoted and len(written) > 1):
        raise ConditionError("{name} must be compared with words in quotes, got {value}", name=name, value=written[:60])
    if rule.kind is bool and is_quoted:
        raise OptionError(name, "{option} must be yes or no, got {value}", {"value": written[:60]})
    value = value_of(name, written[1:-1] if is_quoted else written)
    if sign not in ("==", "!=") and (not is_number or value is None):
        raise ConditionError("{name} can only be compared with == and != here, got {sign}", name=name, sign=sign)
    return value


def known_names() -> list[str]:
    """List every name that a condition may use."""
    return [name for group in GROUPS for name in table(group)]


def meant(name: str, known: list[str] | tuple[str, ...]) -> UserError | str:
    """Return a hint to append to a message: the known name that is most similar to `name`.

    Returns an empty string if no known name is similar.
    """
    near = get_close_matches(name[:60], known, 1)
    return UserError(" (did you mean {near}?)", near=near[0]) if near else ""
