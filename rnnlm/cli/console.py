"""Print text so that any console can show it."""

import contextlib
import os
import sys

from rnnlm.formats import visible

LONGEST = 1000  # characters of a printed sentence


def open_console() -> None:
    """Let stdout and stderr accept every character. Characters that their encoding lacks are written as escapes."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def say(text: str, end: str = "\n", flush: bool = False, raw: bool = False) -> None:
    """Print to stdout. Unless `raw` is set, control characters are printed as harmless escapes."""
    print(text if raw else visible(text), end=end, flush=flush or (sys.stdout is not None and sys.stdout.isatty()))


def tell(sentence: str) -> None:
    """Print a sentence on one line of stderr. An OSError, for example because stderr is closed, is ignored."""
    with contextlib.suppress(OSError):
        print("rnnlm: " + in_one_line(sentence), file=sys.stderr)


def in_one_line(sentence: str) -> str:
    """Return a sentence as one line, without control characters. A very long sentence is shortened in the middle."""
    line = visible(sentence).replace("\n", "\\n")
    return line if len(line) <= LONGEST else f"{line[: LONGEST // 2]} … {line[-LONGEST // 2 :]}"


def flush() -> None:
    """Flush stdout. Raises OSError if that fails."""
    print(end="", flush=True)


def close_console() -> None:
    """Flush stdout before the program ends. Errors are ignored, because the exit status is already decided."""
    try:
        flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
