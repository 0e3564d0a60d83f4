"""The opening scene: who sees it, its controls, and that all of its figures come from the recorded networks."""

import gzip
import json

import numpy as np
import pytest
from playwright.sync_api import expect

from rnnlm.inference.reader import Reader
from rnnlm.inference.sampling import SKIP
from rnnlm.storage.checkpoint import load_run
from rnnlm.storage.moments import load_moments
from rnnlm.ui.scene import line, page
from tests.cable import Cable
from tests.page import DESKTOP, PHONE, ROOT, Screen, shown_numbers
from tests.waiting import wait_until

SCENE = ".st-key-first_scene"
NOTHING_KEPT = """Object.defineProperty(window, "localStorage",
  { get() { throw new DOMException("denied", "SecurityError"); } });"""
SEEN = """window.seen = [];
(function look() {
  for (const name of [".title", ".st-key-train", ".st-key-curve", ".st-key-first_scene"])
    if (document.querySelector(name)?.checkVisibility({ visibilityProperty: true })) seen.push(name);
  requestAnimationFrame(look);
})();"""


@pytest.fixture(scope="module")
def networks():
    """The recorded networks by their epochs, from their files."""
    moments = load_moments(ROOT / "assets" / "book_moments.npz")
    last = Reader(load_run(ROOT / "assets" / "book_run.npz").resume().model.params)
    return {snapshot.epoch: snapshot.reader for snapshot in moments.snapshots} | {100: last}


def likely(reader, ids, vocabulary):
    """The probabilities of the next word at the scene's temperature, from the formula."""
    z = reader.after(ids).astype(float) / line.SAMPLING.temperature
    z[vocabulary.ids(SKIP)] = -np.inf
    return np.exp(z - z.max()) / np.exp(z - z.max()).sum()


def test_bars_are_the_softmax_of_each_epoch_and_lines_are_drawn_with_the_same_numbers(networks, ptb):
    vocabulary = ptb.vocabulary
    start = [*ptb.opening, *vocabulary.ids(line.START)]
    assert [stop.epoch for stop in line.stops()] == [epoch for epoch in networks if epoch <= 100]
    for stop in line.stops():
        p = likely(networks[stop.epoch], start, vocabulary)
        assert np.allclose(stop.p, p, atol=1e-5)
        assert page.stop_row(stop)["p"] == [round(1000 * share) for share in stop.p.tolist()]
        assert sorted(stop.p[stop.top]) == sorted(stop.p)[-line.TOP :]
        ids, luck = list(start), np.random.default_rng(line.SCREEN.luck)
        for word in stop.ids:
            edges, u = np.cumsum(likely(networks[stop.epoch], ids, vocabulary)), luck.random()
            assert (edges[word - 1] if word else 0) - 1e-5 <= u <= edges[word] + 1e-5
            ids.append(word)


def test_the_picture_shows_the_vector_and_the_states_of_each_epoch(networks, ptb):
    ids = [*ptb.opening, *ptb.vocabulary.ids(line.START)]
    for stop in line.stops():
        W, h = networks[stop.epoch].params, np.zeros_like(stop.h)
        for i in ids:
            previous, h = h, np.tanh(h @ W.rnn_Wh + W.embed_W[i] @ W.rnn_Wx + W.rnn_b)
        assert np.array_equal(stop.x, W.embed_W[ids[-1]])
        assert np.allclose(stop.previous, previous, atol=1e-5)
        assert np.allclose(stop.h, h, atol=1e-5)


def test_the_line_develops_from_noise_to_a_recital_of_the_text(ptb):
    first, *_, last = line.stops()
    text = " ".join(map(ptb.vocabulary.word, ptb.ids))
    recital = " ".join([*line.START, *map(ptb.vocabulary.word, last.ids)])
    assert recital in text
    assert all(last.copied)
    assert not any(first.copied)
    assert max(first.p) < 0.02
    assert [page.note(stop) for stop in (first, last)] == [
        "It guesses blindly: all words seem about equally likely to it.",
        "Words are drawn at random (temperature 0.5). Here it recites its text; other random numbers rarely do that.",
    ]


