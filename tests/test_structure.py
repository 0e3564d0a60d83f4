"""How the package is cut: imports go one way, and every public name says what it is."""

import ast
import re
from pathlib import Path

import pytest

import rnnlm

PACKAGE = Path(__file__).parents[1] / "rnnlm"
PAGE = PACKAGE.parent / "streamlit_app.py"
FILES = sorted(PACKAGE.rglob("*.py"))
TREES = {file: ast.parse(file.read_text(encoding="utf-8")) for file in [*FILES, *([PAGE] if PAGE.exists() else [])]}


def module_name(file):
    parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(file): tree for file, tree in TREES.items()}


def imported(module, tree):
    """The full name of every module a module imports, wherever in it the import stands."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively; name the module in full"
            inner = {f"{node.module}.{alias.name}" for alias in node.names} & set(MODULES)
            names |= inner or {node.module}
    return names


IMPORTS = {module: imported(module, tree) for module, tree in MODULES.items()}
EACH_MODULE = pytest.mark.parametrize("module", MODULES)


def packages(module):
    """The first part of every name a module imports: numpy of numpy.linalg."""
    return {name.split(".")[0] for name in IMPORTS[module]}


def in_ui(module):
    return module == "streamlit_app" or module.startswith("rnnlm.ui")


def test_the_modules_of_the_core_are_all_looked_at():
    core = "batches checkpoint corpus experiment grammar layers model optimizer options perplexity sampling trainer"
    assert {f"rnnlm.{name}" for name in core.split()} <= set(MODULES)


@EACH_MODULE
def test_only_the_page_knows_streamlit_and_only_charts_know_altair(module):
    if not in_ui(module):
        assert "streamlit" not in packages(module)
        if module != "rnnlm.charts":
            assert not {"altair", "pandas"} & packages(module)


@EACH_MODULE
def test_only_the_page_imports_the_page(module):
    if not in_ui(module):
        assert not [name for name in IMPORTS[module] if in_ui(name)]


def test_the_layers_need_numpy_memory_and_threads_alone():
    assert IMPORTS["rnnlm.layers"] == {"numpy", "rnnlm.memory", "rnnlm.threads"}


def test_what_stands_around_the_layers_needs_little_more():
    assert IMPORTS["rnnlm.dropout"] == {"numpy", "rnnlm.memory"}
    assert IMPORTS["rnnlm.sampled"] == {"math", "numpy", "rnnlm.layers", "rnnlm.memory", "rnnlm.threads"}


def test_the_network_knows_its_layers_and_their_memory_alone():
    inner = {name for name in IMPORTS["rnnlm.model"] if name.startswith("rnnlm")}
    assert inner == {"rnnlm.dropout", "rnnlm.layers", "rnnlm.memory", "rnnlm.sampled"}


def test_no_module_imports_itself_by_way_of_others():
    def reachable(module):
        seen, ahead = set(), [module]
        while ahead:
            for name in IMPORTS.get(ahead.pop(), ()):
                if name not in seen:
                    seen.add(name)
                    ahead.append(name)
        return seen

    assert [module for module in MODULES if module in reachable(module)] == []


def dotted(node):
    """a.b.c of an attribute, or nothing where it is no plain name."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


@EACH_MODULE
def test_random_numbers_come_from_a_generator_never_from_the_global_one(module):
    allowed = {"Generator", "RandomState", "default_rng"}
    used = {dotted(node) for node in ast.walk(MODULES[module]) if isinstance(node, ast.Attribute)}
    globals_used = {
        name for name in used if name.startswith(("np.random.", "numpy.random.")) and name.split(".")[2] not in allowed
    }
    assert globals_used == set()
    assert "random" not in IMPORTS[module]
    assert "numpy.random" not in IMPORTS[module]


@EACH_MODULE
def test_nothing_is_pickled(module):
    assert not {"pickle", "cPickle", "dill", "joblib", "shelve", "marshal"} & packages(module)
    for node in ast.walk(MODULES[module]):
        if isinstance(node, ast.keyword) and node.arg == "allow_pickle":
            assert isinstance(node.value, ast.Constant)
            assert node.value.value is False
        if isinstance(node, ast.Call) and dotted(node.func) in ("np.load", "numpy.load"):
            assert "allow_pickle" in {keyword.arg for keyword in node.keywords}


def public_definitions(body, owner=""):
    """(name, node) of the functions and classes of a module, and of the methods of its classes."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield owner + node.name, node
            if isinstance(node, ast.ClassDef):
                yield from public_definitions(node.body, f"{node.name}.")


@EACH_MODULE
def test_everything_public_says_what_it_is(module):
    tree = MODULES[module]
    assert ast.get_docstring(tree)
    assert [name for name, node in public_definitions(tree.body) if not ast.get_docstring(node)] == []


def test_every_name_the_package_offers_is_there():
    assert [name for name in rnnlm.__all__ if not hasattr(rnnlm, name)] == []
    assert len(set(rnnlm.__all__)) == len(rnnlm.__all__)


def test_the_readme_tells_how_long_the_files_are():
    readme = (PACKAGE.parent / "README.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"\| \[(rnnlm/\S+)\]\(\S+\) \| (\d+) \|", readme))
    lines = {str(f.relative_to(PACKAGE.parent)): len(f.read_text(encoding="utf-8").splitlines()) for f in FILES}
    lines = {name: count for name, count in lines.items() if not name.endswith("__init__.py")}
    assert told.keys() == lines.keys()
    for name, count in lines.items():
        assert int(told[name]) == pytest.approx(count, rel=0.1), name
