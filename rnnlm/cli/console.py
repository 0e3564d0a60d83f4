"""What is printed, on whatever console there is."""

import contextlib
import os
import sys

from rnnlm.formats import visible


def open_console() -> None:
    """Let every character be printed: what the console's encoding lacks is written as an escape."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def is_terminal() -> bool:
    """Whether somebody reads along."""
    return sys.stdout is not None and sys.stdout.isatty()


def say(text: str, end: str = "\n", flush: bool = False) -> None:
    """Print to stdout; a terminal is shown control characters and does not obey them, a file gets them as they are."""
    print(visible(text) if is_terminal() else text, end=end, flush=flush or is_terminal())


def tell(sentence: str) -> None:
    """Print one sentence, in one line, to stderr; where nobody can be told any more, that is no error."""
    with contextlib.suppress(OSError):
        print("rnnlm: " + visible(sentence).replace("\n", "\\n"), file=sys.stderr)


def flush() -> None:
    """Print what is still to be printed; OSError if that cannot be."""
    print(end="", flush=True)


def close_console() -> None:
    """Print what can still be printed, and let the rest go: an error about it has been told."""
    try:
        flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
