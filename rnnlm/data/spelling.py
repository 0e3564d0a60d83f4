"""Normalise spelling, so that words that look the same are equal: compose letters, and remove invisible characters."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

# Invisible characters (Unicode's Default_Ignorable_Code_Point, and the annotation marks).
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)
BLANK = re.compile("[\u2800\u3164\uffa0]")  # drawn as a space
# Thai, Lao, Myanmar and Khmer have no spaces between words: U+200B marks the end of a word.
BREAK = re.compile("(?<=[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff])\u200b(?=[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff])")
MARKS_AT_MOST = 30  # on one letter, as in Unicode's stream-safe text format (UAX 15); composing n marks takes n^2 time
STRETCH = 50_000  # the least number of characters in a stretch
ZWNJ, ZWJ, FLAG, FLAG_END = "\u200c", "\u200d", "\U0001f3f4", "\U000e007f"
# Letters that can join the next one: Arabic and related scripts, N'Ko, Mongolian ... Those in JOINING_NONE cannot.
JOINING = re.compile(
    "[\u0620-\u064a\u066e-\u06d5\u06fa-\u06ff\u0712-\u072f\u074d-\u077f\u07ca-\u07ea\u0840-\u0858\u0860-\u086a"
    "\u0870-\u08c9\u1820-\u18aa\ua840-\ua871\U00010ac0-\U00010ae4\U0001e900-\U0001e943]"
)
JOINING_NONE = re.compile(
    "[\u0621-\u0625\u0627\u0629\u062f-\u0632\u0648\u0671-\u0677\u0688-\u0699\u06c0\u06c3-\u06cb\u06cd\u06cf\u06d2-\u06d5]"
)


def spelled(text: str) -> str:
    """Normalise the spelling of a text, so that texts that look the same become equal.

    Letters are composed (NFC), and each keeps at most 30 combining marks. Invisible characters are removed, unless they
    change how the text is drawn. For example, U+200C stays between Persian letters, U+200D stays between emoji, and a
    variation selector stays if it turns a plain heart into an emoji. Normalising a second time changes nothing.
    """
    if text.isascii():
        return text
    text = _with_few_marks(BREAK.sub(" ", BLANK.sub(" ", text)))
    text = _with_few_marks(unicodedata.normalize("NFC", text))  # a few marks decompose into two
    shorter = INVISIBLE.sub(_needed, text)
    return text if shorter == text else spelled(shorter)  # letters that compose may now be neighbours


def stretches(text: str, ends: str = "[ \\r\\n]", size: int = STRETCH) -> Iterator[str]:
    """Cut a text into stretches of at least `size` characters. Only the last stretch may be shorter.

    Each stretch ends before a character that matches the pattern `ends`, by default a space or a line end. Such a
    character does not combine with its neighbours. So normalising the stretches one by one gives the same result as
    normalising the whole text.
    """
    end, start = re.compile(ends), 0
    while start < len(text):
        found = end.search(text, start + size)
        stop = found.start() if found else len(text)
        yield text[start:stop]
        start = stop


def _with_few_marks(text: str) -> str:
    return _many_marks().sub(r"\1", text) if len(text) > MARKS_AT_MOST else text


@cache
def _many_marks() -> re.Pattern:
    """Make a pattern for more than MARKS_AT_MOST consecutive combining marks. Its group 1 matches the marks to keep."""
    marks = "".join(chr(code) for code in range(0x300, 0x20000) if unicodedata.combining(chr(code)))
    return re.compile(f"([{marks}]{{{MARKS_AT_MOST}}})[{marks}]+")


def _needed(run: re.Match) -> str:
    """Return the characters to keep from a match of INVISIBLE, a sequence of invisible characters."""
    text, found = run.string, run.group()
    before, after = text[max(0, run.start() - 1) : run.start()], text[run.end() : run.end() + 1]
    if before == FLAG and found.endswith(FLAG_END):  # the flag of Scotland, spelled in tags
        return found
    kept = [sign for sign in dict.fromkeys(found) if _changes(sign, text, run.start(), before, after)]
    return "".join(kept)


def _changes(sign: str, text: str, place: int, before: str, after: str) -> bool:
    """Return whether an invisible character at this position changes how its neighbours are drawn."""
    if not before:
        return False
    if sign in (ZWNJ, ZWJ):
        return _joins(sign, text, place, before, after)
    if sign in "\ufe0e\ufe0f":  # draw as text, or as an emoji: changes only a symbol that is normally the other kind
        if before in "#*0123456789":
            return sign == "\ufe0f" and after == "\u20e3"
        wide = unicodedata.east_asian_width(before) == "W"
        return (_is_symbol(before) or before in "\u203c\u2049\u3030") and wide == (sign == "\ufe0e")
    if "\u180b" <= sign <= "\u180f":
        return "\u1820" <= before <= "\u18aa"
    if "\ufe00" <= sign <= "\ufe0d" or "\U000e0100" <= sign <= "\U000e01ef":  # another form of a character, as of 葛
        return unicodedata.category(before) in ("Lo", "Sm")
    return False


def _joins(sign: str, text: str, place: int, before: str, after: str) -> bool:
    """Return whether U+200C or U+200D (`sign`) changes how the characters before and after it are drawn."""
    is_letter = after != "" and unicodedata.category(after)[0] in "LM"
    if unicodedata.combining(before) == 9:  # a virama: क् and ष join or do not
        return is_letter or sign == ZWJ
    if sign == ZWJ and after and unicodedata.combining(after) == 9:
        return True
    if sign == ZWJ and _is_symbol(before) and after:
        return _is_symbol(after)
    while place and unicodedata.category(text[place - 1]) == "Mn":  # vowel signs between two letters that join
        place -= 1
    letter = text[place - 1 : place]
    if not JOINING.match(letter) or JOINING_NONE.match(letter):
        return False
    joins = bool(JOINING.match(after))
    return joins if sign == ZWNJ else not joins


def _is_symbol(character: str) -> bool:
    return unicodedata.category(character)[0] == "S"
