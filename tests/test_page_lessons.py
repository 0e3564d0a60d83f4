"""Lessons on the page: done step by step, opened by a link, written by a teacher; and links to a snapshot."""

import json
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import expect

from rnnlm.screen import CONTROLS
from rnnlm.ui.lessons import selectors
from tests.page import DESKTOP, PHONE
from tests.test_page import MAIN, OUT_OF_REACH, TOO_WIDE
from tests.test_page_writing import move
from tests.waiting import PATIENCE, wait_until

WRITTEN = """
title = "Two temperatures"
minutes = 1
question = "What does heat do?"

[[steps]]
say = "Set the *temperature* to **2**. <b>No HTML.</b>"
ring = "temperature"
until = "temperature == 2"

[[steps]]
say = "Look at the bars."
ring = "bars"
[steps.ask]
question = "Are they more alike?"
choices = [
  { text = "Yes.", right = true, why = "Heat evens out." },
  { text = "No.", right = false, why = "Look again." },
]
"""


# A click shortly after the step has changed does nothing: it may be the second one of a double click.
READ = "() => performance.now() - window.rnnlmLesson.changed > 500"


class Lesson:
    """The lesson bar of a screen."""

    def __init__(self, screen):
        self.screen, self.bar = screen, screen.page.locator(".st-key-lesson_bar")

    @property
    def step(self):
        return int(parse_qs(self.screen.link).get("step", ["1"])[0])

    def come_to(self, step):
        wait_until(lambda: self.step == step, f"the lesson is at step {step}", 3 * PATIENCE)  # a run may train first
        expect(self.bar.locator(".where")).to_contain_text(f"Step {step} of")
        self.screen.settle()

    def next(self):
        self.screen.page.wait_for_function(READ)
        self.bar.locator(".next").click()

    def is_done(self):
        """Wait until the step says that it is done, and for no more: only Next goes on."""
        expect(self.bar.locator(".done")).to_have_text("Done", timeout=3000 * PATIENCE)

    def end(self):
        """Leave the last step, read the ending and close it."""
        self.next()
        expect(self.bar.locator(".buttons .back")).to_have_count(0)
        self.screen.page.wait_for_function(READ)
        self.bar.locator(".close").click()
        expect(self.bar).to_have_count(0)

    def answer(self, asked):
        """Answer the step's question wrongly, then correctly, and continue."""
        expect(self.bar.locator(".choice")).to_have_count(len(asked.choices))
        for right in (False, True):
            place = next(i for i, choice in enumerate(asked.choices) if choice.right == right)
            self.screen.page.wait_for_function(READ)
            self.bar.locator(".choice").nth(place).click()
            expect(self.bar.locator(".choice").nth(place)).to_contain_text("Right" if right else "Not quite")
        self.is_done()

    def give(self, name, content, kind="text/plain"):
        """Open a file on the Lessons page."""
        if "/lessons" not in self.screen.page.url:
            self.screen.page.locator(".st-key-page_lessons a").click()
        self.screen.settle()  # each file replaces the field by a new one
        field = self.screen.page.locator(".st-key-opening input[type=file]")
        field.set_input_files({"name": name, "mimeType": kind, "buffer": content})


IS_ABOVE = """(selector) => {
  const box = (which) => document.querySelector(which)?.getBoundingClientRect();
  const bar = box(".st-key-lesson_bar"), it = box(selector);
  return Boolean(bar && it) && it.top >= 0 && it.bottom <= bar.top;
}"""


def slide(screen, key, steps):
    """Move a slider by this many steps, to the right or, below 0, to the left."""
    move(screen, key, "ArrowRight" if steps > 0 else "ArrowLeft", times=abs(steps))


def pick(screen, key, label):
    """Choose in a select box."""
    screen.at(key, "input").click()
    screen.page.get_by_role("option", name=label, exact=True).click()


def test_the_offer_begins_the_first_lesson(visit):
    screen = visit()
    screen.click("offer")
    Lesson(screen).come_to(1)
    wait_until(lambda: "lesson=what" in screen.link, "the address says so")


