"""Printing, on any console."""

import contextlib
import os
import sys

from rnnlm.formats import visible

LONGEST = 1000  # characters of a sentence


def open_console() -> None:
    """Make every character printable: those that the console's encoding lacks are written as escapes."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def is_terminal() -> bool:
    """Whether stdout is a terminal."""
    return sys.stdout is not None and sys.stdout.isatty()


def say(text: str, end: str = "\n", flush: bool = False, raw: bool = False) -> None:
    """Print to stdout. Control characters are escaped, so that no terminal behind a pipe obeys them, unless `raw`."""
    print(text if raw else visible(text), end=end, flush=flush or is_terminal())


def tell(sentence: str) -> None:
    """Print one sentence, in one line, to stderr. A closed stderr is not an error."""
    with contextlib.suppress(OSError):
        print("rnnlm: " + in_one_line(sentence), file=sys.stderr)


def in_one_line(sentence: str) -> str:
    """A sentence without control characters; a very long one keeps only its beginning and its end."""
    line = visible(sentence).replace("\n", "\\n")
    return line if len(line) <= LONGEST else f"{line[: LONGEST // 2]} … {line[-LONGEST // 2 :]}"


def flush() -> None:
    """Flush stdout; OSError if that fails."""
    print(end="", flush=True)


def close_console() -> None:
    """Print what can still be printed and ignore errors, which have already been reported."""
    try:
        flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
