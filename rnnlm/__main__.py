"""The command line: python -m rnnlm train | evaluate | generate | export | bench."""

import os
import sys

from rnnlm.cli.parser import build_parser
from rnnlm.nn.kernels.threads import one_blas_thread


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    one_blas_thread()
    options = build_parser().parse_args(arguments)
    try:
        return options.command(options)
    except (ValueError, OSError) as error:
        if isinstance(error, BrokenPipeError):  # the reader, `head` say, has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        print(f"rnnlm: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
