"""Decode files as UTF-8. If a file has another encoding, the error names the line and the likely encoding."""

import itertools
import re

from rnnlm.errors import UserError

# Encodings, the strictest first: codec, name, expected letters, and their least share of the characters beyond ASCII.
LIKELY = (
    ("shift_jis", "Shift-JIS", "[\u3040-\u30ff]", 0.2),
    ("euc_jp", "EUC-JP", "[\u3040-\u30ff]", 0.2),
    ("cp949", "EUC-KR (Windows-949)", "[가-힣]", 0.8),
    ("gb2312", "GB18030", "[\u3000-\u9fff\uff00-\uffef]", 0.9),
    ("big5", "Big5", "[\u3000-\u9fff\uff00-\uffef]", 0.9),
    ("gb18030", "GB18030", "[\u3000-\u9fff\uff00-\uffef]", 0.9),
    ("cp1251", "Windows-1251", "[а-я]", 0.6),
    ("koi8_r", "KOI8-R", "[а-я]", 0.6),
    ("cp1253", "Windows-1253", "[α-ώ]", 0.6),
)

# These encodings differ in only a few letters, so the message lists all three.
LATIN = "Windows-1252, or 1250 (as for Czech or Polish), or 1254 (Turkish)"


def decoded(content: bytes, title: str) -> str:
    """Decode the content of a file as UTF-8, and remove any byte-order marks at the start.

    Raises ValueError if the content is not UTF-8. The message names the likely cause and, for most causes, the line.
    """
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    if b"\0" in content and not wide:
        raise UserError("{title} is a binary file or in UTF-16: save it as plain text in UTF-8", title=title)
    try:
        return content.decode().lstrip("\ufeff")
    except UnicodeDecodeError as error:
        line = len(re.findall(rb"\r\n|\r|\n", content[: error.start])) + 1
        if wide:
            why = UserError("it is in UTF-16, so save it again as UTF-8")
        elif _is_text(content.lstrip(bytes(range(0x80, 0xC0)))):
            why = UserError("line 1 begins in the middle of a character, so the start of the file is missing")
        elif error.end == len(content) and "unexpected end" in error.reason:
            why = UserError(
                "line {line}, the last one, ends in the middle of a character, so the end of the file is missing",
                line=line,
            )
        else:
            why = UserError(
                "byte 0x{byte:02x} in line {line} is in another encoding, probably {encoding}; save the file "
                "again as UTF-8",
                byte=content[error.start],
                line=line,
                encoding=likely(content),
            )
        raise UserError("{title} is not text in UTF-8: {why}", title=title, why=why) from None


def whole(text: str, title: str) -> str:
    """Return the text unchanged.

    Raises ValueError if the text contains half a character (a lone surrogate), which UTF-8 cannot encode.
    """
    if half := re.search("[\ud800-\udfff]", text):
        line = len(re.findall(r"\r\n|\r|\n", text[: half.start()])) + 1
        raise UserError(
            "{title} is not valid text, because line {line} contains half a character (U+{value:04X}): delete it",
            title=title,
            line=line,
            value=ord(half[0]),
        )
    return text


def _is_text(content: bytes) -> bool:
    try:
        return bool(content.decode())
    except UnicodeDecodeError:
        return False


def likely(content: bytes) -> str:
    """Guess the encoding of a text that is not in UTF-8, and return its name."""
    text = content.decode(errors="surrogateescape")
    strays = re.findall("[\udc80-\udcff]", text)
    if len(strays) < len(re.findall("[^\x00-\x7f]", text)) - len(strays):  # mostly UTF-8: look only at the other bytes
        content = re.sub("[^\x00-\x7f\udc80-\udcff]", "", text).encode(errors="surrogateescape")
    high = len(re.findall(rb"[\x80-\xff]", content))
    beside_latin = len(re.findall(rb"(?<=[A-Za-z])[\x80-\xff]|[\x80-\xff](?=[A-Za-z])", content))
    if beside_latin < 0.3 * high or high > 0.3 * len(content):
        for codec, name, letters, share in LIKELY:
            try:
                others = re.sub(r"[\x00-\x7f]+", " ", content.decode(codec))
            except UnicodeDecodeError:
                continue
            size = len(others.replace(" ", ""))
            capitals_inside = sum(a.islower() and b.isupper() for a, b in itertools.pairwise(others))
            if len(re.findall(letters, others)) >= share * size and capitals_inside <= 0.02 * size:
                return name
    return LATIN
