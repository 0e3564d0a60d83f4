"""The page behind a real nginx with our configuration: nothing is lost, and closed paths stay closed."""

import base64
import hashlib
import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import streamlit
from playwright.sync_api import expect

from tests.page import ROOT, Server, troubled, visitors
from tests.test_page_faults import stop_at, train
from tests.test_page_texts import KOREAN, upload
from tests.waiting import PATIENCE, wait_until

pytestmark = pytest.mark.full

HOSTING = ROOT / "assets" / "hosting"
LONG = "?epochs=10000&hidden_size=50"
SHUT = [
    "metrics",
    "agent/openapi.json",
    "agent/mcp",
    "script-health-check",
    "anything",
    "%6detrics",
    "../_stcore/agent/",
]
AROUND = """
{user}
daemon off;
worker_processes 1;
pid {folder}/pid;
error_log {folder}/errors;
events {{ worker_connections 4096; }}
http {{
    log_format who "$upstream_addr $rnnlm_browser";
    access_log {folder}/access who;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {site}
}}
"""


class Nginx:
    """nginx with our file, except for the port, the replicas and, under a base path, one word."""

    def __init__(self, folder, ports, base=""):
        self.nginx, self.folder = shutil.which("nginx") or "/usr/sbin/nginx", folder
        if not Path(self.nginx).exists():
            sentence = "There is no nginx here, so nobody has looked at the page through it."
            pytest.fail(sentence) if os.environ.get("CI") else pytest.skip(sentence)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}/{base}"
        site, line = (HOSTING / "nginx.conf").read_text(), re.compile(r"server 127\.0\.0\.1:8501 (.*;)")
        replicas = "\n".join(line.search(site)[0].replace("8501", str(port)) for port in ports)
        for old, new in (
            ("listen 80;", f"listen 127.0.0.1:{self.port};"),
            (line.search(site)[0], replicas),
            ("location / {", f"location /{base} {{"),
        ):
            assert site.count(old) == 1
            site = site.replace(old, new)
        user = "user root;" if os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(AROUND.format(user=user, folder=folder, site=site))
        self.start()

    def run(self, *flags):
        """The command that runs nginx with these flags."""
        return [self.nginx, "-p", str(self.folder), "-c", "nginx.conf", "-e", str(self.folder / "errors"), *flags]

    def start(self):
        """Start, and wait until it listens."""
        self.process = subprocess.Popen(self.run(), stderr=subprocess.DEVNULL)
        wait_until(lambda: self.process.poll() is not None or self.ask("/nothing")[0], "nginx listens")
        assert self.process.poll() is None, (self.folder / "errors").read_text()

    def stop(self):
        """End it, with all connections it holds."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(PATIENCE)

    def ask(self, path, method="GET", body=None, **headers):
        """The status, headers and body of an answer; status 0 if nobody listens."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        except ConnectionRefusedError:
            return 0, {}, b""
        finally:
            connection.close()

    def replicas_of(self):
        """The ports that answered each browser, by its cookie."""
        found = defaultdict(set)
        for line in (self.folder / "access").read_text().splitlines():
            *_, address, browser = line.split()  # if the first one refused, the next one's address follows
            if address != "-":
                found[browser].add(int(address.split(":")[-1]))
        return found


class Replica(Server):
    """One page of several, perhaps under a base path."""

    def __init__(self, log, base=""):
        self.base = base
        super().__init__(log, RNNLM_WORKERS="1", STREAMLIT_SERVER_BASE_URL_PATH=base)

    def start(self):
        """Start, and wait until it answers at its path."""
        self.address += self.base if not self.address.endswith(self.base) else ""
        super().start()


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Three replicas at the root, and a page under a base path."""
    folder = tmp_path_factory.mktemp("pages")
    with ThreadPoolExecutor() as pool:
        servers = list(pool.map(lambda i: Replica(folder / str(i), "rnn/" if i == 3 else ""), range(4)))
    yield servers
    for server in servers:
        if server.process.poll() is None:
            server.stop()
    assert "Traceback" not in "".join((folder / str(i)).read_text() for i in range(4))


@pytest.fixture(scope="module", params=["", "rnn/"], ids=["root", "base path"])
def nginx(request, pages, tmp_path_factory):
    """nginx before the page, at the root and under a base path."""
    ports = [server.port for server in pages if server.base == request.param]
    nginx = Nginx(tmp_path_factory.mktemp("nginx"), ports, request.param)
    nginx.base = "/" + request.param
    yield nginx
    nginx.stop()


@pytest.fixture
def visit(browser, nginx, tmp_path):
    """Open the page through nginx; violations of the policy are among the browser's errors."""
    with visitors(browser, nginx.address, tmp_path) as visit:
        yield visit


