"""The page in other forms: translated, right to left, on paper, at 400 %, in the system's colours."""

import pytest
from playwright.sync_api import expect

from tests.page import visitors
from tests.test_page import TOO_WIDE
from tests.test_page_lessons import WRITTEN, Lesson
from tests.waiting import wait_until

pytestmark = pytest.mark.full

PAGES = ("", "ask", "inside", "compare", "lessons")
ARABIC = "ذهب الولد إلى المدرسة"
WHEREVER = """(selector) => {
  const found = [];
  const walk = (root) => {
    found.push(...root.querySelectorAll(selector));
    for (const node of root.querySelectorAll("*")) if (node.shadowRoot) walk(node.shadowRoot);
  };
  walk(document);
  return found;
}"""
# The translatable texts on the page with this word, without hidden ones and scripts.
MAY_BE_TRANSLATED = """(word) => {
  const found = [];
  const walk = (root) => {
    for (const node of root.childNodes) {
      if (node.nodeType === 3 && node.data.toLowerCase().includes(word)) {
        const at = node.parentElement ?? root.host;
        if (at.translate && !at.closest("script, style, [translate=no]")) found.push(node.data);
      }
      if (node.nodeType === 1) walk(node);
      if (node.shadowRoot && node.translate) walk(node.shadowRoot);
    }
  };
  walk(document.body);
  return found;
}"""
# Elements that are drawn only by their background: their colours and those around them.
PAINTED = (
    "(selectors) => { const find = "
    + WHEREVER
    + """;
  return selectors.map((selector) => {
    const [name, pseudo] = selector.split("::");
    const node = find(name)[0];
    return node ? getComputedStyle(node, pseudo ? "::" + pseudo : undefined).backgroundColor : "not there";
  });
}"""
)
TEXT = "zyxwa zyxwb zyxwc .\nzyxwb zyxwa zyxwd .\n" * 30


def go(screen, name):
    """Another page of the same visitor."""
    if name:
        screen.page.locator(f".st-key-page_{name} a").click()
        expect(screen.page.locator(f".st-key-page_{name}_open")).to_be_visible()
        screen.settle()


def test_no_word_of_a_text_may_be_translated(visit):
    screen = visit("?wordvec_size=8&hidden_size=12&batch_size=5&time_size=4&epochs=5")
    screen.upload("mine.txt", TEXT.encode())
    expect(screen.page.locator(".st-key-settings, [data-testid=stPopoverBody]").last).to_contain_text("mine.txt:")
    screen.page.keyboard.press("Escape")
    screen.click("train")
    expect(screen.page.locator(".notice")).to_contain_text("All epochs are done")
    screen.click("twenty_words")
    screen.settle()
    assert "zyxw" in screen.read(".text")
    found = {}
    for name in PAGES:
        go(screen, name)
        if name == "ask":
            screen.fill("set_sentence", "zyxwa zyxwb zyxwc")
            screen.settle()
            screen.click("guess")
            expect(screen.page.locator(".context")).to_be_visible()
            screen.click("no_idea")
            expect(screen.page.locator(".came")).to_be_visible()
        wait_until(lambda: screen.page.evaluate("document.querySelector('.aloud') !== null"), "marks are there")
        screen.page.wait_for_timeout(300)  # until the marks are set
        found[name] = screen.page.evaluate(MAY_BE_TRANSLATED, "zyxw")
    assert found == {name: [] for name in PAGES}


def test_a_right_to_left_lesson_is_laid_out_from_right_to_left(visit):
    screen = visit()
    lesson = Lesson(screen)
    content = WRITTEN.replace("Set the *temperature* to **2**. <b>No HTML.</b>", ARABIC)
    content = content.replace("Look at the bars.", f"**{ARABIC}**").replace("Yes.", ARABIC).replace("Two temp", "T")
    lesson.give("arabic.toml", content.encode())
    expect(lesson.bar.locator(".say")).to_contain_text(ARABIC)
    assert lesson.bar.locator(".say").evaluate("node => getComputedStyle(node).direction") == "rtl"
    assert lesson.bar.locator(".title").evaluate("node => getComputedStyle(node).direction") == "ltr"
    lesson.next()
    expect(lesson.bar.locator(".choice")).to_have_count(2)
    answers = lesson.bar.locator(".answer").evaluate_all("nodes => nodes.map(node => getComputedStyle(node).direction)")
    assert answers == ["rtl", "ltr"]
    sides = lesson.bar.locator(".answer").first.evaluate(
        """node => {
          const words = document.createRange();
          words.selectNodeContents(document.createTreeWalker(node, NodeFilter.SHOW_TEXT).nextNode());
          const [text, box] = [words.getBoundingClientRect(), node.parentElement.getBoundingClientRect()];
          return [text.left - box.left, box.right - text.right];
        }"""
    )
    assert sides[0] > sides[1]  # it is at the right


