"""All other controls of the pages. Each try uses a control once, and the page must show the effect."""

from tests.slow.inputs import open_page, room_for_words

CHOSEN = "[aria-checked=true], [aria-pressed=true], [kind$=Active]"


def texts(tab, selector):
    """The texts of all elements that match a selector, including those in our components."""
    return tab.page.evaluate("selector => rnnlmAll(selector).map((it) => it.innerText)", selector)


def pressed(page, key, selector):
    """An action that presses a button of a page. The text of the selected element must change."""

    def act(tab, _):
        open_page(tab, page)
        before = texts(tab, selector)
        tab.screen.click(key)
        return lambda _: (now := texts(tab, selector)) and now != before

    return act


def clicked(page, selector, attribute):
    """An action that clicks on an unselected part of one of our components. The part must become selected."""

    def act(tab, chance):
        open_page(tab, page)
        parts = tab.page.locator(selector)
        read = "(parts, name) => parts.map((it) => it.getAttribute(name) ?? '')"
        states = parts.evaluate_all(read, attribute)
        free = [i for i, state in enumerate(states) if state != "true"]
        i = chance.choice(free)
        parts.nth(i).click()
        return lambda _: parts.evaluate_all(read, attribute)[i] == "true"

    return act


def segment(page, key, labels, name=None, values=None):
    """An action that chooses another segment. If the address contains the option, the address must change, too."""

    def act(tab, _):
        open_page(tab, page)
        whole = tab.screen.whole(key)
        chosen = f"it => [...it.querySelectorAll('button')].find((part) => part.matches({CHOSEN!r}))?.innerText ?? ''"
        here = whole.first.evaluate(chosen)
        i = 1 - next((i for i, label in enumerate(labels) if label in here), 0)
        whole.get_by_text(labels[i], exact=True).click()

        def holds(now):
            fits = labels[i] in whole.first.evaluate(chosen)
            return fits and (name is None or now["link"].get(name, values[0]) == values[i])

        return holds

    return act


def steps(page, label, name, default, low, high):
    """An action that moves a slider by one key press, up if its value is low and down if not."""

    def act(tab, _):
        open_page(tab, page)
        slider = tab.page.get_by_role("slider", name=label)
        before = float(slider.input_value())
        slider.focus()
        tab.page.keyboard.press("ArrowRight" if before < (low + high) / 2 else "ArrowLeft")
        value = float(slider.input_value())

        def holds(now):
            return value != before and float(slider.input_value()) == value == float(now["link"].get(name, default))

        return holds

    return act


def top_k(tab, _):
    """Move Top-k by one key press."""
    open_page(tab, "train")
    slider = tab.page.get_by_role("slider", name="Top-k")
    before = slider.get_attribute("aria-valuetext")
    slider.focus()
    tab.page.keyboard.press("ArrowLeft" if before == "all" else "End")
    value = "100" if before == "all" else "all"

    def holds(now):
        return slider.get_attribute("aria-valuetext") == value and now["link"].get("top_k", "all") == value

    return holds


def twenty_words(tab, _):
    """Click on the "20 words" button."""
    before = room_for_words(tab)
    tab.screen.click("twenty_words")
    return lambda now: now["words"] == before + 20


def some_words(tab):
    """Make the text at least two words long, and return its number of words."""
    if room_for_words(tab) < 2:
        tab.screen.click("twenty_words")
        tab.until(lambda now: now["words"] > 19, "there are words")
    return tab.look()["words"]


def a_word(tab, chance):
    """Click on a word of the text."""
    some_words(tab)
    return clicked("train", ".text .word", "aria-pressed")(tab, chance)


def undo(tab, _):
    """Click on Undo."""
    before = some_words(tab)
    tab.screen.click("undo")
    return lambda now: now["words"] == before - 1


def clear(tab, _):
    """Click on Clear."""
    some_words(tab)
    tab.screen.click("clear")
    return lambda now: now["words"] == 0