def test_the_scene_weighs_little():
    files = b"".join((ROOT / "assets" / name).read_bytes() for name in (*page.FILES, "before.js"))
    assert len(gzip.compress(files)) + len(gzip.compress(json.dumps(page.picture()).encode())) < 22_000


@pytest.fixture
def arrive(browser, server, tmp_path):
    """Open an address in a new browser; errors in the browser fail the test."""
    screens = []

    def arrive(link="", size=DESKTOP, address=server, script="", **options):
        viewport = dict(zip(("width", "height"), size, strict=True))
        context = browser.new_context(first_visit=True, viewport=viewport, **options)
        context.add_init_script(script)
        screens.append(Screen(context, address, tmp_path))
        screens[-1].page.goto(address + link)
        return screens[-1]

    yield arrive
    for screen in screens:
        screen.page.context.close()
    assert [screen.errors for screen in screens if screen.errors] == []


def scene(screen, part=""):
    return screen.page.locator(f"{SCENE} {part}")


def is_open(screen):
    expect(scene(screen, "p.line")).to_be_visible()
    expect(screen.page.locator(".title")).to_be_hidden()


def is_closed(screen):
    expect(screen.page.locator(".said")).to_be_visible()
    expect(screen.page.locator(SCENE)).to_have_count(0)


def bars(screen):
    rows = scene(screen, ".bars li").filter(visible=True)
    return list(zip(*(rows.locator(part).all_inner_texts() for part in (".word", ".share")), strict=True))


def figures(epoch, guess, vocabulary):
    """The bars of the scene, computed with the library."""
    (stop,) = (stop for stop in line.stops() if stop.epoch == epoch)
    ids = list(dict.fromkeys([*stop.top, vocabulary.id(guess)]))
    return [(vocabulary.word(i).replace("<eos>", "full stop"), f"{100 * stop.p[i]:.1f} %") for i in ids]


def test_a_first_visitor_guesses_sees_it_learn_and_continues_at_the_same_epoch(arrive, ptb):
    screen = arrive()
    is_open(screen)
    expect(scene(screen, ".field")).to_be_focused()
    screen.page.keyboard.type("against")
    scene(screen, ".go").click()
    expect(scene(screen, ".unknown")).to_contain_text("The network does not know “against”")
    scene(screen, ".pick").get_by_text("that", exact=True).click()
    assert bars(screen) == figures(0, "that", ptb.vocabulary)
    expect(scene(screen, ".mine .word")).to_have_text("that")
    screen.page.keyboard.press("End")
    screen.page.keyboard.press("ArrowLeft")
    expect(scene(screen, ".told")).to_have_text("It has read its newspaper text 80 times")
    assert bars(screen) == figures(80, "that", ptb.vocabulary)
    (stop,) = (stop for stop in line.stops() if stop.epoch == 80)
    expect(scene(screen, ".inner text.read")).to_have_text(line.START[-1])
    drawn = {name: shown_numbers(scene(screen, f".inner [data-part={name}]")) for name in ("x", "h", "loop")}
    assert drawn["x"] == pytest.approx(stop.x / abs(stop.x).max(), abs=0.01)
    assert drawn["h"] == pytest.approx(stop.h, abs=0.01)
    assert drawn["loop"] == pytest.approx(stop.previous, abs=0.01)
    written = scene(screen, ".next").inner_text().split()
    assert scene(screen, ".copied").all_inner_texts() == ["the u.s. should", "the class of"]

    scene(screen, ".show").click()
    is_closed(screen)
    wait_until(lambda: "at=80" in screen.link, "the address is of that moment")
    assert "scene" not in screen.link
    assert screen.words == written
    expect(screen.page.locator(".notice")).to_contain_text("Epoch 80")
    expect(screen.page.locator(".st-key-bars svg .mark-rect")).not_to_have_count(0)
    assert screen.bars()[0] == ("because", "19.6 %")


