"""Progress of a long piece of work, reported while it goes on."""

from collections.abc import Callable, Iterator, Sequence

Tell = Callable[[float], None]
AT_MOST, AT_LEAST = 25, 5_000  # pieces of a stage, and items of a piece


class Stages:
    """The stages of a piece of work, one after the other; tell is called with the share of the whole that is done.

    The share rises from above 0 to 1. The number of stages becomes known only on the way, so each takes a share of the
    rest: the last one, of share 1, ends the work.
    """

    def __init__(self, tell: Tell | None = None):
        self.done = 0.0
        self._tell = tell

    def over(self, items: Sequence, share: float, at_least: int = AT_LEAST) -> Iterator[Sequence]:
        """The items of a stage in pieces of `at_least` items or more, each reported when it is done.

        share (0 to 1) is that of the stage in the rest of the whole.
        """
        left, size = 1 - self.done, max(at_least, -(-len(items) // AT_MOST))
        for end in range(size, len(items) + size, size):
            yield items[end - size : end]
            self.done = 1 - left * (1 - share * min(1.0, end / len(items)))
            if self._tell is not None:
                self._tell(self.done)
