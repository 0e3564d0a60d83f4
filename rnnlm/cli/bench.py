"""The command that starts the benchmark. The benchmark itself is in the tests folder, not in the package."""

import argparse
import os
import signal
import subprocess
import sys
from pathlib import Path

from rnnlm.cli.places import check_free

ROOT = Path(__file__).parents[2]


def bench(options: argparse.Namespace) -> int:
    """Run the benchmark `python -m tests.benchmarks.step` with the options of this command.

    Raises ValueError if the benchmark is missing, or if the number of rounds is below 1.
    """
    if options.rounds < 1:
        raise ValueError(f"rounds must be at least 1, got {options.rounds}")
    if not (ROOT / "tests" / "benchmarks" / "step.py").exists():
        raise ValueError("the benchmark is in tests/benchmarks of the project's folder, which is missing here")
    if options.json:
        check_free(options.json, options.overwrite)
    command = [sys.executable, "-m", "tests.benchmarks.step", "--rounds", str(options.rounds)]
    command += [f"--{name}" for name in ("scaling", "epoch") if getattr(options, name)]
    command += ["--json", str(options.json.absolute())] if options.json else []
    return _run(command)


def _run(command: list[str]) -> int:
    """Run a command and return its exit status.

    Ctrl-C does not reach the command directly, so on Ctrl-C this function ends the command and its child processes.
    """
    process = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
    try:
        return process.wait()
    except KeyboardInterrupt:
        os.killpg(process.pid, signal.SIGTERM) if hasattr(os, "killpg") else process.terminate()
        process.wait()
        raise
