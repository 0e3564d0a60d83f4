"""How the package is cut: imports go one way, and every public name says what it is."""

import ast
import re
import subprocess
import sys
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


ROOMS = {  # a folder, and the folders it may import; all may import what lies at the root
    "data": (),
    "nn": (),
    "inference": ("data", "nn"),
    "training": ("data", "nn", "inference"),
    "storage": ("data", "nn", "inference", "training"),
    "serving": ("data", "nn", "inference", "training", "storage"),
    "lessons": ("data", "inference"),
    "cli": ("data", "nn", "inference", "training", "storage", "serving", "lessons"),
    "ui": ("data", "nn", "inference", "training", "storage", "serving", "lessons"),
}
BELOW_ALL = ("options", "experiment", "screen", "formats")
DOORS = ("rnnlm", "rnnlm.__main__")


def room(module):
    """The folder a module of the package lies in, or nothing at the root."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[1] in ROOMS else ""


def test_every_folder_of_the_package_is_a_room_and_few_files_lie_outside():
    assert {folder.name for folder in PACKAGE.iterdir() if (folder / "__init__.py").exists()} == set(ROOMS)
    assert len(list(PACKAGE.glob("*.py"))) <= 8


@EACH_MODULE
def test_imports_go_one_way_from_folder_to_folder(module):
    inner = {name for name in IMPORTS[module] if name.split(".")[0] == "rnnlm"}
    if module in DOORS or module == "streamlit_app":
        return
    if not room(module):
        assert module.removeprefix("rnnlm.") in BELOW_ALL
        assert not {room(name) for name in inner} - {""}
    else:
        assert {room(name) for name in inner} <= {"", room(module), *ROOMS[room(module)]}
    assert not inner & set(DOORS)


@pytest.mark.parametrize("folder", ["", *ROOMS])
def test_each_folder_says_what_lives_there_what_it_may_import_and_in_which_order_to_read(folder):
    told = ast.get_docstring(TREES[PACKAGE / folder / "__init__.py"])
    assert "Reading order:" in told
    if folder:
        assert "May import:" in told
        files = {file.stem for file in (PACKAGE / folder).glob("*.py")} - {"__init__"}
        assert [name for name in sorted(files) if not re.search(rf"\b{name}\b", told)] == []


@EACH_MODULE
def test_only_the_page_knows_streamlit_and_only_charts_know_altair(module):
    if not in_ui(module):
        assert not {"streamlit", "altair", "pandas"} & packages(module)
    if module.startswith("rnnlm.ui.charts"):
        assert "streamlit" not in packages(module)
    elif in_ui(module):
        assert "altair" not in packages(module)


@EACH_MODULE
def test_the_package_imports_no_tests_and_no_other_framework(module):
    assert not {"tests", "torch", "jax"} & packages(module)


def test_importing_the_package_changes_nothing_in_the_process():
    code = (
        "import threading, numpy, threadpoolctl\n"
        "before = threadpoolctl.threadpool_info()\n"
        "import rnnlm, rnnlm.cli.parser, rnnlm.serving.engine\n"
        "assert threadpoolctl.threadpool_info() == before\n"
        "assert threading.active_count() == 1\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=PACKAGE.parent, check=True)


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


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_a_file_is_read_in_one_sitting(file):
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 300


KEPT_IN_A_MODULE = {  # what functions change of what stands at the top of a module, and why it is nobody's own
    ("rnnlm.ui.clock", "_panels"): "the decorators of panels fill it while their modules are imported",
    ("rnnlm.ui.clock", "_awaited"): "and so does the one of work beside the run",
    ("rnnlm.nn.kernels.threads", "_allowed"): "whether a second thread may help; results are the same",
    ("rnnlm.cli.cores", "_done"): "a process that runs a sweep has one master, and knows how far it is",
    ("rnnlm.cli.cores", "_stopped"): "and whether it is told to stop",
}
WRITES = {"append", "add", "update", "setdefault", "pop", "popitem", "clear", "extend", "insert", "remove", "discard"}
WRITES |= {"appendleft", "popleft", "sort", "reverse", "put"}


def made_at_the_top(tree):
    """The names that a module binds at its top, but for functions, classes and imports."""
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        yield from (name.id for target in targets if target for name in ast.walk(target) if isinstance(name, ast.Name))


def written_to(tree):
    """The names of what functions write to: what they append to, change an item of, or declare global."""
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.Lambda)):
        own = {arg.arg for arg in ast.walk(function) if isinstance(arg, ast.arg)}
        names = [name for name in ast.walk(function) if isinstance(name, ast.Name)]
        own |= {name.id for name in names if isinstance(name.ctx, ast.Store)}
        for node in ast.walk(function):
            if isinstance(node, ast.Global):
                yield from node.names
                continue
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
                target = node.func.value
            elif isinstance(node, ast.Subscript | ast.Attribute) and not isinstance(node.ctx, ast.Load):
                target = node.value
            else:
                continue
            name = dotted(target).split(".")
            if name[0] and name[0] not in own:
                yield name[0]


@EACH_MODULE
def test_no_module_holds_what_changes_so_nobody_finds_there_what_another_left(module):
    tree = MODULES[module]
    inner = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module.startswith("rnnlm")]
    others = {alias.asname or alias.name for node in inner for alias in node.names}
    shared = set(written_to(tree)) & ({*made_at_the_top(tree)} | others)
    assert {name for name in shared if (module, name) not in KEPT_IN_A_MODULE} == set()


TELLS_THE_DATE = {  # the clock on the wall may be set back; what measures time by it says why
    "rnnlm.serving.status": "an operator reads when it was written",
    "rnnlm.cli.status": "and how long ago that was",
    "rnnlm.serving.folder": "the times of files are those of that clock, and one that is ahead is set right",
}


@EACH_MODULE
def test_time_is_measured_by_a_clock_that_nobody_sets_back(module):
    calls = {dotted(node) for node in ast.walk(MODULES[module]) if isinstance(node, ast.Attribute)}
    dates = calls & {"time.time", "time.time_ns", "datetime.now", "datetime.datetime.now", "date.today"}
    assert not dates or module in TELLS_THE_DATE
