"""A first visit loads little and does not jump; a second one loads no file again."""

import time
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.cable import Cable
from tests.page import DESKTOP, PHONE, visitors
from tests.test_hosting import Nginx

MOST = 1_300_000  # bytes
FONT = "SourceSansVF-Upright"
HEAVY = "SyntaxHighlighter", ".woff2"
SHIFTS = """
window.jumps = [];
new PerformanceObserver(list => {
  for (const { value, hadRecentInput, sources } of list.getEntries())
    if (!hadRecentInput) jumps.push([value, sources.map(({ node }) => node?.className ?? "")]);
}).observe({ type: "layout-shift", buffered: true });
"""
FILES = "performance.getEntriesByType('resource').map(file => [new URL(file.name).pathname, file.transferSize])"


@pytest.fixture(params=["streamlit run", "nginx"])
def counted(request, server, tmp_path):
    """A cable that counts the bytes from the server, or from nginx in front of it."""
    port, nginx = urlsplit(server).port, None
    if request.param == "nginx":
        nginx = Nginx(tmp_path, [port])
        port = nginx.port
    cable = Cable(port)
    yield cable
    cable.close()
    if nginx:
        nginx.stop()


@pytest.mark.full
def test_a_first_visit_is_light_and_a_second_one_brings_no_file_again(browser, counted, tmp_path):
    with visitors(browser, counted.address, tmp_path) as visit:
        screen = visit()
        assert counted.carried["down"] < MOST
        asked = [path for path, _ in screen.page.evaluate(FILES)]
        assert [path for path in asked if any(part in path for part in HEAVY) and FONT not in path] == []
        page = screen.page.evaluate("fetch('.', { headers: { accept: 'text/html' } }).then(answer => answer.text())")
        scripts = [path for path in asked if path.endswith(".js")]
        assert [path for path in scripts if path not in page] == []  # the browser need not wait until it needs them
        assert page.count('.js"') == len(scripts)
        screen.open()
        again = {path: size for path, size in screen.page.evaluate(FILES) if "/static/" in path}
        assert len(again) > 100
        assert [path for path, size in again.items() if size] == []


@pytest.mark.full
@pytest.mark.parametrize("late", [0, 3], ids=["", "late font"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_nothing_jumps_during_a_first_visit(browser, server, size, late):
    context = browser.new_context(viewport=dict(zip(("width", "height"), size, strict=True)))
    page = context.new_page()
    page.add_init_script(SHIFTS)
    page.route("**/*.woff2", lambda route: (time.sleep(late), route.continue_()))
    page.goto(server)
    expect(page.locator(".st-key-bars svg .mark-rect")).not_to_have_count(0)
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    expect(page.locator("html[data-whole]")).to_have_count(1)
    page.wait_for_timeout(300)
    jumps = page.evaluate("window.jumps")
    assert sum(size for size, _ in jumps) < 0.05, jumps
    context.close()
