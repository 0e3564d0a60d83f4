"""Every README of the repository: its links, paths and commands name something that exists."""

import ast
import configparser
import re
import shlex
from pathlib import Path

import pytest

from rnnlm.cli.parser import build_parser

ROOT = Path(__file__).parents[1]
READMES = [
    file
    for file in sorted(ROOT.rglob("README.md"))
    if not any(part.startswith(".") or part in ("site-packages", "shots") for part in file.relative_to(ROOT).parts)
]
OURS = {".py", ".md", ".js", ".css", ".sh", ".lock", ".conf", ".service", ".yaml"}  # readers create none of these
SHELL = re.compile(r"&&|\|\||[;|\n]")


def pieces(text):
    """The fenced blocks and code spans of a README. A span may be broken over two lines."""
    fences = [block for _, block in re.findall(r"^ *```(\w*)\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE)]
    spans = re.findall(r"`([^`]+)`", without_fences(text))
    return [*fences, *(" ".join(span.split()) for span in spans)]


def without_fences(text):
    return re.sub(r"^ *```.*?^ *```", "", text, flags=re.DOTALL | re.MULTILINE)


def slug(heading):
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def broken_links(text, folder):
    for target in re.findall(r"\]\(([^)\s]+)\)", without_fences(text)):
        if re.match(r"\w+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = folder / path if path else None
        if file and not file.exists():
            yield target
        elif anchor:
            there = text if file is None else file.read_text(encoding="utf-8")
            if anchor not in map(slug, re.findall(r"^#+ (.*)$", without_fences(there), re.MULTILINE)):
                yield target


def is_path(word):
    """Whether a word names a file or folder of the repository, not one on the reader's machine."""
    if not re.fullmatch(r"[\w.*-]+(/[\w.*-]+)*/?", word) or not re.search("[a-z]", word):
        return False
    return "/" in word or Path(word).suffix in OURS


def exists(word, folder):
    return any(next(base.glob(word.rstrip("/")), None) for base in (folder, ROOT))


def missing_paths(text, folder):
    for piece in pieces(text):
        for word in re.split(r"[\s,;()\"'=]+", piece):
            path = word.partition("::")[0]
            if is_path(path) and not exists(path, folder):
                yield word


def commands(text):
    """Every command line as words, without comments and other code."""
    for piece in pieces(text):
        for line in SHELL.split(piece):
            try:
                words = shlex.split(line, comments=True)
            except ValueError:  # a quotation mark in code of another language
                continue
            if words:
                yield words


def options_of(file):
    """The options a script declares by add_argument."""
    calls = (node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
    declared = (call.args for call in calls if getattr(call.func, "attr", "") == "add_argument")
    return {arg.value for args in declared for arg in args if isinstance(arg, ast.Constant)} | {"-h", "--help"}


def wrong_in_module(module, arguments):
    place = ROOT.joinpath(*module.split("."))
    file = next((file for file in (place.with_suffix(".py"), place / "__main__.py") if file.is_file()), None)
    if file is None:
        return [module]
    if module == "rnnlm":
        try:
            build_parser().parse_args(arguments)
        except SystemExit as end:
            return [" ".join(arguments)] if end.code else []
        return []
    return [word for word in arguments if word.startswith("--") and word.partition("=")[0] not in options_of(file)]


def markers():
    config = configparser.ConfigParser()
    config.read(ROOT / ".pytest.ini")
    return {line.partition(":")[0] for line in config["pytest"]["markers"].split("\n") if line}


def wrong_in_pytest(arguments, known):
    for before, word in zip(["", *arguments], arguments, strict=False):
        file, *names = word.split("::")
        if before == "-m":
            yield from set(re.findall(r"\w+", word)) - {"and", "or", "not"} - markers()
        elif before.startswith("-n") or before == "--dist":
            continue
        elif word.startswith("-"):
            yield from {word.partition("=")[0]} - known
        elif not (ROOT / file).exists():
            yield word
        else:
            tree = ast.parse((ROOT / file).read_text(encoding="utf-8")) if names else None
            defined = {node.name for node in ast.walk(tree) if hasattr(node, "name")} if names else set()
            yield from [word] if {name.partition("[")[0] for name in names} - defined else []


def wrong_commands(text, known):
    for words in commands(text):
        if "-m" in words[:-1] and Path(words[0]).name.startswith("python"):
            module, *arguments = words[words.index("-m") + 1 :]
            if module.split(".")[0] in ("rnnlm", "tests"):
                yield from wrong_in_module(module, arguments)
                continue
            words = [module, *arguments]
        if words[0] == "pytest":
            yield from wrong_in_pytest(words[1:], known)


def offenders(text, folder, known):
    return [*broken_links(text, folder), *missing_paths(text, folder), *wrong_commands(text, known)]


@pytest.fixture
def known(pytestconfig):
    """The options of pytest and its plugins."""
    parser = pytestconfig._parser
    groups = [*parser._groups, parser._anonymous]
    return {name for group in groups for option in group.options for name in option.names()}


def test_what_a_readme_names_exists(known):
    found = {str(file): offenders(file.read_text(encoding="utf-8"), file.parent, known) for file in READMES}
    assert {file: wrong for file, wrong in found.items() if wrong} == {}
    assert {"README.md", "assets/lessons/README.md"} < {file.relative_to(ROOT).as_posix() for file in READMES}


PLANTED = """
# A heading, and more
[a guide](../README.md), [a page](https://example.org/none), [here](#a-heading-and-more)
`nn/cell.py`, `tests/test_page_*.py`, `run.npz`, `/etc/none`, `lr == 0.1`, `16 / 4`
`pytest tests/test_readmes.py::test_what_a_readme_names_exists -m "full or not full"`, `pytest -n auto --dist worksteal`
```
python -m rnnlm train --save run.npz && python -m tests.load 16 16 --seconds 20  # python -m rnnlm fly
```
{}
"""
OFFENDERS = {
    "[a guide](nowhere.md)": ["nowhere.md"],
    "![a picture](nowhere.png)": ["nowhere.png"],
    "[there](#no-heading)": ["#no-heading"],
    "[there](../README.md#no-heading)": ["../README.md#no-heading"],
    "`nn/nowhere.py`": ["nn/nowhere.py"],
    "`nowhere.py`": ["nowhere.py"],
    "`assets/nowhere/`": ["assets/nowhere/"],
    "`test_nowhere_*.py`": ["test_nowhere_*.py"],
    "```\nstreamlit run nowhere.py\n```": ["nowhere.py"],
    "`python -m rnnlm fly`": ["fly"],
    "`python -m rnnlm train --fly 1`": ["train --fly 1"],
    "`python -m rnnlm train --preset\nworst`": ["train --preset worst"],
    "```\npip list && python -m rnnlm.nowhere  # a comment\n```": ["rnnlm.nowhere"],
    "`python -m tests.nowhere`": ["tests.nowhere"],
    "`python -m tests.load 16 16 --fly 1`": ["--fly"],
    "`pytest tests/test_nowhere.py`": ["tests/test_nowhere.py", "tests/test_nowhere.py"],
    "`pytest tests/test_readmes.py::test_nothing`": ["tests/test_readmes.py::test_nothing"],
    "`python -m pytest -m fast`": ["fast"],
    "`pytest --fly`": ["--fly"],
}


@pytest.mark.parametrize("planted", OFFENDERS)
def test_a_planted_offender_is_found(planted, known):
    assert offenders(PLANTED.format(planted), ROOT / "rnnlm", known) == [*OFFENDERS[planted]]


def test_what_exists_is_no_offender(known):
    assert offenders(PLANTED.format(""), ROOT / "rnnlm", known) == []