@pytest.mark.full
def test_by_keyboard_the_page_behind_is_out_of_reach_and_escape_skips(arrive):
    screen = arrive()
    is_open(screen)
    screen.settle()
    keys = screen.page.keyboard
    names = []
    for _ in range(8):
        names.append(screen.page.evaluate("document.activeElement.shadowRoot?.activeElement?.className"))
        keys.press("Tab")
    assert names[:6] == ["field", "go", "pick", "pick", "pick", "pick"]
    assert set(names) <= {"field", "go", "pick", "skip", None}
    scene(screen, ".root").focus()
    for key in ("n", "u", "f", "Space"):
        keys.press(key)
    screen.page.evaluate("document.activeElement.blur()")
    for key in ("n", "u", "f", "Space"):
        keys.press(key)
    scene(screen, ".field").focus()
    keys.type("The")
    keys.press("Enter")
    expect(scene(screen, ".slider")).to_be_focused()
    expect(scene(screen, ".mine .word")).to_have_text("the")
    keys.press("Escape")
    is_closed(screen)
    wait_until(lambda: screen.link == "", "the address is bare again")
    assert len(screen.words) == 9
    expect(screen.page.locator("html.hall")).to_have_count(0)
    assert screen.epoch == 100
    expect(screen.page.locator(".st-key-page_train_open a")).to_be_focused()


@pytest.mark.full
def test_by_touch_on_a_phone_it_fits_does_not_move_and_is_declined_once(arrive):
    screen = arrive(size=PHONE, has_touch=True, is_mobile=True, reduced_motion="reduce", color_scheme="dark")
    is_open(screen)
    scene(screen, ".pick").first.tap()
    expect(scene(screen, ".bars li").first).to_be_visible()
    track = scene(screen, ".slider").bounding_box()
    height = scene(screen, ".show").bounding_box()["y"]
    for share in (0.25, 0.5, 0.75, 0.99):
        screen.page.touchscreen.tap(track["x"] + share * track["width"], track["y"] + track["height"] / 2)
        assert scene(screen, ".show").bounding_box()["y"] == height
    expect(scene(screen, ".told")).to_contain_text("100 times")
    assert scene(screen, ".mine i").evaluate("bar => getComputedStyle(bar).transitionDuration") == "0s"
    sizes = scene(screen).first.evaluate("scene => [scene.scrollWidth, document.documentElement.scrollWidth]")
    assert max(sizes) <= PHONE[0]
    scene(screen, ".skip").tap()
    is_closed(screen)
    assert "at=" not in screen.link
    screen.page.goto(screen.address)
    is_closed(screen)


@pytest.mark.full
def test_a_link_shows_it_only_on_request_and_a_browser_without_storage_never(arrive):
    screen = arrive("?temperature=0.5")
    is_closed(screen)
    screen.page.goto(screen.address)  # the browser has been here through a link
    is_closed(screen)
    screen.page.goto(screen.address + "?scene=first")
    is_open(screen)
    screen.page.reload()
    is_open(screen)
    is_closed(arrive(script=NOTHING_KEPT))
    is_open(arrive("?scene=first", script=NOTHING_KEPT))


@pytest.mark.full
def test_on_a_slow_network_nothing_of_the_page_is_seen_before_the_scene(arrive, server):
    cable = Cable(int(server.rstrip("/").rsplit(":", 1)[1]), 0.3)
    try:
        screen = arrive(address=cable.address, script=SEEN)
        is_open(screen)
        screen.settle()
        scene(screen, ".pick").first.click()
        assert set(screen.page.evaluate("seen")) == {SCENE}
        scene(screen, ".show").click()
        is_closed(screen)
        assert screen.page.evaluate("seen.lastIndexOf('.st-key-first_scene') < seen.indexOf('.title')")
        returning = arrive(address=cable.address, script=SEEN + "localStorage.setItem('rnnlm-visited', 'yes');")
        is_closed(returning)
        assert SCENE not in returning.page.evaluate("seen")
    finally:
        cable.close()
