"""Streamlit's files as browsers get them: compressed once, marked, and cached as long as possible."""

import asyncio
import gzip

import pytest

from rnnlm.ui import static
from rnnlm.ui.static import StaticFiles, takes_gzip
from tests.waiting import run_aside

SCRIPT = b"export const a = 1;\n" * 100


async def elsewhere(_scope, _receive, send):
    await send({"type": "http.response.start", "status": 418, "headers": []})
    await send({"type": "http.response.body", "body": b"another's"})


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "static" / "js").mkdir(parents=True)
    (tmp_path / "static" / "js" / "index.abc.js").write_bytes(SCRIPT)
    (tmp_path / "static" / "font.woff2").write_bytes(bytes(range(256)))
    (tmp_path / "index.html").write_bytes(b"<body>" + b"x" * 100 + b"</body>")
    (tmp_path.parent / "secret.js").write_bytes(b"secret")
    return tmp_path


async def asked(app, path, method="GET", **headers):
    """The status, the headers and the body of an answer."""
    said, pairs = [], [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "path": path, "headers": pairs, "query_string": b""}

    async def send(message):
        said.append(message)

    await app(scope, None, send)
    found = {name.decode(): value.decode() for name, value in said[0]["headers"]}
    return said[0]["status"], found, b"".join(message.get("body", b"") for message in said[1:])


def ask(app, path, method="GET", **headers):
    return run_aside(asked(app, path, method, **headers))


def test_a_script_is_sent_compressed_to_whoever_takes_that_and_as_it_is_to_others(folder):
    app = StaticFiles(elsewhere, folder)
    status, headers, body = ask(app, "/static/js/index.abc.js", accept_encoding="br, gzip")
    assert (status, gzip.decompress(body)) == (200, SCRIPT)
    assert headers["content-encoding"] == "gzip"
    assert headers["content-type"].startswith("text/javascript")
    assert int(headers["content-length"]) == len(body) < len(SCRIPT)
    _, plain, body = ask(app, "/static/js/index.abc.js", accept_encoding="br")
    assert body == SCRIPT
    assert "content-encoding" not in plain
    assert plain["vary"] == headers["vary"] == "Accept-Encoding"
    assert plain["etag"] != headers["etag"]


def test_what_a_browser_has_is_not_sent_again(folder):
    app = StaticFiles(elsewhere, folder)
    _, headers, _ = ask(app, "/", accept_encoding="gzip")
    status, again, body = ask(app, "/", accept_encoding="gzip", if_none_match=headers["etag"])
    assert (status, body, again["etag"]) == (304, b"", headers["etag"])
    assert headers["cache-control"] == "no-cache"
    _, hashed, _ = ask(app, "/static/font.woff2", accept_encoding="gzip")
    assert "immutable" in hashed["cache-control"]
    assert "content-encoding" not in hashed


def test_simultaneous_requests_compress_a_file_once(folder, monkeypatch):
    calls = []
    monkeypatch.setattr(static.gzip, "compress", lambda *given, **named: calls.append(given) or b"small")

    async def all_at_once(app):
        path = "/static/js/index.abc.js"
        return await asyncio.gather(*(asked(app, path, accept_encoding="gzip") for _ in range(30)))

    answers = run_aside(all_at_once(StaticFiles(elsewhere, folder)))
    assert {body for _, _, body in answers} == {b"small"}
    assert len(calls) == 1


def test_everything_else_is_passed_on(folder):
    app = StaticFiles(elsewhere, folder, "/rnn")
    assert ask(app, "/rnn/static/js/index.abc.js")[2] == SCRIPT
    assert ask(app, "/rnn/", method="HEAD")[0] == 200
    assert ask(app, "/rnn/ask", accept="text/html,*/*")[2].startswith(b"<body>")
    for path in (
        "/",
        "/rnn",
        "/static/js/index.abc.js",
        "/rnn/_stcore/health",
        "/rnn/ask",
        "/rnn/static/../../secret.js",
    ):
        assert ask(app, path)[0] == 418, path
    assert ask(app, "/rnn/", method="POST")[0] == 418


def test_a_file_is_sent_as_it_was_edited(folder):
    app = StaticFiles(elsewhere, folder, edit=lambda path, body: body.replace(b"</body>", path.suffix.encode()))
    assert ask(app, "/")[2].endswith(b"x.html")


@pytest.mark.parametrize(
    ("header", "takes"),
    [("gzip, deflate, br", True), ("GZIP;q=0.5", True), ("gzip;q=0", False), ("gzip; q=0.0", False), ("", False)],
)
def test_what_a_browser_takes_is_read_from_its_header(header, takes):
    assert takes_gzip(header) == takes
