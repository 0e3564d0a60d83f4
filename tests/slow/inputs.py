"""The main actions of visitors, each with a condition that is true at the end if no input is lost.

An action is a function of a tab and a random generator. It acts like a person, with pauses of 20 to 400 ms between
quick inputs. It returns the condition, a function of the result of `Tab.look`, which must be true once the last input
has arrived.
"""

import functools
import re

from rnnlm.formats import percent
from rnnlm.inference.sampling import distribution
from rnnlm.storage.pretrained import load_network
from rnnlm.ui.state.choices import Sampling
from rnnlm.ui.style import ASSETS
from tests.slow.tab import Dead

READY = {  # elements that each page has once it is complete
    "train": (".st-key-curve .marks", ".st-key-bars .mark-rect", ".said", "[role=tablist]"),
    "ask": (".lane .picks b", ".readers tbody tr", ".cached > div", ".st-key-bars .mark-rect"),
    "inside": (
        ".network .part",
        ".machine .head",
        ".moves .steps button",
        ".reach b",
        ".states canvas",
        ".matter .word",
    ),
    "compare": (".line path", ".columns p"),
    "lessons": (".st-key-lessons button",),
}
STANDS = "selectors => selectors.every((selector) => rnnlmAll(selector).length)"
SENTENCE = ("the", "company", "said", "a", "new", "market", "of", "in", "it", "is")
SEEDS = ("the", "a", "of", "it", "new", "years")


def pause(tab, chance):
    """Wait as long as a quick person waits between two inputs."""
    tab.page.wait_for_timeout(chance.randint(20, 400))


def path_of(name):
    """The address of a page of this name."""
    return "/" if name == "train" else f"/{name}"


def stands(tab, name):
    """The condition for `Tab.until` that a page is open and complete."""
    return lambda now: (
        now["path"] == path_of(name) and now["pages"] == [name] and tab.page.evaluate(STANDS, READY[name])
    )


def open_page(tab, name):
    """Open a page, without measuring it."""
    if not stands(tab, name)(tab.look()):
        if tab.look()["pages"] != [name]:
            tab.page.locator(f".st-key-page_{name} a").click()
        tab.until(stands(tab, name), f"the {name} page is complete")


@functools.cache
def first_bar(temperature):
    """The word and the figure of the first bar of the network trained on all of PTB, after the page's start words."""
    network, sampling = load_network(ASSETS / "ptb_network.npz"), Sampling(temperature=temperature)
    ids = [*network.opening, *map(network.vocabulary.id, sampling.start)]
    p = distribution(network.reader.after(ids), temperature, skip_ids=sampling.skip_ids(network.vocabulary))
    return [network.vocabulary.word(int(p.argmax())), percent(float(p.max()))]


