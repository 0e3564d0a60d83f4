"""Find the line number of each key in a TOML text, because tomllib does not report line numbers."""

import re
from collections import defaultdict

DEEPEST = 8  # depth to which lines of keys are recorded; the keys of a lesson have at most four parts
TOKEN = re.compile(
    r'(?P<string>"""(?:\\.|[^\\])*?""""{0,2}|\'\'\'.*?\'\'\'\'{0,2}|"(?:\\.|[^"\\])*"|\'[^\']*\')'
    r"|(?P<space>[ \t\r]+|#[^\n]*)|(?P<end>\n)|(?P<mark>[\[\]{}=,.])|(?P<bare>[^\s\[\]{}=,.\"'#]+)",
    re.DOTALL,
)
Place = tuple[str | int, ...]


def lines_of(text: str) -> dict[Place, int]:
    """Return the line number (counted from 1) of every key, table and element in a text that tomllib has parsed.

    A place is a tuple of keys and positions, such as ("steps", 2, "do", "label"). If a table is written in several
    pieces, its line number is that of the first piece.
    """
    return _Scan(text).lines


class _Scan:
    def __init__(self, text: str):
        self.tokens, line = [], 1
        for token in TOKEN.finditer(text):
            if token.lastgroup != "space":
                self.tokens.append((token.lastgroup, token[0], line))
            line += token[0].count("\n")
        self.tokens.append(("end", "\n", line))
        self.i, self.lines, self.lengths = 0, {}, defaultdict(int)
        table = ()
        while self.i < len(self.tokens):
            table = self.statement(table)

    def peek(self) -> str:
        kind, text, _ = self.tokens[self.i]
        return text if kind != "string" else ""

    def take(self, *marks: str) -> bool:
        found = self.peek() in marks
        self.i += found
        return found

    def statement(self, table: Place) -> Place:
        """Read the head of a table, or a key and its value. Returns the table that the next line belongs to."""
        if self.take("\n"):
            return table
        if not self.take("["):
            self.pair(table)
            return table
        is_element, line = self.take("["), self.tokens[self.i][2]
        path = self.keys((), line)
        if is_element:
            self.lengths[path] += 1
            path = self.latest(path)
            self.lines[path] = line
        while self.take("]"):
            pass
        return path

    def latest(self, path: Place) -> Place:
        # a path to an array of tables means the array's last element
        return (*path, self.lengths[path] - 1) if path in self.lengths else path

    def keys(self, path: Place, line: int) -> Place:
        """Read keys separated by dots, record the line of each, and return `path` extended by these keys."""
        while True:
            kind, text, _ = self.tokens[self.i]
            self.i += 1
            if len(path) < DEEPEST:
                path = (*self.latest(path), _plain(text) if kind == "string" else text)
                self.lines.setdefault(path, line)
            if not self.take("."):
                return path

    def pair(self, table: Place) -> None:
        path = self.keys(table, self.tokens[self.i][2])
        self.take("=")
        self.value(path)

    def value(self, path: Place) -> None:
        """Skip a value. In arrays and inline tables, record the line number of each key."""
        if self.take("["):
            place = 0
            while not self.take("]"):
                if not self.take("\n", ","):
                    if len(path) < DEEPEST:
                        self.lines[(*path, place)] = self.tokens[self.i][2]
                    self.value((*path, place))
                    place += 1
        elif self.take("{"):
            while not self.take("}"):
                if not self.take("\n", ","):
                    self.pair(path)
        else:
            while self.peek() not in ("\n", ",", "]", "}"):
                self.i += 1


def _plain(quoted: str) -> str:
    return quoted[1:-1]
