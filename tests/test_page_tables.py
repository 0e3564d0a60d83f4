"""The curve, the bars and the strip as tables, for visitors who cannot see the pictures."""

from playwright.sync_api import expect

from tests.waiting import wait_until

ROWS = "table => [...table.rows].slice(1).map(row => [...row.cells].map(cell => cell.textContent))"


def test_the_tables_have_the_figures_of_the_pictures_and_follow_the_page(visit):
    screen = visit()
    screen.page.get_by_role("tab", name="Take away").click()
    screen.page.get_by_text("Curve, bars and strip as tables").click()
    tables = screen.page.locator("table.figures")
    expect(tables).to_have_count(3)
    curve, bars, strip = (tables.nth(i).evaluate(ROWS) for i in range(3))
    assert (curve[0], curve[-1]) == (["1", "401.4"], ["100", "5.14"])
    assert [tuple(row[:2]) for row in bars] == screen.bars()
    assert strip[0][1] == "0.0000"
    assert strip[-1][2] == "1.0000"
    assert [row[1] for row in strip[1:]] == [row[2] for row in strip[:-1]]
    u, word = screen.draw()[0], screen.words[screen.words.index("asbestos")]
    assert next(name for name, lo, hi, _ in strip if float(lo) <= float(u) < float(hi)) == word
    expect(tables.first.locator("caption")).to_have_text("Learning curve")
    expect(tables.first.locator("[scope=col]")).to_have_text(["epoch", "perplexity"])
    screen.click("next_word")
    wait_until(lambda: tables.nth(1).evaluate(ROWS) != bars, "the table of the bars shows the new word")
