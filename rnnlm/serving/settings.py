"""Read and check the settings of a server, which its operator sets as environment variables."""

import difflib
import math
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rnnlm.storage.npz import check_place

KEEP = 600.0  # seconds a visitor's data is kept after the connection was cut
MOST_KEEP = 1e6
MOST_WORKERS = 256
SWITCH = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
KNOWN = {"RNNLM_HOSTED", "RNNLM_KEEP", "RNNLM_STATUS", "RNNLM_STORE", "RNNLM_WORKERS"}
OF_THE_TESTS = {"RNNLM_SCREENSHOTS"}


@dataclass(frozen=True)
class Settings:
    """The operator's settings.

    hosted: whether the server is public.
    keep: how many seconds a visitor's data is kept after they leave.
    workers: the number of workers. If it is None, there is one worker per core.
    status: the file for the server's status; None if no status is written.
    store: the folder for visitors' data; None if the data stays in memory.
    """

    hosted: bool
    keep: float
    workers: int | None
    status: Path | None
    store: Path | None


def settings_here(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings from the environment. Raises ValueError if a setting is invalid. The paths are not checked."""
    for name in sorted(environ):
        if name.startswith("RNNLM_") and name not in KNOWN | OF_THE_TESTS:
            near = difflib.get_close_matches(name, sorted(KNOWN), 1, 0.8)
            raise ValueError(f"{name} is not a setting: {f'is {near[0]} meant?' if near else ', '.join(sorted(KNOWN))}")
    return Settings(
        _switch("RNNLM_HOSTED", environ.get("RNNLM_HOSTED")),
        _seconds("RNNLM_KEEP", environ.get("RNNLM_KEEP")),
        _count("RNNLM_WORKERS", environ.get("RNNLM_WORKERS")),
        _path("RNNLM_STATUS", environ.get("RNNLM_STATUS")),
        _path("RNNLM_STORE", environ.get("RNNLM_STORE")),
    )


def check_settings() -> None:
    """End the process with a message and status 2 if the server cannot run with its settings."""
    try:
        settings = settings_here()
        if settings.store is not None:
            check_private(settings.store)
        if settings.status is not None:
            check_status(settings.status)
    except ValueError as error:
        print(f"rnnlm: {error}", file=sys.stderr, flush=True)
        raise SystemExit(2) from error


def check_private(path: Path) -> None:
    """Create a folder that only this user can open, unless the folder exists already.

    Raises ValueError if the path is not a folder, if the folder is not writable, or if other users can open it.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        about = path.stat()
        os.listdir(path)
    except OSError as error:
        raise ValueError(f"RNNLM_STORE must be a folder, got {path}: {error.strerror}") from error
    if os.name == "posix" and (about.st_uid != os.geteuid() or about.st_mode & 0o077):
        raise ValueError(f"RNNLM_STORE must be a folder that only this user can open (chmod 700), got {path}")
    if not os.access(path, os.W_OK | os.X_OK):
        raise ValueError(f"RNNLM_STORE must be a folder that can be written to, got {path}")


def check_status(path: Path) -> None:
    """Raise ValueError if the status cannot be written to this file."""
    try:
        check_place(path)
    except ValueError as error:
        raise ValueError(f"RNNLM_STATUS must be a file that can be written: {error}") from error


def _switch(name: str, value: str | None) -> bool:
    if value is None:
        return False
    if value.strip().lower() not in SWITCH:
        raise ValueError(f"{name} must be one of {', '.join(SWITCH)}, got {value!r}")
    return SWITCH[value.strip().lower()]


def _seconds(name: str, value: str | None) -> float:
    try:
        seconds = KEEP if value is None else float(value)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds <= MOST_KEEP:
        raise ValueError(f"{name} must be a number of seconds above 0, at most {MOST_KEEP:,.0f}, got {value!r}")
    return seconds


def _count(name: str, value: str | None) -> int | None:
    if value is None:
        return None
    if not (value.isascii() and value.isdecimal() and len(value) < 10 and int(value) <= MOST_WORKERS):
        raise ValueError(f"{name} must be a whole number from 0 to {MOST_WORKERS}, got {value!r}")
    return int(value)


def _path(name: str, value: str | None) -> Path | None:
    if value is None:
        return None
    if not value.strip():
        raise ValueError(f"{name} must be a path, got {value!r}: leave it unset if you want none")
    try:
        return Path(value).expanduser().absolute()
    except RuntimeError as error:
        raise ValueError(f"{name} must be a path, got {value!r}: there is no such home folder") from error
