"""The catalogues of the page: `python -m tests.languages` checks them, `--update` renews them from the code.

An update keeps the translations of sentences that still exist, adds new sentences, and drops sentences that no longer
exist. It also writes the .mo files that the page reads.
"""

import argparse
import ast
import re
import string
from pathlib import Path

from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from rnnlm.catalogues import LOCALE, NAMES
from rnnlm.lessons.reading import shipped
from rnnlm.lessons.translated import sentences
from rnnlm.ui.glossary import glossary

ROOT = Path(__file__).parents[1]
TRANSLATED = tuple(name for name in NAMES if name != "en")
CODE = [ROOT / "streamlit_app.py", *sorted((ROOT / "rnnlm").rglob("*.py"))]  # the command line stays English
CODE = [path for path in CODE if "cli" not in path.relative_to(ROOT).parts]
ERRORS = ("UserError", "ConditionError", "SavedRunError", "MissingCorpusError", "UnknownWordError", "BusyError")
PLACES = {  # arguments of a call that are sentences; babel would not find calls in f-strings
    **dict.fromkeys(("say", "marked", *ERRORS), (0,)),
    **dict.fromkeys(("OptionError", "Problem", "note"), (1,)),
    "say_count": (0, 1),
    "option": (2,),
}
SAME = {  # texts that are the same in all languages: names, symbols, formulas
    *("Top-k", "u", "T", "N", "lr", "{name}", "{what}", "{why}", "softmax", "PTB", "u = {u}", "epoch"),
    *("epoch {epoch:.4g}", "http://192.168.0.12:{port}"),
}


def said(tree: ast.AST):
    """Every sentence in a file. A sentence with a plural is a pair."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        places = PLACES.get(getattr(call.func, "attr", getattr(call.func, "id", "")), ())
        found = [ast.literal_eval(call.args[i]) for i in places if i < len(call.args) and is_text(call.args[i])]
        if found and len(found) == len(places):
            yield found[0] if len(found) == 1 else tuple(found)


def is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def template() -> Catalog:
    """Every sentence of the page, of the core's errors and of the lessons, with the places where it occurs."""
    catalog = Catalog(project="rnnlm", charset="utf-8")
    for path in CODE:
        for message in said(ast.parse(path.read_text(encoding="utf-8"))):
            catalog.add(message, locations=[(str(path.relative_to(ROOT)), "")])
    for lesson in shipped().values():
        for sentence in sentences(lesson):
            catalog.add(sentence, locations=[(f"lesson {lesson.id}", "")])
    return catalog


def file_of(language: str, ending: str = ".po") -> Path:
    return LOCALE / language / "LC_MESSAGES" / f"rnnlm{ending}"


def read(language: str) -> Catalog:
    """The catalogue of a language, or an empty catalogue if there is no file."""
    path = file_of(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update(language: str) -> Catalog:
    """Renew a catalogue from the code. New sentences do not inherit the translations of similar sentences."""
    catalog = read(language)
    catalog.update(template(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    file_of(language).parent.mkdir(parents=True, exist_ok=True)
    with file_of(language).open("wb") as file:
        write_po(file, catalog, width=120, omit_header=False, sort_output=False, include_lineno=False)
    with file_of(language, ".mo").open("wb") as file:
        write_mo(file, catalog)
    return catalog


def fields(sentence: str) -> set[str]:
    """The {placeholders} of a sentence with their formats, and the HTML tags of the sentence."""
    try:
        parts = string.Formatter().parse(sentence)
        found = {f"{name}!{conversion}:{form}" for _, name, form, conversion in parts if name}
    except ValueError:  # braces that are not placeholders
        found = set()
    return found | {tag for tag in ("<b>", "<b class", "<i>", "<code>") if tag in sentence}


def pairs(catalog: Catalog):
    """The (English, translation, message) of every sentence. A message with a plural has several."""
    for message in catalog:
        if not message.id:
            continue
        if isinstance(message.id, tuple):
            for translation in message.string or ("",):
                yield message.id[1], translation, message
        else:
            yield message.id, message.string, message


def missing(catalog: Catalog) -> list[str]:
    """The sentences without a translation. A translation equal to the sentence counts only if SAME lists it."""
    return [
        english
        for english, there, _ in pairs(catalog)
        if not there or (there == english and english not in SAME and plain(english).strip())
    ]


def mismatched(catalog: Catalog) -> list[str]:
    """The sentences whose translations have other placeholders or tags."""
    return [english for english, there, _ in pairs(catalog) if there and fields(english) != fields(there)]


def terms(language: str) -> dict[str, str]:
    """The glossary as a map from each English term to its translation."""
    return {term: word for term, (word, _) in glossary(language).items()}


def off_glossary(catalog: Catalog, language: str) -> list[str]:
    """The sentences with a term of the glossary whose translations do not use the glossary's word for the term."""
    found = []
    for english, there, _ in pairs(catalog):
        for term, word in terms(language).items():
            accepted = [one.strip().lower() for one in word.split("/")]
            if there and f" {term.lower()} " in f" {plain(english)} " and not any(w in there.lower() for w in accepted):
                found.append(f"{term}: {english}")
    return found


def plain(sentence: str) -> str:
    """A sentence in lower case, without punctuation and placeholders."""
    return "".join(sign if sign.isalnum() else " " for sign in re.sub(r"\{[^}]*\}", " ", sentence).lower())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--update", action="store_true", help="renew the catalogues from the code")
    parser.add_argument("--list", action="store_true", help="list what is missing or wrong")
    options = parser.parse_args()
    titles = "sentences", "translated", "missing", "placeholders", "off the glossary"
    print("language", *titles, sep="  ")
    for language in TRANSLATED:
        catalog = update(language) if options.update else read(language)
        wrong = missing(catalog), mismatched(catalog), off_glossary(catalog, language)
        every = len(list(pairs(catalog)))
        figures = every, every - len(wrong[0]), *map(len, wrong)
        cells = [f"{figure:{len(title)}}" for figure, title in zip(figures, titles, strict=True)]
        print(f"{language:8}", *cells, sep="  ")
        if options.list:
            for title, found in zip(("missing", "placeholders", "off the glossary"), wrong, strict=True):
                print(*(f"  {title}: {sentence}" for sentence in found), sep="\n")


if __name__ == "__main__":
    main()