@pytest.mark.full
def test_a_lesson_starts_from_the_usual_options_and_continues_with_those_of_its_visitor(visit):
    screen = visit("?temperature=0.5&state=tape&start=the")
    screen.page.locator(".st-key-page_lessons a").click()
    screen.click("start_what")
    wait_until(lambda: screen.link == "lesson=what", "only the lesson is in the address")
    Lesson(screen).next()
    wait_until(lambda: "step=2" in screen.link, "the second step is open")
    slide(screen, "set_temperature", 3)
    wait_until(lambda: "temperature=1.3" in screen.link, "the temperature is chosen")
    Lesson(screen).bar.locator(".close").click()
    screen.page.locator(".st-key-page_lessons a").click()
    screen.click("start_what")
    wait_until(lambda: "step=2" in screen.link, "the lesson continues")
    assert "temperature=1.3" in screen.link


@pytest.mark.full
def test_the_offered_lesson_starts_from_the_usual_options_too(visit):
    screen = visit("?temperature=0.5&start=the")
    screen.click("offer")
    wait_until(lambda: screen.link == "lesson=what", "only the lesson is in the address")
    assert "1.00" in screen.whole("set_temperature").first.inner_text()


def test_a_declined_offer_does_not_return(visit):
    screen = visit()
    expect(screen.page.locator(".st-key-offer")).to_be_visible()
    assert screen.page.locator(MAIN).evaluate("main => main.scrollHeight <= main.clientHeight")
    screen.click("decline")
    expect(screen.page.locator(".st-key-offer")).to_have_count(0)
    screen.choose("axis", "Linear")
    screen.settle()
    expect(screen.page.locator(".st-key-offer")).to_have_count(0)


@pytest.mark.parametrize("size", [DESKTOP, pytest.param(PHONE, marks=pytest.mark.full)], ids=["desktop", "phone"])
def test_the_bar_covers_nothing_that_cannot_be_scrolled_to(visit, size):
    screen = visit("?lesson=what&step=2", size)
    bar = screen.page.locator(".st-key-lesson_bar .bar")
    expect(bar.locator(".choice")).to_have_count(3)
    screen.keep(f"lesson-{size[0]}")
    assert screen.page.evaluate(TOO_WIDE) == []
    assert screen.page.evaluate(OUT_OF_REACH)["covered"] == []
    screen.page.locator(MAIN).evaluate("main => main.scrollTo(0, main.scrollHeight)")
    box, foot = screen.page.locator(".said").bounding_box(), bar.bounding_box()["y"]
    assert box["y"] + box["height"] <= foot + 1
    bar.locator(".next").press("Enter")
    Lesson(screen).come_to(3)


def test_every_control_of_the_first_page_can_be_ringed(visit):
    screen = visit()
    screen.click("one_epoch")
    wait_until(lambda: screen.epoch == 1, "an epoch is done")
    screen.click("new_seed")
    expect(screen.page.locator(".st-key-bring_back")).to_be_visible()
    for name in CONTROLS[: CONTROLS.index("sentence")]:
        expect(screen.page.locator(selectors.selector(name)).filter(visible=True)).to_have_count(1)


@pytest.mark.full
def test_a_lesson_waits_for_a_visitor_who_leaves_and_says_where_its_ring_is(visit):
    screen = visit("?lesson=what&step=2")
    lesson = Lesson(screen)
    ringed = screen.page.locator('[data-testid="stLayoutWrapper"]:has(> .st-key-bars)')
    assert ringed.evaluate("node => getComputedStyle(node).outlineStyle") == "solid"
    screen.page.locator(".st-key-page_compare a").click()
    expect(lesson.bar.locator(".elsewhere")).to_contain_text("on the Train page")
    lesson.bar.locator(".there").click()
    expect(screen.page.locator(".st-key-bars svg .mark-rect")).not_to_have_count(0)
    expect(lesson.bar.locator(".elsewhere")).to_be_hidden()
    lesson.come_to(2)
    lesson.bar.locator(".close").click()
    expect(lesson.bar).to_have_count(0)


@pytest.mark.full
def test_do_it_for_me_sets_options_opens_the_page_and_presses(visit):
    screen = visit("?lesson=rates&step=6")
    screen.page.locator(".st-key-page_ask a").click()
    lesson = Lesson(screen)
    lesson.bar.locator(".do").click()
    lesson.is_done()
    wait_until(lambda: "lr=100" in screen.link, "the address says so")
    expect(screen.page.locator(".notice.problem")).to_contain_text("Lower the learning rate")


