"""The page's translations: gettext catalogues in assets/locale, one for each language except English."""

import gettext
from functools import cache
from pathlib import Path

LOCALE = Path(__file__).parents[1] / "assets" / "locale"
NAMES = {"en": "English", "ko": "한국어", "ja": "日本語", "zh": "中文"}  # the name of each language, in that language


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """Return the translations into a language. The page is written in English, so the catalogue of English is empty."""
    return gettext.translation("rnnlm", LOCALE, [language], fallback=language == "en")


def is_missing(sentence: str, language: str) -> bool:
    """Return whether a language's catalogue has no translation of this English sentence."""
    return catalogue(language).gettext(sentence) == sentence
