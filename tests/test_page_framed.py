"""The page in a frame of another site, as on a learning platform, where browsers may store nothing for it."""

import http.server
import threading

import pytest
from playwright.sync_api import expect

from tests.test_hosting import Nginx
from tests.waiting import wait_until

NOTHING_KEPT = """if (window !== window.top) for (const name of ["sessionStorage", "localStorage"])
  Object.defineProperty(window, name, { get() { throw new DOMException("denied", "SecurityError"); } });"""
SMALL = "?epochs=30&wordvec_size=8&hidden_size=12&batch_size=5&time_size=4"


@pytest.fixture
def platform():
    """A function that frames an address in a page on another host and returns the address of that page."""
    pages = []

    def framing(address):
        page = f'<!doctype html><iframe src="{address}" width="1200" height="800"></iframe>'.encode()

        class Answer(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                self.wfile.write(page)

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        pages.append(server)
        return f"http://localhost:{server.server_port}/"

    yield framing
    for server in pages:
        server.shutdown()


def framed_of(context, address):
    page = context.new_page()
    page.goto(address)
    wait_until(lambda: len(page.frames) > 1, "the frame is there")
    return page, page.frames[1]


@pytest.mark.full
def test_a_reload_of_a_frame_that_may_keep_nothing_finds_the_run_and_its_link_carries_no_token(
    browser, server, platform
):
    context = browser.new_context()
    context.add_init_script(NOTHING_KEPT)
    _, frame = framed_of(context, platform(server + SMALL))
    expect(frame.locator(".said")).to_be_visible()
    frame.locator(".st-key-train button").click()
    expect(frame.locator(".notice")).to_contain_text("All epochs are done")
    expect(frame.locator(".progress")).to_contain_text("epoch 30 of 30")
    token = frame.evaluate("history.state.rnnlm.token")
    frame.evaluate("window.before = true; location.reload()")
    frame.wait_for_function("!window.before")  # otherwise the page of before the reload is read
    expect(frame.locator(".notice")).to_contain_text("All epochs are done")
    expect(frame.locator(".progress")).to_contain_text("epoch 30 of 30")
    for place in ("location.href", "document.referrer", "window.name", "document.cookie"):
        assert token not in frame.evaluate(place)
    frame.get_by_role("tab", name="Take away").click()
    assert token not in frame.locator(".st-key-explain, body").last.inner_text()
    context.close()


@pytest.mark.full
@pytest.mark.parametrize("may", [True, False], ids=["named", "not named"])
def test_only_the_site_named_in_nginx_s_one_line_may_frame_the_page(browser, server, platform, tmp_path, may):
    port = int(server.rstrip("/").rsplit(":", 1)[1])
    nginx = Nginx(tmp_path, [port])
    address = platform(nginx.address)
    site = (tmp_path / "nginx.conf").read_text()
    named = address.rstrip("/") if may else "https://moodle.example"
    assert site.count("default \"'none'\";") == 1
    (tmp_path / "nginx.conf").write_text(site.replace("default \"'none'\";", f'default "{named}";'))
    nginx.stop()
    nginx.start()
    headers = nginx.ask("/_stcore/health")[1]  # the path at which Streamlit sets its own cookie
    assert f"frame-ancestors {named}" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] is None
    cookies = headers.get_all("Set-Cookie")
    assert len(cookies) == 2
    for cookie in cookies:
        assert {"SameSite=None", "Secure", "Partitioned"} <= set(cookie.split("; "))
    context = browser.new_context()
    _, frame = framed_of(context, address)
    if may:
        expect(frame.locator(".said")).to_be_visible()
        expect(frame.locator(".st-key-curve svg .mark-line")).not_to_have_count(0)
    else:
        refused = "the browser refuses the frame"  # counting processes the browser's events
        wait_until(lambda: frame.locator("body").count() and frame.url.startswith("chrome-error:"), refused)
    context.close()
    nginx.stop()