def given(headers):
    """The cookie that nginx gives a browser, or None."""
    cookies = headers.get_all("Set-Cookie", [])
    return next((cookie for cookie in cookies if cookie.startswith("rnnlm_replica=")), None)


def cookie_of(screen):
    """The cookie that assigns this browser to a replica."""
    return next(c["value"] for c in screen.page.context.cookies() if c["name"] == "rnnlm_replica")


def test_nginx_takes_the_file_and_says_nothing(nginx):
    told = subprocess.run(nginx.run("-t"), capture_output=True, text=True, check=True)
    assert not re.search(r"\[(warn|error|emerg)", told.stderr), told.stderr


def test_the_page_works_through_nginx_and_the_policy_stops_nothing(visit):
    screen = visit(LONG)
    train(screen, epochs=3)
    stop_at(screen)
    screen.page.get_by_role("tab", name="Take away").click()
    screen.settle()  # downloads are made while the tab is drawn
    with screen.page.expect_download() as download:
        screen.click("save_run")
    assert download.value.path().read_bytes().startswith(b"PK")
    upload(screen, "words.txt", KOREAN.encode())
    screen.click("next_word")
    screen.settle()
    assert screen.foreign == []


def test_an_answer_carries_the_headers_and_the_hashes_are_of_the_scripts_in_the_page(nginx):
    status, headers, _ = nginx.ask(nginx.base)
    assert status == 200
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    index = (Path(streamlit.__file__).parent / "static" / "index.html").read_bytes()
    (script,) = re.findall(rb"<script>(.*?)</script>", index, re.DOTALL)
    scripts = script, (ROOT / "assets" / "before.js").read_bytes()
    digests = [base64.b64encode(hashlib.sha256(script).digest()).decode() for script in scripts]
    assert policy["script-src"].split() == ["'self'", "blob:", *(f"'sha256-{digest}'" for digest in digests)]
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert policy["connect-src"] == "'self'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Server"] == "nginx"
    assert re.fullmatch(r"rnnlm_replica=[0-9a-f]{32}; Path=/; HttpOnly; SameSite=Lax", given(headers))


def test_internal_paths_are_closed_and_health_probes_are_answered(nginx):
    assert nginx.ask(f"{nginx.base}_stcore/health")[::2] == (200, b"ok")
    assert nginx.ask(f"{nginx.base}_stcore/host-config")[0] == 200
    for path in SHUT:
        for method in ("GET", "POST"):
            status, headers, _ = nginx.ask(f"{nginx.base}_stcore/{path}", method)
            assert status == 404, path
            assert "Content-Security-Policy" in headers


def test_nothing_below_static_is_a_page_that_does_anything_or_is_framed(nginx):
    for path in ("static/js/nothing.js", "static/media/x"):
        _, headers, _ = nginx.ask(nginx.base + path, Accept="text/html")
        assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert headers["X-Content-Type-Options"] == "nosniff"
    assert nginx.ask(f"{nginx.base}_stcore/metrics/static/js/x")[0] == 404


def test_requests_from_other_sites_are_refused_before_they_reach_the_page(nginx):
    here = f"127.0.0.1:{nginx.port}"
    for path in ("", "_stcore/health", "_stcore/stream"):
        for origin in ("https://example.com", f"http://{here}.example.com", f"http://x{here}", "null", f"ftp://{here}"):
            assert nginx.ask(nginx.base + path, Origin=origin)[0] == 403, origin
    for origin in (f"http://{here}", f"https://{here}"):
        assert nginx.ask(f"{nginx.base}_stcore/health", Origin=origin)[0] == 200


