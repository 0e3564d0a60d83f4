"""Count marks of unclear English in docstrings, page sentences, lessons and READMEs, and print a sample to read.

    python -m tests.english [--seed N]

A mark is a phrase that often makes a sentence hard to read, for example "anew" instead of "again". The table shows
marks per 1,000 sentences. It is a trend to watch, not a rule: some uses are right. The sample has 100 sentences and
100 docstrings, drawn with the seed.
"""

import argparse
import ast
import random
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = sorted((ROOT / "rnnlm").rglob("*.py"))
SAMPLE = 100
MARKS = {
    "What ... .": r"^What\b[^?]*$",  # a sentence that begins with "What" and is not a question
    "where = if": r" where (?=(?:it|that|there|one|no|nothing|none|they|he|this|an?|the)\b(?! =))",
    "is no": r"(?<!there )\b(?:is|are) no\b(?! longer)",
    "in the place of": r"\bin the place of\b",
    "anew": r"\banew\b",
    "so many": r"\bso many\b",
    "but for": r"\bbut for\b",
    "let go": r"\b(?:let|lets|letting) (?:\w+ )?go\b",
    "told, tells": r"\b(?:told|tells)\b",
    "stands": r"\bstands?\b(?!-in|ard)",
    "whose": r"\bwhose\b",
    "he, his": r"\b(?:he|his)\b",
    "of its own": r"\bof its own\b",
}


def docstrings() -> Iterator[tuple[str, str]]:
    """Every docstring, after the line that a reader sees above it: the file, or the head of the class or function."""
    for file in PACKAGE:
        lines = file.read_text(encoding="utf-8").splitlines()
        for node in ast.walk(ast.parse("\n".join(lines))):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                name = str(file.relative_to(ROOT)) if isinstance(node, ast.Module) else lines[node.lineno - 1].strip()
                if told := ast.get_docstring(node):
                    yield name, told


def page_sentences() -> Iterator[str]:
    """Every string of two words or more inside a call of say(...)."""
    for file in PACKAGE:
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "say":
                strings = (
                    node for argument in call.args for node in ast.walk(argument) if isinstance(node, ast.Constant)
                )
                yield from (node.value for node in strings if " " in str(node.value))


def lesson_texts() -> Iterator[str]:
    prose = {"title", "question", "say", "text", "why", "label", "hint"}

    def texts(value, key=""):
        if isinstance(value, dict):
            for name, inner in value.items():
                yield from texts(inner, name)
        elif isinstance(value, list):
            for inner in value:
                yield from texts(inner, key)
        elif isinstance(value, str) and key in prose:
            yield value

    for file in sorted((ROOT / "assets" / "lessons").glob("*.toml")):
        yield from texts(tomllib.loads(file.read_text(encoding="utf-8")))


def readmes() -> Iterator[str]:
    """The prose of README files, by paragraph, list item or table row; code blocks are left out."""
    for file in sorted(ROOT.rglob("README.md")):
        prose = re.sub(r"^```.*?^```$", "", file.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
        yield from re.split(r"\n\s*\n|\n(?=\s*(?:[-*|#]|\d+\.) ?)", prose)


def sentences(text: str) -> list[str]:
    flat = (" ".join(part.split()) for part in text.split("\n\n"))
    parts = (sentence.strip("|-*# ") for part in flat for sentence in re.split(r"(?<=[.!?])\s+(?=[A-Z`*])", part))
    return [sentence for sentence in parts if sentence]


def has(mark: str, text: str) -> bool:
    """Whether a sentence has a mark outside of `code`."""
    return bool(re.search(MARKS[mark], re.sub("`[^`]*`", "", text)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=0)
    rng = random.Random(parser.parse_args().seed)

    documents = list(docstrings())
    sources = {
        "docstrings": [text for _, text in documents],
        "page": page_sentences(),
        "lessons": lesson_texts(),
        "READMEs": readmes(),
    }
    found = {name: [sentence for text in texts for sentence in sentences(text)] for name, texts in sources.items()}

    print(f"{'marks per 1,000':16}" + "".join(f"{name:>12}" for name in found))
    for mark in MARKS:
        shares = (1000 * sum(has(mark, text) for text in texts) / max(1, len(texts)) for texts in found.values())
        print(f"{mark:16}" + "".join(f"{share:12.1f}" for share in shares))
    print(f"{'sentences':16}" + "".join(f"{len(texts):12,}" for texts in found.values()))
    marked = sum(any(has(mark, text) for mark in MARKS for text in sentences(whole)) for _, whole in documents)
    print(f"\n{marked:,} of {len(documents):,} docstrings have a mark.")

    every = [sentence for texts in found.values() for sentence in texts]
    documented = [f"{name}\n    {text}" for name, text in documents]
    for title, texts in ((f"{SAMPLE} sentences", every), (f"{SAMPLE} docstrings", documented)):
        print(f"\n{title}\n")
        print("\n".join(f"- {text}" for text in rng.sample(texts, min(SAMPLE, len(texts)))))


if __name__ == "__main__":
    main()
