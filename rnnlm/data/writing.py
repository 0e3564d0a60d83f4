"""Cut text into words, and join words into text. Cutting the joined text gives the same words again."""

import re
from collections.abc import Iterable, Iterator

from rnnlm.data.spelling import spelled, stretches
from rnnlm.data.stages import Stages
from rnnlm.data.vocabulary import EOS, UNK, Vocabulary

# Japanese and Chinese: kana, ideographs, and the signs that repeat or lengthen them. WIDE also has full-width marks.
LETTER = re.compile(
    "[\u3005-\u3007\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]"
)
WIDE = re.compile(f"({LETTER.pattern}|[\u3001-\u3030\uff01-\uff65])")
MARKS = ".,;:!?،؛؟۔।॥。，、；：！？"
NUMBER = re.compile(r"\d+([.,]\d+)*")
SAMPLE = 100_000  # the number of characters that `is_unspaced` looks at
CUT_ALREADY = {UNK, ".", ",", "n't", "'s"}  # words that occur only if the marks of a text are already separated


def words_in(text: str, like: Vocabulary | None = None, stages: Stages | None = None) -> list[str]:
    """Cut a text into words, with `<eos>` at the end of each line that is not blank.

    The text is cut at white space, and punctuation marks at the end of a word become separate words. If these marks are
    already separate, as in PTB, nothing more is split off. Japanese or Chinese text without spaces (`is_unspaced`) is
    cut into characters. If the text already has an `<eos>` for every line, no `<eos>` is added.

    like: the vocabulary of a network that will read the text. If `written` wrote the text with this vocabulary, the
    result is the original words, without the full stops that `written` added.
    stages: the `Stages` object to report progress to.
    """
    stages = Stages() if stages is None else stages
    lines = _lines(text, like, stages)
    if like is not None and like.full_stop and _is_stopped(lines, like):
        words = _without_stops(lines, like)
    else:
        words = _with_ends(lines, stages)
    distinct = list(dict.fromkeys(words))
    if not words or _is_cut(words, distinct, like, stages):
        return words
    pieces = stages.over(distinct, 0.3 * len(distinct) / len(words))
    parts = {word: _split_marks(word) for piece in pieces for word in piece if word[-1] in MARKS}
    return [part for piece in stages.over(words, 0.4) for word in piece for part in parts.get(word, (word,))]


def typed(words: Iterable[str], vocabulary: Vocabulary) -> list[str]:
    """Cut typed words into words of the vocabulary: `dog,` becomes `dog` and `,`.

    If the vocabulary does not have a word as typed, the other `spellings` of the word are tried, because a phone may
    have capitalised its first letter. A word that cannot be cut into words of the vocabulary is returned unchanged.
    """
    return [part for word in words for chunk in spelled(word).split() for part in _known_parts(chunk, vocabulary)]


def written(words: Iterable[str], vocabulary: Vocabulary) -> Iterator[str]:
    """Yield the text of these words piece by piece, with spaces between words and a new line for each `<eos>`.

    If the vocabulary's text has no full stops (PTB, the grammar), a full stop is added at the end of each sentence. A
    sentence without words is written as `<eos>`.
    """
    last, unspaced = EOS, is_of_characters(vocabulary)
    for word in words:
        if word != EOS:
            yield word if last == EOS or (unspaced and _join(last, word)) else f" {word}"
        elif last == EOS:
            yield f"{EOS}\n"
        else:
            yield f"{_stop(last, vocabulary)}\n"
        last = word


def as_text(words: Iterable[str], vocabulary: Vocabulary | None = None) -> str:
    """Write words as one string. If no vocabulary is given, one is made from these words."""
    words = list(words)
    if vocabulary is None:
        vocabulary = Vocabulary(dict.fromkeys(words), full_stop=not any(_is_marks(word) for word in words))
    return "".join(written(words, vocabulary))


def is_unspaced(text: str) -> bool:
    """Return whether a text is Japanese or Chinese without spaces between its words.

    More than a third of its characters must be Japanese or Chinese letters. The pieces between spaces that contain such
    letters must have more than 3.5 characters on average, because a word usually has two or three. So the result is
    False for a text that is already cut into words.
    """
    chunks = text[:SAMPLE].split()
    wide = [chunk for chunk in chunks if LETTER.search(chunk)]
    is_mostly = 3 * sum(len(LETTER.findall(chunk)) for chunk in wide) > sum(map(len, chunks))
    return is_mostly and sum(map(len, wide)) > 3.5 * len(wide)


def is_of_characters(vocabulary: Vocabulary) -> bool:
    """Return whether a vocabulary comes from a text that was cut into characters.

    The vocabulary must have at least 20 Japanese or Chinese words, and each must be a single character. If there are
    fewer, the result is False, and `written` puts spaces between the words.
    """
    wide = [word for word in vocabulary.words if WIDE.search(word)]
    return sum(map(bool, map(LETTER.search, wide))) >= 20 and all(len(word) == 1 for word in wide)


