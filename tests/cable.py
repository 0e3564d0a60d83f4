"""A cable between a browser and a server that can be pulled: every byte goes through it, or none."""

import asyncio
import contextlib
import threading


class Cable:
    """Listens on a port of 127.0.0.1 and passes on what comes to another one, while it is plugged in."""

    def __init__(self, port):
        self.to, self.plugged, self.writers = port, True, set()
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        self.server = self._run(asyncio.start_server(self._connect, "127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.server.sockets[0].getsockname()[1]}/"

    def _run(self, work):
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(10)

    async def _connect(self, reader, writer):
        if not self.plugged:
            writer.transport.abort()
            return
        try:
            there, answers = await asyncio.open_connection("127.0.0.1", self.to)
        except OSError:  # nobody listens there now
            writer.transport.abort()
            return
        self.writers |= {writer, answers}
        await asyncio.gather(self._pass(reader, answers), self._pass(there, writer))
        self.writers -= {writer, answers}

    @staticmethod
    async def _pass(reader, writer):
        with contextlib.suppress(OSError):
            while data := await reader.read(65_536):
                writer.write(data)
                await writer.drain()
        writer.close()

    async def _cut(self):
        self.plugged = False
        for writer in self.writers:
            writer.transport.abort()

    def pull(self):
        """Nothing comes through any more, and what is open breaks."""
        self._run(self._cut())

    def plug(self):
        """New connections come through again."""
        self.plugged = True

    def close(self):
        """End it."""
        self.pull()
        self.loop.call_soon_threadsafe(self.server.close)
