"""The time the page costs: the book's run through the page, compared with the same run of a `Trainer` alone.

    python -m tests.benchmarks.page_speed [--rounds 7] [--pages train ask inside compare lessons]

Each round trains once without a page and once through each page, in a real browser, and prints all.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import expect

from rnnlm import Experiment, Trainer, load_ptb
from tests.page import launched, served, visitors

PAGES = ("train", "ask", "inside", "compare", "lessons")
# The seconds from the next click on Train until the page says that all epochs are done. They are measured in the page,
# because from outside it would be polled too rarely.
WATCH = """() => {
    const done = () => document.querySelector(".notice")?.textContent.startsWith("All epochs are done");
    window.trained = new Promise((resolve) => document.querySelector(".st-key-train").addEventListener("click", () => {
        const start = performance.now();
        const look = () => done() && resolve((performance.now() - start) / 1000);
        new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true });
    }, { once: true, capture: true }));
}"""

# The seconds from the click on Pause until the button shows Train again.
PAUSE = """async () => {
    const button = () => document.querySelector(".st-key-train button");
    const start = performance.now();
    button().click();
    while (!button().innerText.includes("Train")) await new Promise(requestAnimationFrame);
    return (performance.now() - start) / 1000;
}"""


def alone() -> float:
    """The seconds that the book's run takes without a page."""
    trainer = Trainer(Experiment(), load_ptb("train", words=1000))
    start = time.perf_counter()
    trainer.run()
    return time.perf_counter() - start


def through_the_page(visit, name: str) -> tuple[float, float, float]:
    """Train the book's run on the page of this name.

    Returns the seconds of training (by the speed that the page shows), from the click on Train until the page shows the
    end, and until the page was open.
    """
    screen = visit()
    start = time.perf_counter()
    if name != "train":
        screen.page.locator(f".st-key-page_{name} a").click()
        expect(screen.page.locator(f".st-key-page_{name}_open")).to_be_visible()
        screen.settle()
    going = time.perf_counter() - start
    screen.page.evaluate(WATCH)
    screen.click("train")
    shown = screen.page.evaluate("trained")
    words_per_second = float(screen.read(".progress").split("words/s")[0].split()[-1].replace(",", ""))
    screen.page.context.close()
    return 100 * 19 * 50 / words_per_second, shown, going


def pausing(visit) -> float:
    """The seconds from the click on Pause until the run has stopped."""
    screen = visit("?epochs=10000")
    screen.click("train")
    expect(screen.page.locator(".progress")).to_contain_text("left")
    seconds = screen.page.evaluate(PAUSE)
    screen.page.context.close()
    return seconds


def main() -> None:
    """Print a line for each round and page, and then each page's medians relative to the trainer alone."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--pages", nargs="+", choices=PAGES, default=["train"])
    given, folder = parser.parse_args(), Path(tempfile.mkdtemp())
    rounds = {name: [] for name in given.pages}
    with served(folder / "server.log") as address, launched() as browser, visitors(browser, address, folder) as visit:
        print("page, alone, training in the page, click to end, going there (seconds)")
        pauses = [pausing(visit) for _ in range(given.rounds)]
        for _ in range(given.rounds):
            for name in given.pages:
                rounds[name].append((alone(), *through_the_page(visit, name)))
                print(name, "  ".join(f"{seconds:.2f}" for seconds in rounds[name][-1]), flush=True)
    print(f"from Pause to a run that stands: {statistics.median(pauses):.2f} s, {max(pauses):.2f} at most")
    for name, rows in rounds.items():
        trained, late = (statistics.median(of(row) for row in rows) for of in (lambda row: row[1] / row[0], lateness))
        going = max(row[3] for row in rows)
        print(f"{name}: training / alone {trained:.2f}, last epoch {late:.2f} s after alone, going there {going:.2f} s")


def lateness(row: tuple[float, ...]) -> float:
    """How many seconds later than the end of the trainer alone the last epoch appears on the screen."""
    return row[2] - row[0]


if __name__ == "__main__":
    main()