def temperature_is(value):
    """The condition that slider and address show this value, and also the bars if their network does not train."""

    def holds(now):
        fits = float(now["temperature"] or -1) == value == float(now["link"].get("temperature", 1.0))
        if now["link"].get("network") != "ptb":
            return fits
        return fits and [now["bar"][0], now["bar"][len(now["bar"]) // 2]] == first_bar(value)

    return holds


def slider_keys(tab, chance):
    """Move the Temperature slider by five quick key presses."""
    open_page(tab, "train")
    slider, before = tab.page.get_by_role("slider", name="Temperature"), round(float(tab.look()["temperature"]), 1)
    key, step = ("ArrowRight", 0.1) if before < 1.2 else ("ArrowLeft", -0.1)
    slider.focus()
    for _ in range(5):
        tab.page.keyboard.press(key)
        pause(tab, chance)
    return temperature_is(round(before + 5 * step, 1))


def dragged(tab, chance, x, y, to):
    """Press at (x, y), move to each x in order, and release."""
    tab.page.mouse.move(x, y)
    tab.page.mouse.down()
    for place in to:
        tab.page.mouse.move(place, y, steps=4)
        tab.page.wait_for_timeout(chance.randint(20, 120))
    tab.page.mouse.up()


def slider_drag(tab, chance):
    """Drag the Temperature slider with the mouse."""
    open_page(tab, "train")
    thumb = tab.screen.whole("set_temperature").get_by_test_id("stSliderThumbValue").locator("..").bounding_box()
    track = tab.screen.whole("set_temperature").bounding_box()
    x, y = thumb["x"] + thumb["width"] / 2, thumb["y"] + thumb["height"] / 2
    before = tab.look()["temperature"]
    middle = track["x"] + track["width"] / 2  # drag to the other half, so that the value changes
    side = -1 if x > middle else 1
    ends = [middle + side * track["width"] * chance.uniform(0.1, 0.4) for _ in range(2)]
    dragged(tab, chance, x, y, ends)
    left_at = tab.look()["temperature"]
    if left_at == before:
        raise Dead("a drag does not move the slider")
    return temperature_is(round(float(left_at), 1))


def u_is(value):
    """The condition that needle and address both have this value, to the digits that the needle shows."""
    return lambda now: float(now["u"]) == value == round(float(now["link"].get("u", -1)), 4)


def needle_drag(tab, chance):
    """Drag the needle over the strips."""
    open_page(tab, "ask")
    box = tab.page.locator(".board").bounding_box()
    ends = [box["x"] + box["width"] * chance.uniform(0.05, 0.95) for _ in range(2)]
    dragged(tab, chance, box["x"] + box["width"] * chance.uniform(0.05, 0.95), box["y"] + 20, ends)
    return u_is(float(tab.look()["u"]))


def needle_keys(tab, chance):
    """Move the needle by five quick key presses."""
    open_page(tab, "ask")
    tab.page.locator(".board").focus()
    before = float(tab.look()["u"])
    key, step = ("ArrowRight", 0.001) if before < 0.9 else ("ArrowLeft", -0.001)
    for _ in range(5):
        tab.page.keyboard.press(key)
        pause(tab, chance)
    return lambda now: abs(float(now["u"]) - before - 5 * step) < 1e-6 and u_is(float(now["u"]))(now)


def at_is(epoch):
    """The condition that the handle, the address and the sentence below the timeline all show this epoch."""

    def holds(now):
        handle = re.match(r"epoch ([\d.e+]+)", now["at"])
        return (
            handle
            and float(handle[1]) == epoch == float(now["link"].get("at", -1))
            and re.match(rf"Epoch {re.escape(f'{epoch:.4g}')},", now["notice"])
        )

    return holds


def epoch_of(now):
    """The epoch that the timeline's handle shows."""
    return float(re.match(r"epoch ([\d.e+]+)", now["at"])[1])


def timeline_drag(tab, chance):
    """Drag the timeline's handle to an earlier epoch."""
    open_page(tab, "train")
    place = (
        "it => { const { x, y, width, height } = it.getBoundingClientRect(); return [x + width / 2, y + height / 2] }"
    )
    x, y = tab.page.locator(".timeline .stop.here").first.evaluate(place)
    stops = tab.page.locator(".timeline .track .stop").evaluate_all(
        "stops => stops.slice(0, -1).map((it) => it.getBoundingClientRect().x + it.getBoundingClientRect().width / 2)"
    )
    track = tab.page.locator(".timeline .track").bounding_box()
    to = [chance.choice(stops), chance.choice(stops)]
    dragged(tab, chance, x, y or track["y"], to)
    return at_is(epoch_of(tab.look()))


def timeline_keys(tab, chance):
    """Press Home and a few quick steps on the timeline."""
    open_page(tab, "train")
    tab.page.locator(".timeline").focus()
    for key in ("Home", *["ArrowRight"] * chance.randint(1, 4)):
        tab.page.keyboard.press(key)
        tab.page.wait_for_timeout(chance.randint(20, 200))
    return at_is(epoch_of(tab.look()))


def page_change(tab, chance):
    """Click on the link to another page."""
    here = tab.look()["pages"][0]
    name = chance.choice([name for name in READY if name != here])
    tab.page.locator(f".st-key-page_{name} a").click()
    return stands(tab, name)


def page_change_from_a_panel(tab, chance):
    """Open About, and click on the link to another page while it is open."""
    tab.screen.click("about")
    tab.page.locator("p.about").first.wait_for()
    tab.page.wait_for_timeout(chance.randint(200, 1000))
    return page_change(tab, chance)


def quick_page_changes(tab, chance):
    """Click on two or three links to pages, each before the previous page is complete."""
    for _ in range(chance.randint(2, 3)):
        here = tab.look()["pages"]
        name = chance.choice([name for name in READY if name not in here])
        tab.page.locator(f".st-key-page_{name} a, .st-key-page_{name}_open a").click()  # it may have just appeared
        pause(tab, chance)
    return stands(tab, name)


def back_and_forward(tab, chance):
    """Visit two pages, then go back quickly, and sometimes forward again."""
    here = tab.look()["pages"][0]
    first, second = chance.sample([name for name in READY if name != here], 2)
    open_page(tab, first)
    open_page(tab, second)
    moves = chance.choice([("back",), ("back", "back"), ("back", "forward"), ("back", "back", "forward")])
    visited, at = [here, first, second], 2
    for move in moves:
        tab.page.evaluate(f"history.{move}()")
        at += 1 if move == "forward" else -1
        pause(tab, chance)
    tab.wanted = f"{visited}, then {', '.join(moves)}"
    return stands(tab, visited[at])


def typed_sentence(tab, chance):
    """Type a sentence on Ask and press Enter."""
    open_page(tab, "ask")
    words = [chance.choice(SENTENCE) for _ in range(chance.randint(3, 6))]
    field = tab.screen.at("sentence_field", "input")
    field.press("Control+a")
    field.press_sequentially(" ".join(words), delay=chance.randint(5, 40))
    field.press("Enter")

    def holds(now):
        fits = now["sentence"] == " ".join(words) == now["link"].get("sentence")
        return fits and now["heads"][1 : 1 + len(words)] == words

    return holds


def seed_word(tab, chance):
    """Type another word to continue from, and choose it with Enter."""
    open_page(tab, "train")
    before = tab.look()["seed"]
    word = chance.choice([word for word in SEEDS if word != before])
    field = tab.screen.at("set_start", "input")
    field.click()
    field.press_sequentially(word, delay=chance.randint(5, 40))
    tab.page.get_by_role("option", name=word, exact=True).first.click()
    return lambda now: now["seed"] == word == now["link"].get("start") == now["given"]


def room_for_words(tab):
    """Make sure that the text is not full."""
    open_page(tab, "train")
    if tab.look()["words"] > 50:
        tab.screen.click("clear")
        tab.until(lambda now: now["words"] == 0, "the text is empty")
    return tab.look()["words"]


def next_word(tab, chance):
    """Click once on Next word."""
    before = room_for_words(tab)
    tab.screen.click("next_word")
    return lambda now: now["words"] == before + 1


def quick_next_words(tab, chance):
    """Click two to four times on Next word. The same number of words must appear."""
    before, clicks = room_for_words(tab), chance.randint(2, 4)
    for _ in range(clicks):
        tab.screen.click("next_word")
        pause(tab, chance)
    return lambda now: now["words"] == before + clicks


KINDS = {  # kind -> name -> (action, link parameters in addition to the run's)
    "slider": {
        "slider keys": (slider_keys, ""),
        "slider keys, all of PTB": (slider_keys, "&network=ptb"),
        "slider drag": (slider_drag, "&network=ptb"),
    },
    "needle": {"needle drag": (needle_drag, ""), "needle keys": (needle_keys, "")},
    "timeline": {"timeline drag": (timeline_drag, ""), "timeline keys": (timeline_keys, "")},
    "page": {
        "page change": (page_change, ""),
        "page change from a panel": (page_change_from_a_panel, ""),
        "quick page changes": (quick_page_changes, ""),
    },
    "history": {"Back and Forward": (back_and_forward, "")},
    "typing": {"typing a sentence": (typed_sentence, ""), "typing a seed word": (seed_word, "")},
    "words": {"Next word": (next_word, ""), "quick Next words": (quick_next_words, "")},
}
MAIN = {name: action for kind in KINDS.values() for name, action in kind.items()}