@pytest.mark.full
def test_do_it_for_me_opens_the_page_where_it_is_done(visit):
    screen = visit("?lesson=what&step=3")
    screen.page.locator(".st-key-page_ask a").click()
    Lesson(screen).bar.locator(".do").click()
    expect(screen.page.locator(".st-key-page_train_open")).to_be_visible()
    Lesson(screen).is_done()
    assert Lesson(screen).step == 3


@pytest.mark.full
def test_next_stays_where_it_is_and_a_double_click_neither_answers_nor_skips(visit):
    screen = visit("?lesson=what&step=1")
    lesson, here = Lesson(screen), lambda: lesson.bar.locator(".next").bounding_box()
    before = here()
    screen.page.mouse.dblclick(before["x"] + before["width"] / 2, before["y"] + before["height"] / 2)
    lesson.come_to(2)
    expect(lesson.bar.locator(".choice")).to_have_count(3)
    assert here() == before
    screen.page.wait_for_function(READ)
    lesson.come_to(2)
    assert lesson.bar.locator(".told").count() == 0


@pytest.mark.full
def test_the_ring_goes_on_to_the_button_once_the_setting_is_as_asked(visit):
    screen = visit("?lesson=truncated&step=7")
    screen.page.locator(".st-key-page_inside a").click()
    Lesson(screen).bar.locator(".there").click()
    field = screen.page.locator("[data-testid=stPopoverBody] [class*='st-key-set_time_size_']")
    expect(field).to_be_visible()  # Settings has opened by itself
    ringed = "node => getComputedStyle(node).outlineStyle"
    assert field.first.evaluate(ringed) == "solid"
    assert screen.whole("train").evaluate(ringed) == "none"
    screen.fill("set_time_size", 1)
    wait_until(lambda: screen.whole("train").evaluate(ringed) == "solid", "Train is ringed")


# The room between the row of buttons, which stays at the top, and the lesson bar.
IN_THE_ROOM = """(selectors) => {
  const box = (which) => document.querySelector(which)?.getBoundingClientRect();
  const row = document.querySelector(".st-key-run"), bar = box(".st-key-lesson_bar");
  const top = getComputedStyle(row.parentElement).position === "sticky" ? row.getBoundingClientRect().bottom : 0;
  return selectors.map(box).every((it) => it && it.top >= top - 1 && it.bottom <= bar.top + 1);
}"""


@pytest.mark.full
def test_a_ringed_panel_is_in_sight_with_its_heading_and_settings_open_inside_the_window(visit):
    screen = visit("?lesson=how-it-learns&step=12", size=(1280, 720))  # the words to start from, in the second panel
    parts = [".st-key-bars_head", '[class*="st-key-set_start_"]']
    wait_until(lambda: screen.page.evaluate(IN_THE_ROOM, parts), "heading and control are in sight")
    screen.page.goto(f"{screen.address}?lesson=rates&step=2")
    body = screen.page.locator("[data-testid=stPopoverBody]")
    expect(body).to_be_visible()
    wait_until(lambda: body.bounding_box()["y"] >= 0, "the settings begin inside the window")


@pytest.mark.full
def test_the_timeline_stays_in_sight_while_a_step_shows_what_it_changes(visit):
    screen = visit("?lesson=truncated&step=5")
    screen.page.locator(".st-key-page_inside a").click()
    bar = screen.page.locator(".st-key-lesson_bar .bar")
    for name in ("timeline", "reach"):
        wait_until(lambda name=name: screen.page.evaluate(IS_ABOVE, f".st-key-{name}"), f"{name} is in sight")
    expect(bar.locator(".elsewhere:visible")).to_have_count(0)
    timeline = screen.page.locator(".timeline")
    timeline.focus()
    timeline.press("Home")
    Lesson(screen).is_done()
    timeline.press("End")  # what was done stays done
    screen.settle()
    expect(bar.locator(".done")).to_have_text("Done")