def _is_marks(word: str) -> bool:
    return not word.strip(MARKS)


def _lines(text: str, like: Vocabulary | None, stages: Stages) -> list[str]:
    """List the lines that are not blank, with normalised spelling (`spelled`).

    If the text will be cut into characters, spaces are added around Japanese and Chinese characters.
    """
    if not text.isascii():
        pieces = stages.over(list(stretches(text)), 0.65, 1)
        text = "".join(spelled(stretch) for piece in pieces for stretch in piece)
    if is_unspaced(text) if like is None else is_of_characters(like):
        text = WIDE.sub(r" \1 ", text)
    pieces = stages.over(list(stretches(text.replace(EOS, f" {EOS} "), "[\r\n]")), 0.1, 1)
    lines = (line for piece in pieces for stretch in piece for line in re.split("[\r\n]", stretch))
    return [line for line in lines if line and not line.isspace()]


def _with_ends(lines: list[str], stages: Stages) -> list[str]:
    """List the words of the lines, with one `<eos>` after each line.

    If the text already has an `<eos>` for every line, no `<eos>` is added.
    """
    ends = sum(line.count(EOS) for line in lines)
    if ends and ends >= sum(bool(line.replace(EOS, "").strip()) for line in lines):
        words = [word for line in lines for word in line.split()] + [EOS]
        return [word for before, word in zip([EOS, *words], words, strict=False) if (before, word) != (EOS, EOS)]
    words = []
    for piece in stages.over(lines, 0.15):
        for line in piece:
            words += line.split()
            if words[-1] != EOS:
                words.append(EOS)
    return words


def _is_cut(words: list[str], distinct: list[str], like: Vocabulary | None, stages: Stages) -> bool:
    """Return whether punctuation marks are already separate words. Full stops may still be attached, as in `mr.`."""
    attached = _ends(distinct)
    if attached - {"."}:
        return False
    if like is not None and (like.full_stop or _ends(like.words)):
        return True
    ends = (i for piece in stages.over(range(1, len(words)), 0.2) for i in piece if words[i] == EOS)
    last = [words[i - 1] for i in ends if words[i - 1] != EOS]
    stopped = sum(word.endswith(".") and not _is_marks(word) for word in last)
    return 2 * stopped < len(last) and not CUT_ALREADY.isdisjoint(words)


def _ends(words: Iterable[str]) -> set[str]:
    return {word[-1] for word in words if word[-1] in MARKS and not _is_marks(word)}


def _split_marks(chunk: str) -> list[str]:
    word = chunk.rstrip(MARKS)
    return [part for part in (word, chunk[len(word) :]) if part]


def spellings(word: str) -> list[str]:
    """List the spellings to look up for a typed word.

    Phones change apostrophes and capitals, and PTB replaces numbers with N. The first spelling is the word as typed.
    The second has straight apostrophes instead of curly ones. The third is the second in lower case. The fourth is the
    third with a capital first letter. If the word is a number, the last spelling is N with the same punctuation after
    it. Equal spellings are listed once.
    """
    straight = word.replace("\u2019", "'")
    number = straight.rstrip(MARKS)
    as_n = [f"N{straight[len(number) :]}"] if NUMBER.fullmatch(number) else []
    return list(dict.fromkeys([word, straight, straight.lower(), straight.capitalize(), *as_n]))


def _known_parts(chunk: str, vocabulary: Vocabulary) -> list[str]:
    for spelling in spellings(chunk):
        for end in range(len(spelling), len(spelling.rstrip(MARKS)) - 1, -1):
            parts = [part for part in (spelling[:end], spelling[end:]) if part]
            if parts[1:] == ["."] and vocabulary.full_stop and "." not in vocabulary:
                parts[1] = EOS
            if all(part in vocabulary for part in parts):
                return parts
    return [chunk]


def _join(before: str, after: str) -> bool:
    return bool(WIDE.match(before[-1]) or WIDE.match(after[0]))


def _stop(last: str, vocabulary: Vocabulary) -> str:
    # a space separates the full stop if it and the last word together could be read as one known word
    if not vocabulary.full_stop:
        return ""
    return " ." if last.endswith(".") or f"{last}." in vocabulary else "."


def _is_stopped(lines: list[str], like: Vocabulary) -> bool:
    """Return whether each line except the last ends in `<eos>`, or in a full stop that is not part of a known word."""
    ends = [line.rsplit(maxsplit=1)[-1] for line in lines]
    return bool(ends) and all(end == EOS or (end.endswith(".") and end not in like) for end in ends[:-1])


def _without_stops(lines: list[str], like: Vocabulary) -> list[str]:
    """Cut the output of `written` back into words. The full stops that `written` added become `<eos>`.

    The last line may be unfinished.
    """
    words = []
    for line in lines:
        *before, last = line.split()
        words += before
        if last == ".":
            words.append(EOS)
        elif last.endswith(".") and last not in like:
            words += [last[:-1], EOS]
        else:
            words += [last] if last == EOS or len(lines) > 1 else [last, EOS]
    return words
