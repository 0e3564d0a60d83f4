"""Every shipped lesson is done in a browser, from the first step to the last."""

import time
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import expect

from rnnlm.lessons.names import SETTINGS, group_of, value_of
from rnnlm.lessons.reading import shipped
from rnnlm.options import defaults
from rnnlm.ui.lessons import selectors
from tests.test_page_expected import drag
from tests.test_page_lessons import Lesson, pick
from tests.waiting import PATIENCE, wait_until

pytestmark = pytest.mark.full

TITLES = {"run": "This run", "ptb": "All of PTB", "new": "new sentence", "tape": "the tape"}
OPENS = 6  # seconds until a step must have scrolled to its ring
SLIDERS = ("lr", "max_grad", "temperature", "top_k")
SONG = (
    "the wheels on the bus go round and round , all day long .\nthe wipers on the bus go swish , all day long .\n" * 6
)

# The visible share of the ringed control above the lesson bar; below 0 without a ring.
IN_SIGHT = """([selector, part]) => {
  const seen = (node) => node.checkVisibility() && node.getBoundingClientRect().width;
  const node = [...document.querySelectorAll(selector)].find(seen);
  if (!node) return 0;
  const styles = [node, node.parentElement].map((it) => getComputedStyle(it));
  const ringed = styles.some((it) => it.outlineStyle === "solid") || styles[0].getPropertyValue(`--ring-${part}`);
  if (!ringed) return -1;
  const foot = document.querySelector(".st-key-lesson_bar .bar, .st-key-lesson_bar").getBoundingClientRect().top;
  const { top, bottom } = node.getBoundingClientRect();
  return (Math.min(bottom, foot) - Math.max(top, 0)) / Math.min(bottom - top, foot);
}"""

# A list that is opened while the page still scrolls to the ring is shut by the scrolling. Nobody clicks that early.
NO_LONGER_SCROLLS = """async () => {
  const main = document.querySelector("[data-testid=stMain]");
  for (let top = -1; top !== main.scrollTop; await new Promise((then) => setTimeout(then, 150))) top = main.scrollTop;
}"""