def test_what_is_said_in_passing_is_read_aloud_by_one_region_that_stays(visit):
    screen = visit()
    region = screen.page.locator(".aloud[role=status][aria-live=polite]")
    expect(region).to_have_count(1)
    screen.page.evaluate("document.querySelector('.aloud').dataset.same = 'yes'")
    screen.click("settings")
    field = screen.page.locator("[class*='st-key-set_epochs_'] input").first
    field.fill("0")
    field.press("Enter")
    expect(region).to_contain_text("epochs must be between 1 and 10,000, got 0.")
    assert region.get_attribute("data-same") == "yes"
    screen.page.keyboard.press("Escape")
    screen.page.goto(screen.address + "?lesson=what&step=2")
    lesson = Lesson(screen)
    expect(lesson.bar.locator(".choice")).to_have_count(3)
    screen.settle()
    lesson.bar.locator(".choice").first.click()
    expect(lesson.bar.locator(".choice .told").first).to_be_visible()
    verdict = lesson.bar.locator(".choice .told").first.inner_text()
    expect(region).to_contain_text(verdict)
    assert screen.page.locator("[role=alert]:not([data-testid])").count() == 0


def test_epoch_and_perplexity_are_read_aloud_now_and_then(visit):
    screen = visit("?epochs=20")
    screen.page.evaluate(
        """() => {
          window.read = [];
          const region = document.querySelector(".aloud");
          new MutationObserver(() => window.read.push(region.textContent)).observe(region, { childList: true });
        }"""
    )
    screen.click("train")
    expect(screen.page.locator(".aloud")).to_contain_text("epoch 20 of 20, perplexity")
    progress = [text for text in screen.page.evaluate("window.read") if text.startswith("epoch ")]
    assert len(progress) <= 3  # the run has made many more steps


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_on_paper_all_of_a_page_is_there_dark_on_white(visit, name, scheme):
    screen = visit(scheme=scheme)
    go(screen, name)
    heights = screen.page.locator("[data-testid=stMainBlockContainer]").evaluate("node => node.scrollHeight")
    screen.page.emulate_media(media="print", color_scheme=scheme)
    screen.page.wait_for_timeout(300)  # charts take their new width
    cut = screen.page.evaluate(
        """() => ["stMain", "stAppViewContainer", "stApp"].filter((name) => {
          const node = document.querySelector(`[data-testid=${name}]`), style = getComputedStyle(node);
          return style.overflowY !== "visible" || node.scrollHeight > node.clientHeight + 1;
        })"""
    )
    assert cut == []
    app = screen.page.get_by_test_id("stApp")
    assert app.evaluate("node => getComputedStyle(node).backgroundColor") == "rgb(255, 255, 255)"
    head = screen.page.locator("h2.panel").first.evaluate("node => getComputedStyle(node).color")
    assert head == "rgb(29, 31, 35)"
    assert screen.page.locator(".stButton button").filter(visible=True).count() == 0
    assert screen.page.evaluate(TOO_WIDE) == []
    paper = screen.page.pdf(path=screen.pictures / f"paper-{name or 'train'}-{scheme}.pdf", print_background=True)
    assert len(paper) > 10_000
    assert heights > 0


@pytest.mark.parametrize("name", PAGES)
def test_at_400_percent_nothing_is_cut_and_everything_is_in_reach(visit, name):
    screen = visit(size=(320, 256))
    go(screen, name)
    screen.keep(f"zoomed-{name or 'train'}")
    assert screen.page.evaluate(TOO_WIDE) == []
    main = screen.page.get_by_test_id("stMain")
    assert main.evaluate("node => node.scrollWidth <= node.clientWidth")
    lesson = screen.page.locator(".st-key-lesson_bar .bar")
    screen.page.goto(f"{screen.address}{name}?lesson=what&step=2")
    expect(lesson.locator(".choice")).to_have_count(3)
    screen.settle()
    assert lesson.bounding_box()["height"] <= 0.45 * 256
    assert screen.page.evaluate(TOO_WIDE) == []


def test_at_400_percent_the_settings_can_be_used(visit):
    screen = visit("?lesson=what", size=(320, 256))
    screen.click("settings")
    body = screen.page.get_by_test_id("stPopoverBody")
    expect(body).to_be_visible()
    screen.settle()
    box = body.bounding_box()
    assert box["height"] > 150
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= 257
    field = screen.page.locator("[class*='st-key-set_seed_'] input").first
    field.scroll_into_view_if_needed()
    field.fill("3")
    field.press("Enter")
    wait_until(lambda: "seed=3" in screen.link, "the seed is taken")


DRAWN = {  # elements drawn only by a background on each page: the ground, and what is on it
    "": [(".track", ".track i"), (".track", ".stop.here"), (".strip", ".piece.hit"), (".strip", ".needle")],
    "ask": [(".cached", ".cached .bar i")],
    "inside": [(".whole::before", ".head::after"), (".reach .field", ".reach .field b")],
    "lessons": [(".track", ".track i")],
}


@pytest.mark.parametrize("name", DRAWN)
def test_in_the_system_s_colours_tracks_bars_and_dots_are_seen(browser, server, tmp_path, name):
    with visitors(browser, server, tmp_path) as visit:
        screen = visit("?lesson=what")
        screen.page.emulate_media(forced_colors="active")
        go(screen, name)
        page = screen.page.evaluate("getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor")
        for ground, drawn in [*DRAWN[name], (".head", ".dot.here::before")]:
            under, over = screen.page.evaluate(PAINTED, [ground, drawn])
            assert "not there" not in (under, over), (ground, drawn)
            assert over not in (under, page, "rgba(0, 0, 0, 0)"), (ground, drawn)
        screen.keep(f"forced-{name or 'train'}")
