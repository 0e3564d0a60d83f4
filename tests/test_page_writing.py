"""The next word in the browser: the bars, the growing text, and the draw of each word."""

from urllib.parse import parse_qsl

import pytest
from playwright.sync_api import expect

from tests.waiting import wait_until


def words_become(screen, count):
    wait_until(lambda: len(screen.words) == count, f"the text has {count} drawn words")
    screen.settle()
    return screen.words


def needle_is_inside_the_drawn_piece(screen):
    """Whether the needle is on the piece that was hit, within a pixel."""
    return screen.page.locator(".strip").evaluate("""strip => {
      const box = (name) => strip.querySelector(name)?.getBoundingClientRect();
      const [piece, needle] = [".piece.hit", ".needle"].map(box);
      const middle = needle.left + needle.width / 2;
      return piece && piece.left - 1 <= middle && middle <= piece.right + 1;
    }""")


def move(screen, key, arrow, times=1):
    """Move a slider by the arrow keys, waiting for each step."""
    thumb = screen.at(key, "[data-testid=stSliderThumbValue]")
    for _ in range(times):
        shown = thumb.inner_text()
        screen.at(key, "input").press(arrow)
        expect(thumb).not_to_have_text(shown)


def test_the_text_grows_by_words_and_gives_them_back(visit):
    screen = visit()
    first = screen.words
    screen.click("twenty_words")
    longer = words_become(screen, len(first) + 20)
    assert longer[: len(first)] == first
    screen.keep("twenty-words")
    screen.click("undo")
    assert words_become(screen, len(longer) - 1) == longer[:-1]
    screen.page.keyboard.press("n")
    assert words_become(screen, len(longer)) == longer
    screen.click("next_word")
    words_become(screen, len(longer) + 1)
    screen.click("clear")
    words_become(screen, 0)
    expect(screen.page.locator(".text")).to_contain_text("press Next word")
    screen.click("undo")  # there is nothing to undo, and nothing happens
    words_become(screen, 0)
    screen.keep("empty-text")
    screen.click("twenty_words")
    assert words_become(screen, 20) != longer[:20]


@pytest.mark.full
def test_each_word_shows_the_draw_that_made_it(look):
    screen = look()
    sentences = []
    for i, word in enumerate(screen.words):
        button = screen.page.locator(".text .word").nth(i)
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        u, lo, hi, drawn = screen.draw()
        assert lo <= u < hi, screen.said
        assert drawn == word
        wait_until(lambda: needle_is_inside_the_drawn_piece(screen), "the needle is on the drawn piece")
        sentences.append(screen.said)
    assert len(set(sentences)) == len(sentences) > 5
    screen.keep("the-last-draw")


@pytest.mark.full
def test_a_draw_among_thousands_of_words_is_shown_with_enough_digits(visit):
    screen = visit("?words=100000&batch_size=200")
    screen.click("reset")
    wait_until(lambda: screen.epoch == 0, "an untrained network is on the screen")
    screen.click("clear")
    words_become(screen, 0)
    for count in range(1, 5):
        screen.click("next_word")
        words_become(screen, count)
        u, lo, hi, _ = screen.draw()
        assert lo <= u < hi, screen.said
    screen.keep("thousands-of-words")


def test_the_bars_are_sorted_and_add_up_to_a_hundred_per_cent(look):
    bars = look().bars()
    shares = [float(figure.removesuffix(" %")) for _, figure in bars]
    assert sum(shares) == pytest.approx(100, abs=0.1)
    assert shares[:-1] == sorted(shares[:-1], reverse=True)
    assert bars[-1][0].startswith("sum of ")


def test_the_best_word_alone_has_all_the_probability(visit):
    screen = visit("?top_k=1")
    assert screen.bars()[0][1] == "100 %"
    _, lo, hi, word = screen.draw()
    assert (lo, hi) == (0, 1)
    assert screen.read(".said .detail") == "p = 100 %, rank 1, 0 bits = log2(1/p)"
    screen.keep("top-1")
    screen.click("clear", "next_word")
    wait_until(lambda: len(screen.words) == 1 and screen.draw()[3] == word, "the same word again, with other luck")


def test_temperature_moves_the_bars_and_leaves_the_luck_as_it_is(visit):
    screen = visit()
    cool, (u, *_) = screen.bars(), screen.draw()
    move(screen, "set_temperature", "ArrowRight", times=8)
    wait_until(lambda: screen.link == "temperature=1.8", "the link carries the temperature")
    wait_until(lambda: screen.bars() != cool, "the bars have moved")
    assert float(screen.bars()[0][1].split()[0]) < float(cool[0][1].split()[0])
    assert screen.draw()[0] == u
    screen.keep("warm")
    move(screen, "set_temperature", "ArrowLeft", times=8)
    wait_until(lambda: screen.bars() == cool, "the bars are back")


def test_another_word_to_go_on_from_gives_other_bars(visit):
    screen = visit()
    before = screen.bars()
    screen.fill("set_start", "the")
    wait_until(lambda: screen.bars() != before, "the bars have moved")
    wait_until(lambda: screen.page.locator(".text .given").all_inner_texts() == ["the"], "the text begins with it")
    wait_until(lambda: screen.link == "start=the", "the address says so")
    screen.fill("set_start", "compny")
    expect(screen.page.locator(".stHtml .problem").first).to_contain_text("similar ones are 'company'")
    screen.keep("unknown-word")
    screen.page.get_by_role("tab", name="Take away").click()
    with screen.page.expect_download() as download:
        screen.click("save_text")
    assert download.value.path().read_text().split() == []


def test_a_bar_under_the_pointer_shows_its_word_rank_probability_and_count(look):
    screen = look()
    word, figure = screen.bars()[0]
    bar = screen.page.get_by_test_id("stVegaLiteChart").nth(1).locator(".mark-rect path").first
    tip = screen.page.locator("#vg-tooltip-element")

    def point():
        """Move the pointer over the bar in steps, because a new chart has not seen it yet."""
        box = bar.bounding_box()
        screen.page.mouse.move(box["x"] + 4, box["y"] + box["height"] / 2)
        screen.page.mouse.move(box["x"] + 8, box["y"] + box["height"] / 2, steps=4)
        return tip.is_visible()

    wait_until(point, "the tip is there")
    for told in (word, "1 of 418", "surprisal in bits", "times in the text"):
        expect(tip).to_contain_text(told)
    assert figure.endswith("%")


def test_words_typed_at_once_into_the_skip_list_are_one_chip_each(visit):
    screen = visit()
    screen.page.locator(".st-key-skip_list button").click()
    field = screen.page.get_by_role("combobox", name="Words that are never drawn")
    field.fill("of the in")
    field.press("Enter")
    wait_until(lambda: "skip=" in screen.link, "the address has them")
    assert dict(parse_qsl(screen.link))["skip"] == "<unk> N $ of the in"
    screen.settle()
    chips = screen.whole("set_skip").first
    for word in ("of", "the", "in"):
        expect(chips.get_by_text(word, exact=True)).to_be_visible()