class Visitor:
    """A visitor who reads each step and does what it asks for, using only what is visible on the page."""

    def __init__(self, screen):
        self.screen, self.page, self.lesson = screen, screen.page, Lesson(screen)

    def take(self, it):
        for number, step in enumerate(it.steps, 1):
            self.lesson.come_to(number)
            self.sees_the_ring(step)
            was_done = self.is_done()
            if step.until and not was_done:
                self.do(step)
            if step.ask:
                self.lesson.answer(step.ask)
            elif step.until:
                self.lesson.is_done()
            if number < len(it.steps):
                self.lesson.next()
        self.lesson.end()

    def is_done(self):
        return self.lesson.bar.locator(".done").inner_text() == "Done"

    def sees_the_ring(self, step):
        """Check that the ringed control scrolls into view and is uncovered, or that the bar names its page."""
        if step.ring is None:
            return
        elsewhere = self.lesson.bar.locator(".elsewhere")
        rings = [step.ring]
        if step.do and step.do.press and step.ring in step.do.settings:
            rings.append(step.do.press)  # the setting is already as asked
        asked, shut = [[selectors.selector(ring), ring] for ring in rings], [".st-key-settings", step.ring]
        over = time.monotonic() + OPENS

        def is_in_sight():
            seen = max(self.page.evaluate(IN_SIGHT, one) for one in asked)
            return elsewhere.filter(visible=True).count() or seen > 0.9

        def is_found():  # if a popover was closed just after it opened, its button has the ring
            return is_in_sight() or (time.monotonic() > over and self.page.evaluate(IN_SIGHT, shut) > 0.9)

        wait_until(is_found, f"{step.ring} is ringed and in sight")
        if not is_in_sight():
            self.screen.click("settings")
            wait_until(is_in_sight, f"{step.ring} is ringed and in sight in the settings")
        self.page.evaluate(NO_LONGER_SCROLLS)

    def do(self, step):
        """Do everything that `until` asks for, in order: the page, the settings, then the run or the text."""
        parts = [part for part in step.until.ways[0] if not self.is_so(part)]
        for part in parts:
            if part.name == "page":
                self.page.locator(f".st-key-page_{part.value} a").click()
                expect(self.page.locator(f".st-key-page_{part.value}_open")).to_be_visible()
                self.screen.settle()
        there = self.lesson.bar.locator(".there").filter(visible=True)
        if there.count():
            there.click()
            home = selectors.home(step.ring, "train")
            expect(self.page.locator(f".st-key-page_{home}_open")).to_be_visible()
            self.screen.settle()
            expect(self.lesson.bar.locator(".bar")).to_be_visible()
            expect(there).to_have_count(0)
            self.sees_the_ring(step)
        for part in parts:
            if group_of(part.name, SETTINGS):
                self.set(part)
            elif part.name == "epoch" and step.ring == "epochs":
                self.screen.fill("set_epochs", f"{part.value:g}")
        self.page.keyboard.press("Escape")
        for part in parts:
            if part.name in WAYS:
                WAYS[part.name](self, part.value)
        self.run(step, {part.name: part.value for part in parts})

    def is_so(self, part):
        """Whether a comparison already holds: for a setting by the address, for text and page by the screen."""
        if part.name == "page":
            return self.page.locator(f".st-key-page_{part.value}_open").count() > 0
        if part.name == "drawn":
            return len(self.screen.words) >= part.value
        group = group_of(part.name, SETTINGS)
        if group is None:
            return False
        given = parse_qs(self.screen.link).get(part.name)
        return part.holds({part.name: value_of(part.name, given[0]) if given else defaults(group)[part.name]})

    def set(self, part):
        """Set an option to the step's value by its widget."""
        name, value, screen = part.name, part.value, self.screen
        if part.operator == "!=":
            return screen.click("new_seed")
        if selectors.is_setting(name):
            self.open_settings(screen.whole(f"set_{name}").filter(visible=True))
        if name == "corpus":
            return self.give_a_text()
        if name == "network":  # its choices depend on it and are redrawn
            screen.choose(name, TITLES[value])
            wait_until(lambda: self.is_so(part), f"{part} is chosen")
            return screen.settle()
        if name == "held_out":
            return screen.at(name, "label").click()
        if name == "fan":
            return screen.click("open_fan")
        if name in ("state", "fan_over"):
            return pick(screen, f"set_{name}", TITLES.get(value, value))
        if name in SLIDERS:
            return self.slide(part)
        return screen.fill(f"set_{name}", value)

    def open_settings(self, widget):
        """Open Settings unless the widget is visible. If the lesson opens it at the same moment, it is shut again."""
        wait_until(lambda: widget.count() or self.screen.click("settings") or self.appears(widget), "Settings is open")

    def appears(self, widget):
        """Whether the widget is visible after as long as a person looks."""
        self.page.wait_for_timeout(1000)
        return widget.count() > 0

    def slide(self, part):
        """Move a slider from its left end to the value."""
        slider = self.screen.at(f"set_{part.name}", "input")
        shown = self.screen.whole(f"set_{part.name}").get_by_test_id("stSliderThumbValue")
        slider.press("Home")
        for _ in range(60):
            told = shown.inner_text()
            if part.holds({part.name: value_of(part.name, "none" if told in ("off", "all") else told)}):
                return
            slider.press("ArrowRight")
        pytest.fail(f"{part} cannot be set")

    def give_a_text(self):
        """Upload an own text as a file."""
        pick(self.screen, "set_corpus", "Your own text")
        field = self.page.locator(".st-key-uploaded input[type=file]")
        field.set_input_files({"name": "song.txt", "mimeType": "text/plain", "buffer": SONG.encode()})
        expect(self.page.get_by_text("song.txt: ")).to_be_visible()

    def look_at(self, moment):
        """Go to an early epoch, or to the last one, on the timeline."""
        timeline = self.page.locator(".timeline")
        timeline.focus()
        timeline.press("Home" if moment < 30 else "End")

    def draw(self, words):
        """Draw words until the text has this many."""
        missing = words - len(self.screen.words)
        self.screen.click(*(["next_word"] * missing if missing < 5 else ["twenty_words"]))

    def run(self, step, asked):
        """Press the button that lets the run train this far, and wait."""
        if asked.get("update") == 0 and "seed" not in asked:
            self.screen.click("reset")
        elif asked.get("update") == 1:
            self.screen.click("one_update")
        elif asked.get("epoch") == 1:
            self.screen.click("one_epoch")
        elif asked.keys() & {"epoch", "finished", "diverged"} and "moment" not in asked:
            self.train(step)

    def draw_a_curve(self, _):
        """Draw a falling curve on the chart with the mouse."""
        drag(self.screen, (0.01, 0.9), (0.99, 0.1))
        self.screen.at("expected", ".done").click()

    def train_all(self, _):
        """Train the runs of a fan."""
        self.screen.click("begin_fan")
        expect(self.page.locator(".st-key-stop_fan")).to_have_count(0, timeout=9000 * PATIENCE)

    def train(self, step):
        if step.ring == "speed":
            self.screen.choose("speed", "Full speed")
        self.screen.settle()
        if "Train" in self.screen.whole("train").inner_text():
            self.screen.click("train")


WAYS = {
    "fan_done": Visitor.train_all,
    "moment": Visitor.look_at,
    "drawn": Visitor.draw,
    "predicted": Visitor.draw_a_curve,
}


@pytest.mark.parametrize("name", [name for name in shipped() if name != "what"])  # test_page_far.py takes this one
def test_a_lesson_is_taken_by_doing_what_it_asks_and_what_it_rings_is_in_sight(visit, name):
    take(visit(f"?lesson={name}"), name)


def take(screen, name):
    """Take a lesson that was just opened, and find it marked as done on the Lessons page."""
    Visitor(screen).take(shipped()[name])
    wait_until(lambda: "lesson" not in screen.link, "the address says that it is over")
    screen.page.locator(".st-key-page_lessons a").click()
    key = name.replace("-", "_")
    expect(screen.page.locator(f".st-key-lesson_{key}")).to_contain_text("✓ done")
    expect(screen.page.locator(f".st-key-start_{key}")).to_contain_text("Again")