def test_uploads_are_bounded_and_nothing_else_has_a_body(nginx):
    place = f"{nginx.base}_stcore/upload_file/a/b"
    assert nginx.ask(place, "PUT", b"a" * (17 * 2**20 + 1))[0] == 413
    assert nginx.ask(place, "PUT", b"a" * 2**20)[0] in (400, 403)  # Streamlit's own answer: no such session
    assert nginx.ask(nginx.base, "POST", b"a" * 20_000)[0] == 413
    assert nginx.ask(nginx.base, Cookie="a=" + "b" * 100_000)[0] == 400


def test_systemd_takes_the_service(tmp_path):
    """Runs if systemd is installed; only the missing command is replaced by another."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("There is no systemd here.")
    unit, command = (HOSTING / "rnnlm.service").read_text(), "/opt/rnnlm/venv/bin/python"
    assert unit.count(command) == 1
    (tmp_path / "rnnlm.service").write_text(unit.replace(command, sys.executable))
    told = subprocess.run(["systemd-analyze", "verify", tmp_path / "rnnlm.service"], capture_output=True, text=True)
    assert (told.returncode, told.stderr) == (0, "")


def test_visitors_are_spread_over_replicas_and_a_browser_stays_on_its_own(nginx, pages):
    if nginx.base != "/":
        pytest.skip("one page has nobody to share with")
    before = set(nginx.replicas_of())
    cookies = [given(nginx.ask("/_stcore/health")[1]).split(";")[0] for _ in range(60)]
    for cookie in cookies:
        for _ in range(3):
            assert given(nginx.ask("/_stcore/health", Cookie=cookie)[1]) is None
    found = {browser: ports for browser, ports in nginx.replicas_of().items() if browser not in before}
    assert set(found) == {cookie.split("=")[1] for cookie in cookies}
    assert all(len(ports) == 1 for ports in found.values())
    shares = [sum(server.port in ports for ports in found.values()) for server in pages[:3]]
    assert min(shares) >= 6, shares
    answered, headers, _ = nginx.ask("/_stcore/health", Cookie="rnnlm_replica=../../x")  # invented: a new one
    assert answered == 200
    assert re.match(r"rnnlm_replica=[0-9a-f]{32};", given(headers))


@pytest.fixture
def in_trouble(browser, nginx, tmp_path):
    """Visitors whose browsers may report broken connections and no other error."""
    if nginx.base != "/":
        pytest.skip("shown with three replicas")
    with troubled(browser, nginx.address, tmp_path) as visit:
        yield visit


def test_a_page_is_there_again_when_nginx_was_restarted(in_trouble, nginx):
    screen = in_trouble(LONG)
    train(screen, epochs=3)
    nginx.stop()
    nginx.start()
    expect(screen.page.get_by_test_id("stApp")).to_have_attribute("data-test-connection-state", "CONNECTED")
    before = screen.epoch
    wait_until(lambda: screen.epoch > before + 20, "the run has gone on")


def test_visitors_of_a_lost_replica_carry_on_on_another_and_the_others_notice_nothing(in_trouble, nginx, pages):
    lost, other = in_trouble(LONG), in_trouble(LONG)
    while (at := nginx.replicas_of()[cookie_of(lost)]) == nginx.replicas_of()[cookie_of(other)]:
        other.page.context.clear_cookies()
        other.open(LONG)
    for screen in (lost, other):
        train(screen, epochs=3)
    (replica,) = [server for server in pages if server.port in at]
    replica.stop(signal.SIGKILL)
    expect(lost.page.locator(".notice")).to_contain_text("The server restarted", timeout=60_000)
    train(lost, epochs=3)
    wait_until(lambda: "hidden_size=50" in lost.link, "the address says so")
    assert "server restarted" not in other.notice
    before = other.epoch
    wait_until(lambda: other.epoch > before, "the other's run goes on")
    assert len(nginx.replicas_of()[cookie_of(lost)]) == 2
