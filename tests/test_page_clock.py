"""The messages of the page on a slow network: the clock's requests, page changes, lost answers."""

import signal
from itertools import pairwise

import pytest
from playwright.sync_api import expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.page import Server, troubled, visitors
from tests.waiting import wait_until

LONG = "?epochs=10000&hidden_size=200"  # trains for minutes; what is shown before it trains is a recorded run
PAGES = ("ask", "inside", "train", "compare", "train")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A separate server."""
    log = tmp_path_factory.mktemp("server") / "log"
    server = Server(log)
    yield server
    server.stop()
    assert "Traceback" not in log.read_text()


def the_clock_s(sent, name):
    """Whether a request is the clock's and has this name."""
    return any(f'"event":"{name}"' in part.json_trigger_value for part in sent.widget_states.widgets)


def goes_on_counting(screen):
    """Wait until the run on screen has trained further while its visitor looks."""
    at = screen.epoch
    wait_until(lambda: screen.epoch > at + 20, "the page looks again")


def goes_on(screen, asked):
    """Wait for two more requests of the clock; the browser's events arrive while the test looks at the page."""
    before = len(asked)
    wait_until(lambda: screen.epoch and len(asked) > before + 2, "the clock goes on")


@pytest.mark.full
@pytest.mark.parametrize("cable", [0.24], indirect=True)
def test_nothing_of_the_old_page_is_sent_after_the_new_one_was_asked_for(browser, server, cable, tmp_path):
    asked, answered = [], []

    def listen(socket):
        socket.on("framesent", lambda data: asked.append(BackMsg.FromString(data).rerun_script))
        socket.on("framereceived", lambda data: answered.append((len(asked), ForwardMsg.FromString(data))))

    with visitors(browser, cable.address, tmp_path) as visit:
        screen = visit(LONG)
        screen.page.on("websocket", listen)
        screen.page.reload()
        expect(screen.page.locator(".st-key-curve svg .mark-line")).not_to_have_count(0)
        screen.settle()
        screen.click("train")
        wait_until(lambda: screen.epoch > 3, "the run trains")
        begin = len(asked) - 1
        for name in PAGES:
            screen.page.locator(f".st-key-page_{name} a").click()
            expect(screen.page.locator(f".st-key-page_{name}_open")).to_be_visible()
            goes_on(screen, asked)
        screen.page.evaluate("history.back()")
        expect(screen.page.locator(".st-key-page_compare_open")).to_be_visible()
        wait_until(lambda: screen.page.evaluate("location.pathname").endswith("compare"), "the address says so")
    pages = [one.page_script_hash for one in asked[begin:]]
    changes = [page for before, page in pairwise(pages) if page != before]
    assert len(changes) == len(PAGES) + 1  # no request of a page that was left comes between
    looks = [i for i, one in enumerate(asked) if the_clock_s(one, "look")]
    for first, second in pairwise(looks):
        answers = [message for after, message in answered if first < after <= second]
        assert any(message.WhichOneof("type") == "script_finished" for message in answers)


@pytest.mark.full
def test_an_answer_that_is_lost_does_not_stop_the_clock(browser, server, tmp_path):
    with troubled(browser, server.address, tmp_path) as visit:
        screen = visit(LONG)
        dropped = []

        def between(socket):
            there = socket.connect_to_server()
            there.on_message(lambda data: socket.send(data) if is_passed_on(data) else dropped.append(data))

        def is_passed_on(data):
            return b"clock_look" not in data or len(dropped) != 1

        dropped.append(b"")
        screen.page.route_web_socket(lambda address: "_stcore/stream" in address, between)
        dropped.append(b"")
        screen.page.reload()
        expect(screen.page.locator(".st-key-curve svg .mark-line")).not_to_have_count(0)
        screen.settle()
        screen.click("train")
        wait_until(lambda: screen.epoch > 3, "the run trains")
        dropped.pop()  # the next answer of the clock's is lost
        wait_until(lambda: screen.epoch and len(dropped) == 2, "an answer is lost")
        goes_on_counting(screen)


@pytest.mark.full
def test_a_lost_connection_is_reported_and_one_click_connects_again(browser, server, cable, tmp_path):
    with troubled(browser, cable.address, tmp_path) as visit:
        screen = visit(LONG)
        words = len(screen.words)
        screen.click("train")
        expect(screen.at("train")).to_contain_text("Pause")
        screen.click(*["next_word"] * 3)
        cable.pull()
        cut = screen.page.locator("p.cut")
        expect(cut).to_contain_text("The connection to the server is lost.")
        cut.get_by_role("button", name="Try now").click()
        expect(cut).to_contain_text("The connection to the server is lost.")  # it cannot be reached yet
        screen.page.wait_for_timeout(4000)  # Streamlit's own dialog opens meanwhile
        cable.plug(websockets=False)  # or the page would be back by itself, perhaps before the click
        with screen.page.expect_navigation():
            cut.get_by_role("button", name="Try now").click()
        cable.plug()
        expect(screen.at("train")).to_contain_text("Pause")
        wait_until(lambda: len(screen.words) == words + 3, "each word that was asked for has come")
        goes_on_counting(screen)


