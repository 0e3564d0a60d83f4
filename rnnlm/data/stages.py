"""Report how much of a long task is done."""

from collections.abc import Callable, Iterator, Sequence

Tell = Callable[[float], None]
AT_MOST, AT_LEAST = 25, 5_000  # pieces in a stage, and items in a piece


class Stages:
    """The progress of a task that has several stages.

    The function `tell` is called with the share of the task that is done (above 0, up to 1). The number of stages is
    not known at the start, so each stage takes a share of the remaining work. The share of the last stage is 1, that
    is, all the remaining work.
    """

    def __init__(self, tell: Tell | None = None):
        self.done = 0.0
        self._tell = tell

    def over(self, items: Sequence, share: float, at_least: int = AT_LEAST) -> Iterator[Sequence]:
        """Yield the items of a stage in pieces, and report the progress after each piece.

        share (0 to 1): the share of the remaining work that belongs to this stage.
        at_least: the minimum number of items in a piece. Only the last piece may have fewer.
        """
        left, size = 1 - self.done, max(at_least, -(-len(items) // AT_MOST))
        for end in range(size, len(items) + size, size):
            yield items[end - size : end]
            self.done = 1 - left * (1 - share * min(1.0, end / len(items)))
            if self._tell is not None:
                self._tell(self.done)
