"""Streamlit's own files, compressed once and served from memory.

Compression cuts a first visit's download to a quarter.
"""

import asyncio
import gzip
import hashlib
import mimetypes
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

PACKED = {".js", ".css", ".html", ".json", ".svg"}  # fonts and images are already compressed
HASHED = "public,max-age=31536000,immutable"  # a file with its hash in its name never changes
FRESH = "no-cache"  # the browser asks each time whether the file has changed


@dataclass(frozen=True)
class _File:
    """A file to send: its bytes, a hash of its content, and whether the bytes are compressed."""

    body: bytes
    mark: str
    is_packed: bool


class StaticFiles:
    """Middleware that answers requests for the files of a folder and passes all other requests on.

    A file is read and compressed once, at its first request, even if many requests arrive together. `base` is the path
    below which the page is served, for example `/rnn`, or empty at the root of the site. `edit` receives a file's path
    and bytes and returns the bytes to send.
    """

    def __init__(self, app: ASGIApp, folder: Path, base: str = "", edit: Callable[[Path, bytes], bytes] | None = None):
        self.app, self._edit = app, edit or (lambda _path, body: body)
        paths = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
        self._paths = {f"{base}/{name}": path for name, path in paths.items()}
        self._index, self._base = paths["index.html"], f"{base}/"
        self._hashed = f"{base}/static/"
        self._read: dict[Path, asyncio.Task[_File]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asks = scope["type"] == "http" and scope["method"] in ("GET", "HEAD")
        path = self._path(scope["path"], Headers(scope=scope)) if asks else None
        if path is None:
            await self.app(scope, receive, send)
            return
        if path not in self._read:
            self._read[path] = asyncio.create_task(asyncio.to_thread(self._pack, path))
        file = await asyncio.shield(self._read[path])
        cache = HASHED if scope["path"].startswith(self._hashed) else FRESH
        await _answer(Headers(scope=scope), file, path, cache)(scope, receive, send)

    def _path(self, asked: str, headers: Headers) -> Path | None:
        """Return the file for a URL path: index.html for a page, otherwise the file with this name.

        Returns None if the folder has no such file.
        """
        page = asked.removeprefix(self._base) if asked.startswith(self._base) else "."
        goes = page.isalpha() and "text/html" in headers.get("accept", "")
        return self._index if goes or not page else self._paths.get(asked)

    def _pack(self, path: Path) -> _File:
        body = self._edit(path, path.read_bytes())
        mark = hashlib.sha256(body).hexdigest()[:16]
        zipped = gzip.compress(body, 9, mtime=0) if path.suffix in PACKED else body
        return _File(zipped, mark, True) if len(zipped) < len(body) else _File(body, mark, False)


def _answer(asked: Headers, file: _File, path: Path, cache: str) -> Response:
    zipped = file.is_packed and takes_gzip(asked.get("accept-encoding", ""))
    mark = f'"{file.mark}-gzip"' if zipped else f'"{file.mark}"'
    headers = {"Cache-Control": cache, "ETag": mark} | ({"Vary": "Accept-Encoding"} if file.is_packed else {})
    if mark in asked.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if zipped:
        headers["Content-Encoding"] = "gzip"
    body = gzip.decompress(file.body) if file.is_packed and not zipped else file.body
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Response(body, headers=headers, media_type="text/javascript" if path.suffix == ".js" else kind)


def takes_gzip(accepted: str) -> bool:
    # the weight 0 (`gzip;q=0`) forbids gzip
    for part in accepted.lower().split(","):
        name, _, weight = part.replace(" ", "").partition(";q=")
        if name == "gzip":
            return not weight or weight.strip("0.") != ""
    return False