@pytest.mark.full
@pytest.mark.parametrize("seconds", [4, 45])
def test_a_frozen_server_is_reported_and_the_page_continues_by_itself(browser, server, tmp_path, seconds):
    with troubled(browser, server.address, tmp_path) as visit:
        screen = visit(LONG)
        screen.click("train")
        wait_until(lambda: screen.epoch > 3, "the run trains")
        screen.page.evaluate("window.isTheSame = true")
        server.process.send_signal(signal.SIGSTOP)
        try:
            expect(screen.page.locator("p.cut")).to_contain_text("The connection to the server is lost.")
            screen.page.wait_for_timeout(1000 * seconds)
        finally:
            server.process.send_signal(signal.SIGCONT)
        expect(screen.page.locator("p.cut")).to_have_count(0)
        goes_on_counting(screen)
        assert screen.page.evaluate("window.isTheSame")


@pytest.mark.full
def test_what_is_pressed_while_the_server_stands_still_is_done_once(browser, server, tmp_path):
    with troubled(browser, server.address, tmp_path) as visit:
        screen = visit(LONG)
        words = len(screen.words)
        for keys in (["next_word"] * 3, ["train"]):  # meanwhile the clock asks for the whole page, which waits too
            server.process.send_signal(signal.SIGSTOP)
            try:
                screen.click(*keys)
                expect(screen.page.locator("p.cut")).to_contain_text("The connection to the server is lost.")
                screen.page.wait_for_timeout(4000)
            finally:
                server.process.send_signal(signal.SIGCONT)
            expect(screen.page.locator("p.cut")).to_have_count(0)
        expect(screen.at("train")).to_contain_text("Pause")
        assert len(screen.words) == words + 3


@pytest.mark.full
@pytest.mark.parametrize("cable", [0.24], indirect=True)
def test_quick_steps_back_and_forward_send_one_page_change_at_a_time(browser, server, cable, tmp_path):
    waiting = [0]  # how many requests had no answer yet, after each request and each answer

    def sent(data):
        waiting.append(waiting[-1] + (BackMsg.FromString(data).WhichOneof("type") == "rerun_script"))

    def came(data):
        waiting.append(waiting[-1] - (ForwardMsg.FromString(data).WhichOneof("type") == "script_finished"))

    with visitors(browser, cable.address, tmp_path) as visit:
        screen = visit("?hidden_size=50")
        screen.page.on("websocket", lambda socket: (socket.on("framesent", sent), socket.on("framereceived", came)))
        screen.page.reload()
        screen.settle()
        for name in ("compare", "ask"):
            screen.page.locator(f".st-key-page_{name} a").click()
            expect(screen.page.locator(f".st-key-page_{name}_open")).to_be_visible()
        length = screen.page.evaluate("history.length")
        for way in (("back", "back", "forward"), ("forward", "back", "back"), ("forward", "forward")):
            screen.settle()
            waiting[:] = [0]
            for step in way:
                screen.page.evaluate(f"history.{step}()")
                screen.page.wait_for_timeout(40)
            name = {"/": "train", "/compare": "compare", "/ask": "ask"}[screen.page.evaluate("location.pathname")]
            screen.page.wait_for_timeout(2500)
            expect(screen.page.locator(f".st-key-page_{name}_open")).to_be_visible()
            assert screen.link == "hidden_size=50"
            assert max(waiting) == 1
        assert name == "ask"
        assert screen.page.evaluate("history.length") == length


@pytest.mark.full
@pytest.mark.parametrize("cable", [0.24], indirect=True)
def test_pressing_forward_before_the_page_of_back_appears_is_not_lost(browser, server, cable, tmp_path):
    with visitors(browser, cable.address, tmp_path) as visit:
        screen = visit()
        for name in ("compare", "ask"):
            screen.page.locator(f".st-key-page_{name} a").click()
            expect(screen.page.locator(f".st-key-page_{name}_open")).to_be_visible()
        length = screen.page.evaluate("history.length")
        for before_forward in (0, 60, 150, 250, 350):
            screen.page.evaluate("history.back()")
            screen.page.wait_for_timeout(before_forward)
            screen.page.evaluate("history.forward()")
            screen.page.wait_for_timeout(1500)
            expect(screen.page.locator(".st-key-page_ask_open")).to_be_visible()
            assert screen.page.evaluate("location.pathname") == "/ask"
        assert screen.page.evaluate("history.length") == length


def take_a_new_seed(screen):
    screen.click("new_seed")
    return lambda: screen.link == "seed=1"


def choose_a_temperature(screen):
    screen.page.get_by_role("slider", name="Temperature").press("ArrowRight")
    return lambda: screen.link == "temperature=1.1"


def go_to_the_first_epoch(screen):
    screen.page.locator(".timeline").press("Home")
    return lambda: screen.link == "at=0"


def click_on_the_curve(screen):
    box = screen.page.locator(".st-key-curve svg.marks").bounding_box()
    screen.page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + 80)
    return lambda: "at=" in screen.link


@pytest.mark.full
@pytest.mark.parametrize("act", [take_a_new_seed, choose_a_temperature, go_to_the_first_epoch, click_on_the_curve])
def test_on_a_busy_server_an_action_and_the_page_change_right_after_it_are_both_answered(
    browser, server, tmp_path, act
):
    with visitors(browser, server.address, tmp_path) as visit:
        screen = visit()
        server.process.send_signal(signal.SIGSTOP)
        try:
            is_answered = act(screen)
            screen.page.wait_for_timeout(300)
            screen.page.locator(".st-key-page_ask a").click()
            screen.page.wait_for_timeout(600)
        finally:
            server.process.send_signal(signal.SIGCONT)
        expect(screen.page.locator(".st-key-page_ask_open")).to_be_visible()
        wait_until(is_answered, "the action is answered")
