"""The command line: python -m rnnlm train | sweep | evaluate | generate | export | lessons | status | bench."""

import signal
import sys

from rnnlm.cli.console import close_console, flush, open_console, tell
from rnnlm.cli.parser import build_parser
from rnnlm.nn.kernels.threads import one_blas_thread


def main(arguments: list[str] | None = None) -> int:
    """Run the command in the arguments (default: the arguments of the process), and return the exit status."""
    open_console()
    one_blas_thread()
    options = build_parser().parse_args(arguments)
    try:
        status = options.command(options)
        flush()
    except KeyboardInterrupt:
        status = 128 + signal.SIGINT
    except BrokenPipeError:  # the program that reads the output, for example `head`, has closed it
        status = 0
    except (ValueError, OSError) as error:
        tell(str(getattr(error, "strerror", None) or error))
        status = 2
    close_console()
    return status


if __name__ == "__main__":
    sys.exit(main())
