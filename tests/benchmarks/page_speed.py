"""What the page costs: the book run through the page beside the same run of `Trainer` alone.

    python -m tests.benchmarks.page_speed

Each round trains once without a page and once through it, in a real browser, and prints both.
"""

import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import expect

from rnnlm import Experiment, Trainer, load_ptb
from tests.page import launched, served, visitors

ROUNDS = 7


def alone() -> float:
    """Seconds the book run takes without a page."""
    trainer = Trainer(Experiment(), load_ptb("train", words=1000))
    start = time.perf_counter()
    trainer.run()
    return time.perf_counter() - start


def through_the_page(visit) -> tuple[float, float]:
    """Seconds spent training, as the page's own figure says, and seconds from the click to the end on screen."""
    screen = visit()
    start = time.perf_counter()
    screen.click("train")
    expect(screen.page.get_by_text("All epochs are done")).to_be_visible()
    shown = time.perf_counter() - start
    words_per_second = float(screen.read(".progress").split("words/s")[0].split()[-1].replace(",", ""))
    screen.page.context.close()
    return 100 * 19 * 50 / words_per_second, shown


def main() -> None:
    """Print a line a round, then the medians and their ratios."""
    folder = Path(tempfile.mkdtemp())
    with served(folder / "server.log") as address, launched() as browser, visitors(browser, address, folder) as visit:
        rounds = []
        print("alone  training in the page  click to end (seconds)")
        for _ in range(ROUNDS):
            rounds.append((alone(), *through_the_page(visit)))
            print("  ".join(f"{seconds:.2f}" for seconds in rounds[-1]), flush=True)
    trained, shown = (statistics.median(row[i] / row[0] for row in rounds) for i in (1, 2))
    print(f"training in the page / alone: {trained:.2f}   click to end on screen / alone: {shown:.2f}   (medians)")


if __name__ == "__main__":
    main()
