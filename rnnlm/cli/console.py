"""What is printed, on whatever console there is."""

import contextlib
import os
import sys

from rnnlm.formats import visible

LONGEST = 1000  # characters of a sentence


def open_console() -> None:
    """Let every character be printed: what the console's encoding lacks is written as an escape."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def is_terminal() -> bool:
    """Whether somebody reads along."""
    return sys.stdout is not None and sys.stdout.isatty()


def say(text: str, end: str = "\n", flush: bool = False, raw: bool = False) -> None:
    """Print to stdout; control characters are written out, not obeyed by any terminal behind a pipe, unless raw."""
    print(text if raw else visible(text), end=end, flush=flush or is_terminal())


def tell(sentence: str) -> None:
    """Print one sentence, in one line, to stderr; where nobody can be told any more, that is no error."""
    with contextlib.suppress(OSError):
        print("rnnlm: " + in_one_line(sentence), file=sys.stderr)


def in_one_line(sentence: str) -> str:
    """A sentence without what a terminal would obey; one about something very long keeps its beginning and its end."""
    line = visible(sentence).replace("\n", "\\n")
    return line if len(line) <= LONGEST else f"{line[: LONGEST // 2]} … {line[-LONGEST // 2 :]}"


def flush() -> None:
    """Print what is still to be printed; OSError if that cannot be."""
    print(end="", flush=True)


def close_console() -> None:
    """Print what can still be printed, and let the rest go: an error about it has been told."""
    try:
        flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