@pytest.mark.full
def test_a_prediction_is_marked_when_the_run_has_shown_the_result(visit):
    screen = visit("?lesson=luck&step=1")
    screen.click("reset")
    lesson = Lesson(screen)
    lesson.is_done()
    lesson.next()
    lesson.come_to(2)
    told = lesson.bar.locator(".told")
    for place in (0, 1):  # it can be changed
        screen.page.wait_for_function(READ)
        lesson.bar.locator(".choice").nth(place).click()
        expect(lesson.bar.locator(".choice").nth(place)).to_contain_text("Your prediction")
    expect(told).to_have_text(["Your prediction."])
    screen.click("train")
    lesson.is_done()
    expect(told).to_have_text(["Not quite."])


@pytest.mark.full
def test_a_lesson_ends_with_what_is_known_now_and_the_next_lesson(visit):
    screen = visit("?lesson=luck&step=10")
    screen.page.locator(".st-key-page_lessons a").click()
    lesson = Lesson(screen)
    lesson.next()
    expect(lesson.bar.locator(".say")).to_contain_text("You know now:")
    wait_until(lambda: "lesson" not in screen.link, "the address says that it is over")
    screen.page.wait_for_function(READ)
    expect(lesson.bar.locator(".next")).to_have_text("Next lesson: 7. Dice")
    lesson.next()
    lesson.come_to(1)
    expect(lesson.bar.locator(".title")).to_have_text("7. Dice")
    expect(screen.page.locator(".st-key-page_train_open")).to_be_visible()


@pytest.mark.full
def test_a_lesson_that_a_teacher_has_written_is_opened_and_taken(visit):
    screen = visit()
    lesson = Lesson(screen)
    lesson.give("two-temperatures.toml", WRITTEN.encode())
    lesson.come_to(1)
    expect(lesson.bar.locator(".say")).to_contain_text("<b>No HTML.</b>")
    assert lesson.bar.locator(".say b").count() == 0
    lesson.bar.locator(".there").click()
    expect(screen.whole("set_temperature")).to_be_visible()
    slide(screen, "set_temperature", 10)
    lesson.is_done()
    lesson.next()
    lesson.come_to(2)
    screen.page.wait_for_function(READ)
    lesson.bar.locator(".choice").first.click()
    lesson.is_done()
    lesson.end()
    screen.page.locator(".st-key-page_lessons a").click()
    expect(screen.page.locator(".st-key-lesson_two_temperatures")).to_contain_text("✓ done")


@pytest.mark.full
def test_a_bad_lesson_file_is_reported_line_by_line(visit):
    screen = visit()
    Lesson(screen).give("bad.toml", WRITTEN.replace("temperature == 2", "temprature == 2").encode())
    problems = screen.page.locator("p.problem")
    expect(problems.filter(has_text="Line 9")).to_contain_text("did you mean temperature?")
    expect(screen.page.locator(".st-key-lesson_bar")).to_have_count(0)


def test_a_class_gets_a_link_and_a_picture_of_it_and_localhost_is_not_taken_for_an_address(visit):
    screen = visit()
    screen.page.locator(".st-key-page_lessons a").click()
    field = screen.page.get_by_role("textbox", name="The address of this computer")
    field.fill("localhost:8501")
    field.press("Enter")
    expect(screen.page.locator("p.problem")).to_contain_text("localhost works only on this computer")
    expect(screen.page.locator(".qr")).to_have_count(0)
    field.fill("192.168.1.7:8501")
    field.press("Enter")
    expect(screen.page.locator("p.link").first).to_have_text("http://192.168.1.7:8501/?lesson=what")
    assert screen.page.locator("img.qr").evaluate("image => image.naturalWidth > 80")
    screen.keep("lessons-link")


@pytest.mark.full
def test_a_link_hides_parts_and_their_keys_and_enlarges_the_rest(visit):
    screen = visit("?hide=settings,explain,one_update&projector=yes")
    for name in ("settings", "explain", "one_update"):
        expect(screen.whole(name)).to_be_hidden()
    screen.page.keyboard.press("u")
    screen.page.keyboard.press("e")
    wait_until(lambda: screen.epoch == 1, "an epoch is done, by its key, and no update before it")
    size = "node => node.getBoundingClientRect().height"
    heading = ".st-key-panel_curve h2.panel"
    assert screen.page.locator(heading).evaluate(size) > 1.3 * visit().page.locator(heading).evaluate(size)
    assert screen.page.evaluate(TOO_WIDE) == []
    screen.keep("projector")