def pause_and_train(tab, _):
    """Click on Pause, and then on Train."""
    open_page(tab, "train")
    tab.screen.click("train")
    tab.until(lambda now: "Train" in now["train"], "it pauses")
    tab.screen.click("train")
    return lambda now: "Pause" in now["train"]


def seed_field(tab, chance):
    """Open the settings, change a number field, and close the settings."""
    open_page(tab, "train")
    number = str(chance.randint(1, 9999))
    tab.screen.click("settings")
    field = tab.screen.at("set_seed", "input")
    field.fill(number)
    field.press("Enter")
    tab.page.keyboard.press("Escape")
    return lambda now: now["link"].get("seed") == number


def explain_tab(tab, chance):
    """Choose another tab below the text."""
    open_page(tab, "train")
    names = tab.page.get_by_role("tab")
    free = [i for i in range(names.count()) if names.nth(i).get_attribute("aria-selected") != "true"]
    i = chance.choice(free)
    names.nth(i).click()
    shown = "() => rnnlmAll('[role=tabpanel]').some((it) => it.offsetHeight > 20 && it.innerText.length > 20)"
    return lambda _: names.nth(i).get_attribute("aria-selected") == "true" and tab.page.evaluate(shown)


def two_dice(tab, chance):
    """Type two dice on Ask."""
    open_page(tab, "ask")
    dice = f"{chance.randint(0, 99):02d}"
    field = tab.screen.at("two_dice", "input")
    field.fill(dice)
    field.press("Enter")
    return lambda now: float(now["u"]) == float(now["link"].get("u", -1)) == round(int(dice) / 100 + 0.005, 3)


def thousand_draws(tab, _):
    """Draw 1,000 words on Ask. The bars of the draws must change."""
    open_page(tab, "ask")
    bars = "() => rnnlmAll('.st-key-bars .mark-rect path').map((it) => it.getAttribute('d')).join()"
    before = tab.page.evaluate(bars)
    tab.screen.click("draws")
    return lambda _: "1,000 draws" in "".join(texts(tab, ".st-key-needle .note")) and tab.page.evaluate(bars) != before


def name_of_a_run(tab, chance):
    """Rename a run on Compare."""
    open_page(tab, "compare")
    name = f"run {chance.randint(0, 9999)}"
    field = tab.page.locator(".row input").first
    field.fill(name)
    field.press("Enter")
    legend = "() => rnnlmAll('.named').map((it) => it.textContent)"
    return lambda _: field.input_value() == name and name in tab.page.evaluate(legend)


CONTROLS = {
    "Pause, Train": (pause_and_train, ""),
    "20 words": (twenty_words, ""),
    "Undo": (undo, ""),
    "Clear": (clear, ""),
    "a word of the text": (a_word, ""),
    "Top-k": (top_k, ""),
    "network": (segment("train", "network", ["This run", "All of PTB"], "network", ["run", "ptb"]), "&network=ptb"),
    "axis": (segment("train", "axis", ["Log", "Linear"]), ""),
    "speed": (segment("train", "speed", ["1 epoch a second", "Full speed"]), ""),
    "Settings, a number": (seed_field, ""),
    "tabs": (explain_tab, ""),
    "two dice": (two_dice, ""),
    "1,000 draws": (thousand_draws, "&network=ptb"),
    "Write this word": (pressed("ask", "write_it", ".so_far"), ""),
    "Forget, Remember": (pressed("ask", "forget", ".st-key-forget button"), ""),
    "share of the memory": (steps("ask", "Weight of the memory", "cache_share", 0.1, 0, 0.5), ""),
    "Next move": (pressed("inside", "next_move", ".steps [aria-pressed=true]"), ""),
    "a move": (clicked("inside", ".steps button", "aria-pressed"), ""),
    "a stream": (clicked("inside", ".machine .head", "aria-pressed"), ""),
    "a run's name": (name_of_a_run, ""),
}
