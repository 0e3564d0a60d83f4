"""The scripts of components: combined files do not define the same names."""

import ast
import re
from collections import Counter

from rnnlm.ui.style import ASSETS
from tests.page import ROOT

NAME = re.compile(r"^(?:export default )?(?:async )?(?:function|class|const|let) (\w+)", re.MULTILINE)


def is_named(node):
    return isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)


def put_together():
    """The names of the files of each component's script."""
    for file in sorted((ROOT / "rnnlm" / "ui").rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        lists = {it.targets[0].id: it.value for it in tree.body if is_named(it)}
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            if ast.unparse(call.func) == "style.component":
                yield ("parts.js", *(ast.literal_eval(name) for name in call.args[2:]))
            if ast.unparse(call.func) == "style.script":
                (first,) = call.args if isinstance(call.args[0], ast.Starred) else (ast.Tuple(call.args, ast.Load()),)
                names = lists[first.value.id] if isinstance(first, ast.Starred) else first
                yield ("parts.js", *ast.literal_eval(names))


def test_no_name_is_given_twice_in_a_script():
    scripts = set(put_together())
    assert len(scripts) > 8
    for files in scripts:
        names = Counter(name for file in files for name in NAME.findall((ASSETS / file).read_text(encoding="utf-8")))
        assert [name for name, times in names.items() if times > 1] == [], files