def taken_away(screen, at):
    """The parameters of the link in Take away, once it is stable."""
    code = ".st-key-moment_link .address"
    wait_until(lambda: f"at={at}&" in screen.read(code), "the link is that of the moment")
    screen.settle()
    return screen.read(code).partition("?")[2]


def is_at(screen, moment):
    """Whether the run has come to this epoch. On a slow machine the page first asks whether to train that long."""
    ask = screen.page.locator(".st-key-arrive button")
    if ask.is_visible():
        ask.click()
    return moment in screen.page.locator(".progress").inner_text()


@pytest.mark.full
def test_a_moment_is_reproduced_and_its_figure_compared(visit):
    screen = visit("?epochs=60&at=37")
    wait_until(lambda: is_at(screen, "epoch 37 of 60"), "the run has come to the moment", 3 * PATIENCE)
    expect(screen.page.locator(".st-key-train")).to_contain_text("Train")
    screen.page.get_by_role("tab", name="Take away").click()
    told = taken_away(screen, at=37)
    other = visit(f"?{told}")
    expect(other.page.locator(".notice")).to_contain_text("matches the link")
    assert (other.epoch, other.perplexity) == (37, screen.perplexity)


@pytest.mark.full
def test_a_moment_that_takes_long_is_asked_about(visit):
    screen = visit("?words=10000&epochs=100&at=90")
    expect(screen.page.locator(".st-key-arrive")).to_contain_text("Train to epoch 90: about")
    expect(screen.page.locator(".st-key-train")).to_contain_text("Train")
    stood = screen.share
    screen.click("arrive")
    wait_until(lambda: screen.share > stood, "it goes on")


@pytest.mark.full
def test_of_a_class_that_opens_one_link_one_trains_and_all_see_the_same_figures(visit):
    screens = [visit() for _ in range(5)]  # their tabs already have a run that is not the link's
    for screen in screens:
        screen.page.goto(f"{screen.address}?epochs=200&at=40&lr=0.5", wait_until="commit")
    wait_until(lambda: all(is_at(screen, "epoch 40 of 200") for screen in screens), "all see epoch 40", 3 * PATIENCE)
    told = {screen.read(".progress") for screen in screens}
    assert "words/s" in min(told)  # the speed of training, which differs between two trainings
    assert len(told) == 1


def run_taken_away(visit, tmp_path):
    """A visitor who has trained three epochs, and the hand-in and the run they have saved."""
    screen = visit("?epochs=3&seed=4")
    screen.click("train")
    expect(screen.page.locator(".notice")).to_contain_text("All epochs are done")
    screen.settle()
    screen.page.get_by_role("tab", name="Take away").click()
    taken_away(screen, at=3)
    files = {}
    for key in ("save_hand_in", "save_run"):
        with screen.page.expect_download() as download:
            screen.click(key)
        download.value.save_as(tmp_path / key)
        files[key] = (tmp_path / key).read_bytes()
    return screen, files


@pytest.mark.full
def test_what_is_handed_in_is_opened_and_checked(visit, tmp_path):
    _, files = run_taken_away(visit, tmp_path)
    handed = json.loads(files["save_hand_in"])
    assert handed["settings"] == {"seed": "4", "epochs": "3"}
    assert handed["moment"] == 3

    teacher = visit("?lr=0.5")
    Lesson(teacher).give("anna.json", files["save_hand_in"])
    expect(teacher.page.locator(".notice")).to_contain_text("All 2 figures match this run")
    handed["figures"][0][1] += 1
    Lesson(teacher).give("ben.json", json.dumps(handed).encode())
    expect(teacher.page.locator(".notice")).to_contain_text("at epoch 1; this run has")


@pytest.mark.full
def test_a_saved_run_is_opened_and_one_that_is_not_whole_is_refused(visit, tmp_path):
    screen, files = run_taken_away(visit, tmp_path)
    guest = visit()
    Lesson(guest).give("run.npz", files["save_run"])
    wait_until(lambda: guest.epoch == 3, "the saved run is on the screen")
    expect(guest.page.get_by_text("the run is open")).to_be_visible()
    assert guest.perplexity == screen.perplexity
    Lesson(guest).give("run.npz", files["save_run"][:-2000])
    expect(guest.page.locator("p.problem")).to_contain_text("is not a saved run, or is incomplete")
