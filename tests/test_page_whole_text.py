"""Read the text: the words a run learns, in full, with its streams and what the next update reads."""

import pytest
from playwright.sync_api import expect

from rnnlm.data.batches import bptt_window
from rnnlm.data.ptb import load_ptb
from tests.waiting import wait_until

WORDS = ".leaf span"
WINDOWS = """spans => spans.reduce((windows, span) => {
  if (span.classList.contains("head")) windows.push([]);
  windows.at(-1)?.push(span.textContent.trim());
  return windows;
}, [])"""


def windows(screen):
    return sorted(screen.page.locator(".leaf span.read").evaluate_all(WINDOWS))


def opened(screen):
    tab = screen.page.get_by_role("tab", name="Read the text")
    tab.click()
    expect(screen.page.locator(".leaf")).to_be_visible()
    return screen


def test_every_word_is_there_and_the_next_window_is_marked(visit):
    screen, corpus = opened(visit()), load_ptb("train", words=1000)
    word = corpus.vocabulary.word
    texts = [text.strip() for text in screen.page.locator(WORDS).all_inner_texts()]
    assert texts == [word(i) for i in corpus.ids]
    expect(screen.page.locator(".leaf p")).to_have_count(10)
    expect(screen.page.locator(".leaf")).to_have_attribute("tabindex", "0")
    assert windows(screen) == sorted([word(i) for i in xs] for xs in bptt_window(corpus.ids, 10, 5, 1900)[0])
    screen.click("reset")
    screen.click("one_update")
    after = sorted([word(i) for i in xs] for xs in bptt_window(corpus.ids, 10, 5, 1)[0])
    wait_until(lambda: windows(screen) == after, "the heads have moved by a window")


@pytest.mark.full
def test_a_long_text_is_read_a_thousand_words_at_a_time(visit):
    screen, corpus = visit("?words=2500&batch_size=20"), load_ptb("train", words=2500)
    screen.click("one_update")
    opened(screen)
    expect(screen.page.locator(".leaf")).to_have_attribute("aria-label", "Words 1 to 1,000 of 2,500")
    for last in ("2,000", "2,500"):
        screen.page.locator(".leaves").get_by_role("button", name="Next").press("Enter")
        expect(screen.page.locator(".leaves")).to_contain_text(f"to {last} of 2,500")
    texts = [text.strip() for text in screen.page.locator(WORDS).all_inner_texts()]
    assert texts == [corpus.vocabulary.word(i) for i in corpus.ids[2000:]]
    expect(screen.page.locator(".leaves").get_by_role("button", name="Next")).to_be_disabled()
