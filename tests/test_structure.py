"""Structure of the package: imports go one way, and public names outside the page have docstrings."""

import ast
import subprocess
import sys
import warnings
from pathlib import Path

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
    """The full names of all modules that a module imports anywhere."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            inner = {f"{node.module}.{alias.name}" for alias in node.names} & set(MODULES)
            names |= inner or {node.module}
    return names


def packages(module, tree):
    """The first part of every name a module imports: numpy of numpy.linalg."""
    return {name.split(".")[0] for name in imported(module, tree)}


def offenders(rule):
    """Violations of a rule by module. A rule takes a module's name and tree and returns its violations."""
    return {module: wrong for module, tree in MODULES.items() if (wrong := sorted(map(str, rule(module, tree))))}


def finds(rule, source, module="rnnlm.nn.planted"):
    """Whether a rule notices a planted violation: a module with this source."""
    return bool(list(rule(module, ast.parse(source))))


def in_ui(module):
    return module == "streamlit_app" or module.startswith("rnnlm.ui")


ROOMS = {  # a folder, and the folders it may import; all may import the modules at the root
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
BELOW_ALL = ("errors", "catalogues", "options", "experiment", "screen", "formats")
SITTING = 300  # lines of a file that can be read in one sitting
DOORS = ("rnnlm", "rnnlm.__main__")


def room(module):
    """The folder of a module of the package, or an empty text at the root."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[1] in ROOMS else ""


def test_every_folder_of_the_package_is_a_room_and_few_files_lie_outside():
    assert {folder.name for folder in PACKAGE.iterdir() if (folder / "__init__.py").exists()} == set(ROOMS)
    assert len(list(PACKAGE.glob("*.py"))) <= 8


def against_the_way(module, tree):
    inner = {name for name in imported(module, tree) if name.split(".")[0] == "rnnlm"}
    if module in DOORS or module == "streamlit_app":
        return set()
    if not room(module):
        outside = set() if module.removeprefix("rnnlm.") in BELOW_ALL else {f"{module} lies at the root"}
        return outside | {name for name in inner if room(name) or name in DOORS}
    may = {"", room(module), *ROOMS[room(module)]}
    return {name for name in inner if room(name) not in may or name in DOORS}


def test_imports_go_one_way_from_folder_to_folder():
    assert offenders(against_the_way) == {}
    assert finds(against_the_way, "def f():\n    from rnnlm.training.trainer import Trainer")
    assert finds(against_the_way, "import rnnlm")
    assert finds(against_the_way, "import rnnlm.nn.layers", "rnnlm.options")
    assert finds(against_the_way, "", "rnnlm.helpers")
    assert not finds(against_the_way, "import rnnlm.nn.layers\nimport rnnlm.options")


def unsaid_of_a_folder(folder, told, names):
    """The parts that a folder's docstring lacks: its modules in backticks, its allowed imports, the reading order."""
    marks = ("Reading order:", "May import:") if folder else ("Reading order:",)
    return [part for part in marks if part not in told] + [
        name for name in sorted(names) if folder and f"`{name}`" not in told
    ]


def test_each_folder_says_what_lives_there_what_it_may_import_and_in_which_order_to_read():
    found = {}
    for init in sorted(PACKAGE.rglob("__init__.py")):
        folder = str(init.parent.relative_to(PACKAGE)).removeprefix(".")
        told = ast.get_docstring(TREES[init])
        names = {file.stem for file in init.parent.glob("*.py")} - {"__init__"}
        found[folder] = unsaid_of_a_folder(folder, told, names)
    assert {folder: unsaid for folder, unsaid in found.items() if unsaid} == {}
    planted = unsaid_of_a_folder("nn", "Layers, but not net, are in `layers`.", {"layers", "lay", "net"})
    assert planted == ["Reading order:", "May import:", "lay", "net"]
    assert unsaid_of_a_folder("", "Numbers.", {"options"}) == ["Reading order:"]


def relative(_, tree):
    return [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level]


def test_a_module_is_imported_by_its_full_name():
    assert offenders(relative) == {}
    assert finds(relative, "from . import layers")
    assert finds(relative, "def f():\n    from ..options import table")


def of_another_room(module, tree):
    """Imports of Streamlit and Altair where they are not allowed."""
    foreign = {"streamlit", "altair", "pandas"}
    if module.startswith("rnnlm.ui.charts"):
        foreign = {"streamlit"}
    elif in_ui(module):
        foreign = {"altair"}
    return foreign & packages(module, tree)


def test_only_the_page_knows_streamlit_and_only_charts_know_altair():
    assert offenders(of_another_room) == {}
    for source in ("import streamlit", "import altair as alt", "from pandas import DataFrame"):
        assert finds(of_another_room, source)
    assert finds(of_another_room, "import streamlit.components", "rnnlm.ui.charts.planted")
    assert finds(of_another_room, "import altair", "rnnlm.ui.planted")
    assert not finds(of_another_room, "import streamlit", "rnnlm.ui.planted")


def of_tests_or_frameworks(module, tree):
    return {"tests", "torch", "jax"} & packages(module, tree)


def test_the_package_imports_no_tests_and_no_other_framework():
    assert offenders(of_tests_or_frameworks) == {}
    for source in ("import tests.page", "from torch import nn", "def f():\n    import jax.numpy"):
        assert finds(of_tests_or_frameworks, source)


def test_importing_the_package_changes_nothing_in_the_process():
    code = (
        "import threading, numpy, threadpoolctl\n"
        "before = threadpoolctl.threadpool_info()\n"
        "import rnnlm, rnnlm.cli.parser, rnnlm.serving.engine.engine\n"
        "assert threadpoolctl.threadpool_info() == before\n"
        "assert threading.active_count() == 1\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=PACKAGE.parent, check=True)


def in_circles(imports):
    """The modules in import cycles."""

    def reachable(module):
        seen, ahead = set(), [module]
        while ahead:
            for name in imports.get(ahead.pop(), ()):
                if name not in seen:
                    seen.add(name)
                    ahead.append(name)
        return seen

    return [module for module in imports if module in reachable(module)]


def test_no_module_imports_itself_by_way_of_others():
    assert in_circles({module: imported(module, tree) for module, tree in MODULES.items()}) == []
    assert in_circles({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"a"}}) == ["b", "c"]


def dotted(node):
    """a.b.c of an attribute, or an empty text if it is not a plain name."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def without_a_generator(module, tree):
    allowed = {"Generator", "RandomState", "default_rng"}
    used = {dotted(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    yield from (
        name for name in used if name.startswith(("np.random.", "numpy.random.")) and name.split(".")[2] not in allowed
    )
    yield from {"random", "numpy.random"} & imported(module, tree)


def test_random_numbers_never_come_from_the_global_generator():
    assert offenders(without_a_generator) == {}
    for source in ("np.random.rand(3)", "numpy.random.seed(0)", "import random", "from numpy.random import rand"):
        assert finds(without_a_generator, source)
    assert not finds(without_a_generator, "rng = np.random.default_rng(0)")


def pickled(module, tree):
    yield from {"pickle", "cPickle", "dill", "joblib", "shelve", "marshal"} & packages(module, tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "allow_pickle" and ast.unparse(node.value) != "False":
            yield f"line {node.value.lineno}: allow_pickle is not False"
        loads = isinstance(node, ast.Call) and dotted(node.func) in ("np.load", "numpy.load")
        if loads and "allow_pickle" not in {keyword.arg for keyword in node.keywords}:
            yield f"line {node.lineno}: np.load says nothing of allow_pickle"


def test_nothing_is_pickled():
    assert offenders(pickled) == {}
    for source in ("import pickle", "from joblib import dump", "np.load(file)", "f(allow_pickle=True)"):
        assert finds(pickled, source)
    assert finds(pickled, "numpy.load(file, allow_pickle=given)")
    assert not finds(pickled, "np.load(file, allow_pickle=False)")


def telling_panels(module, tree):
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and dotted(node.func) == "st.popover"]
    return [call.lineno for call in calls if "on_change" in {keyword.arg for keyword in call.keywords}]


def test_no_panel_tells_the_server_that_it_opens_or_closes():
    """A click outside closes a panel. The message about it would meet the message of that click on the server."""
    assert offenders(telling_panels) == {}
    assert finds(telling_panels, 'st.popover("About", on_change="rerun")')
    assert not finds(telling_panels, 'st.popover("About")')


def without_a_docstring(module, tree):
    """Modules, public classes and, outside rnnlm/ui, public functions; a small function of the page explains itself."""
    kinds = ast.ClassDef if in_ui(module) else ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    public = [(node.name, node) for node in tree.body if isinstance(node, kinds) and not node.name.startswith("_")]
    return [name for name, node in [(module, tree), *public] if not ast.get_docstring(node)]


def test_modules_public_classes_and_public_functions_outside_ui_have_a_docstring():
    assert offenders(without_a_docstring) == {}
    planted = ast.parse("class A:\n    def b(self): ...\nclass _B: ...\ndef c(): ...\ndef _d(): ...")
    assert without_a_docstring("rnnlm.nn.planted", planted) == ["rnnlm.nn.planted", "A", "c"]
    assert without_a_docstring("rnnlm.ui.planted", planted) == ["rnnlm.ui.planted", "A"]


def test_every_name_the_package_offers_is_there():
    assert [name for name in rnnlm.__all__ if not hasattr(rnnlm, name)] == []
    assert len(set(rnnlm.__all__)) == len(rnnlm.__all__)


def too_long(lengths):
    """The files that are too long: look for two ideas in one, do not cut at a line."""
    return {name: length for name, length in lengths.items() if length > SITTING}


def test_a_file_that_takes_more_than_one_sitting_is_warned_of():
    lengths = {str(file.relative_to(PACKAGE)): len(file.read_text(encoding="utf-8").splitlines()) for file in FILES}
    if longer := too_long(lengths):
        warnings.warn(f"more than {SITTING} lines: {longer}", stacklevel=1)
    assert too_long({"long.py": SITTING + 1, "short.py": SITTING}) == {"long.py": SITTING + 1}


KEPT_IN_A_MODULE = {  # module-level state that functions change, and why it belongs to no single visitor
    ("rnnlm.ui.state.clock", "_panels"): "the decorators of panels fill it while their modules are imported",
    ("rnnlm.ui.state.clock", "_awaited"): "and so does the one of work beside the run",
    ("rnnlm.nn.kernels.threads", "_allowed"): "whether a second thread may help; results are the same",
    ("rnnlm.cli.cores", "_done"): "a process that runs a sweep has one master, and knows how far it is",
    ("rnnlm.cli.cores", "_stopped"): "and whether it is told to stop",
}
WRITES = {"append", "add", "update", "setdefault", "pop", "popitem", "clear", "extend", "insert", "remove", "discard"}
WRITES |= {"appendleft", "popleft", "sort", "reverse", "put"}


def made_at_the_top(tree):
    """The names that a module binds at the top level, except functions, classes and imports."""
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        yield from (name.id for target in targets if target for name in ast.walk(target) if isinstance(name, ast.Name))


def written_to(tree):
    """The names that functions change: by appending, setting an item, or declaring global."""
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


def kept_in_a_module(module, tree):
    inner = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module.startswith("rnnlm")]
    others = {alias.asname or alias.name for node in inner for alias in node.names}
    shared = set(written_to(tree)) & ({*made_at_the_top(tree)} | others)
    return {name for name in shared if (module, name) not in KEPT_IN_A_MODULE}


def test_modules_have_no_mutable_state_that_visitors_could_share():
    assert offenders(kept_in_a_module) == {}
    for change in ("found.append(1)", "found[0] = 1", "found.of = 1", "global found; found = 1"):
        assert finds(kept_in_a_module, f"found = []\ndef f():\n    {change}")
    assert finds(kept_in_a_module, "from rnnlm.ui.state.clock import panels\ndef f():\n    panels.clear()")
    assert not finds(kept_in_a_module, "found = []\ndef f():\n    found = []\n    found.append(1)")


TELLS_THE_DATE = {  # wall clocks may be set back; code that uses one says why
    "rnnlm.serving.visitors.status": "an operator reads when it was written",
    "rnnlm.cli.status": "and how long ago that was",
    "rnnlm.serving.visitors.folder": "the times of files are those of that clock, and one that is ahead is set right",
}


def by_the_wall(module, tree):
    calls = {dotted(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    dates = {"time.time", "time.time_ns", "datetime.now", "datetime.datetime.now", "date.today"}
    return calls & dates if module not in TELLS_THE_DATE else set()


def test_time_is_measured_by_a_clock_that_is_never_set_back():
    assert offenders(by_the_wall) == {}
    for source in ("time.time()", "start = time.time_ns()", "datetime.datetime.now()", "date.today()"):
        assert finds(by_the_wall, source)
    assert not finds(by_the_wall, "time.monotonic()")
