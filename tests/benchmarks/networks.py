"""The memory of a public server (RNNLM_HOSTED=1) when a whole class opens network files.

    python -m tests.benchmarks.networks [N] [--crafted]

N visitors (16) open the shipped network. With --crafted, each opens a different small file of zeros that unpacks to a
large network. The output is the MB of all processes together: when all pages are complete, the peak while files are
opened, after a while, and after everybody has left.
"""

import argparse
import asyncio
import re
import tempfile
import time
import urllib.request
from pathlib import Path

import numpy as np
import psutil
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import FileUploaderState, UploadedFileInfo

from rnnlm.data.vocabulary import Vocabulary
from rnnlm.experiment import Experiment
from rnnlm.inference.reader import Reader
from rnnlm.storage.pretrained import Network, save_network
from tests.classroom import KEPT, LINK, ROOT, megabytes, most_megabytes, served
from tests.visitor import Visitor

SHIPPED = ROOT / "assets" / "ptb_network.npz"
REST = 5.0  # seconds until the system has released memory again
XSRF = "_streamlit_xsrf"


class Opener(Visitor):
    """A visitor who opens a file as a browser does: they ask for an upload address, send the file, and report it."""

    async def give(self, content: bytes, name: str, seconds: float = 60.0) -> None:
        """Open a file of this name and content, which makes the page's script run."""
        self.urls, runs = None, self.runs
        message = BackMsg()
        message.file_urls_request.request_id = "1"
        message.file_urls_request.file_names.append(name)
        await self.socket.send(message.SerializeToString())
        assert await self.until(lambda: self.urls is not None, seconds)
        await asyncio.to_thread(self._upload, content)
        info = UploadedFileInfo(file_id=self.urls.file_id, name=name, size=len(content), file_urls=self.urls)
        key = max((key for key in self.places if key.startswith("open_") and key[5:].isdecimal()), key=len)
        id, panel = self.places[key]
        await self.send(panel, id, file_uploader_state_value=FileUploaderState(uploaded_file_info=[info]))
        assert await self.until(lambda: self.runs > runs, seconds)

    def _upload(self, content: bytes) -> None:
        start, web = f"http://127.0.0.1:{self.port}", urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with web.open(f"{start}/_stcore/health") as answer:
            token = re.search(f"{XSRF}=([^;]+)", answer.headers["Set-Cookie"])[1]
        headers = {
            "Cookie": f"{XSRF}={token}",
            "X-Xsrftoken": token,
            "Content-Type": "multipart/form-data; boundary=cut",
        }
        body = b'--cut\r\nContent-Disposition: form-data; name="file"; filename="network.npz"\r\n\r\n'
        body += content + b"\r\n--cut--\r\n"
        address = f"{start}/{self.urls.upload_url.lstrip('/')}"
        web.open(urllib.request.Request(address, body, headers, method="PUT")).close()

    def _take(self, message, now: float) -> None:
        if message.WhichOneof("type") == "file_urls_response":
            self.urls = message.file_urls_response.file_urls[0]
        super()._take(message, now)


def crafted(number: int) -> bytes:
    """A file of about 10 kB that unpacks to a network of the largest allowed size. Its numbers are 0, except one."""
    V, D = 10_000, 512
    shapes = ((V, D), (D, D), (D, D), (D,), (D, V), (V,))
    params = [np.zeros(shape, np.float32) for shape in shapes]
    params[-1][number] = 1.0
    vocabulary = Vocabulary([f"w{i}" for i in range(V)], np.zeros(V, np.int64))
    network = Network(Reader(params), vocabulary, Experiment(hidden_size=D, wordvec_size=D), 1, 1.0, None)
    with tempfile.TemporaryDirectory() as folder:
        save_network(network, path := Path(folder) / "network.npz")
        return path.read_bytes()


async def course(server: psutil.Popen, port: int, contents: list[bytes]) -> list[float]:
    """All visitors come, go to the page that opens files, open one, and leave."""
    visitors = [Opener(port, LINK, lambda now: None) for _ in contents]
    await asyncio.gather(*(visitor.open() for visitor in visitors))
    await asyncio.gather(*(visitor.go("lessons") for visitor in visitors))
    await asyncio.sleep(REST)
    figures = [megabytes([server])]
    watching = asyncio.create_task(most_megabytes([server], time.perf_counter() + 60))
    await asyncio.gather(*(v.give(content, "network.npz") for v, content in zip(visitors, contents, strict=True)))
    figures.append(await watching)
    figures.append(megabytes([server]))
    await asyncio.gather(*(visitor.leave() for visitor in visitors))
    await asyncio.sleep(4 * KEPT + REST)
    return [*figures, megabytes([server])]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("visitors", nargs="?", type=int, default=16)
    parser.add_argument("--crafted", action="store_true", help="files of zeros instead of the shipped network")
    given = parser.parse_args()
    contents = [crafted(i) if given.crafted else SHIPPED.read_bytes() for i in range(given.visitors)]
    with tempfile.TemporaryDirectory() as folder:
        with served(Path(folder) / "log", RNNLM_HOSTED="1") as (server, port):
            before, most, then, after = asyncio.run(course(server, port, contents))
        told = (Path(folder) / "log").read_text(errors="replace")
    size = max(map(len, contents))
    print(
        f"{given.visitors} files of {size:,} bytes: {before:.0f} MB before, {most:.0f} at most, "
        f"{then:.0f} with them, {after:.0f} when all have left"
    )
    print(told[-2000:])


if __name__ == "__main__":
    main()
