"""A simulated cable between a browser and a server. It can be unplugged, slowed down and cut at random."""

import asyncio
import contextlib
import random
import threading

PIECE = 16_384  # bytes that a connection sends before the next connection may send


class Cable:
    """A cable that listens on a port of 127.0.0.1 and, while it is plugged in, forwards bytes to another port.

    The order of bytes is kept.

    `round_trip` is a delay in seconds. Bytes take half of it in each direction. A connection opens after the whole of
    it, as in TCP.
    `rate` is the bytes a second in each direction, shared by all connections; None means no limit.
    `cuts` is the probability with which each websocket is cut in each second.
    `carried` counts the bytes that have arrived in each direction.
    """

    def __init__(self, port, round_trip=0.0, rate=None, cuts=0.0, seed=0):
        self.to, self.plugged, self.connections, self.takes_websockets = port, True, {}, True
        self.round_trip, self.rate, self.cuts, self.chance = round_trip, rate, cuts, random.Random(seed)
        self.carried, self.cut_so_far, self.cut_at = {"up": 0, "down": 0}, 0, None
        self.links = {way: asyncio.Lock() for way in self.carried}
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        self.server = self._run(asyncio.start_server(self._connect, "127.0.0.1", 0))
        self.port = self.server.sockets[0].getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}/"

    def _run(self, work):
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(10)

    async def _connect(self, reader, writer):
        if not self.plugged:
            writer.transport.abort()
            return
        self.connections[writer] = connection = Connection([writer])
        try:
            await asyncio.sleep(self.round_trip)
            there, answers = await asyncio.open_connection("127.0.0.1", self.to)
            connection.writers.append(answers)
            if connection.broken:  # broken while it was being opened
                connection.abort()
            cutting = asyncio.create_task(self._cut_by_chance(connection))
            await asyncio.gather(
                self._pass("up", reader, answers, connection), self._pass("down", there, writer, connection)
            )
            cutting.cancel()
        except OSError:  # the server is not listening now
            connection.abort()
        finally:
            del self.connections[writer]

    async def _pass(self, way, reader, writer, connection):
        line = asyncio.Queue()
        arriving = asyncio.create_task(self._arrive(way, line, writer))
        with contextlib.suppress(OSError):
            while data := await reader.read(PIECE):
                connection.websocket |= b"upgrade: websocket" in data.lower() and way == "up"
                if connection.websocket and not self.takes_websockets:
                    connection.abort()
                if self.cut_at == way and connection.websocket:
                    self.cut_at = None
                    self._cut(connection)
                if self.rate:
                    async with self.links[way]:
                        await asyncio.sleep(len(data) / self.rate)
                line.put_nowait((self.loop.time() + self.round_trip / 2, data))
        line.put_nowait((self.loop.time() + self.round_trip / 2, b""))
        await arriving

    async def _arrive(self, way, line, writer):
        with contextlib.suppress(OSError):
            while True:
                due, data = await line.get()
                await asyncio.sleep(max(0.0, due - self.loop.time()))
                if not data:
                    break
                writer.write(data)
                await writer.drain()
                self.carried[way] += len(data)
        writer.close()

    async def _cut_by_chance(self, connection):
        while True:
            await asyncio.sleep(1)
            if connection.websocket and self.chance.random() < self.cuts:
                self._cut(connection)

    def _cut(self, connection):
        self.cut_so_far += 1
        connection.abort()

    async def _each(self, act, websockets_only):
        for connection in list(self.connections.values()):
            if connection.websocket or not websockets_only:
                act(connection)

    def cut(self):
        """Break all open websockets. New connections work."""
        self._run(self._each(self._cut, True))

    def cut_before(self, way):
        """Break the websocket that carries the next bytes in the direction "up" or "down", before these arrive."""
        self.cut_at = way

    def pull(self):
        """Break all connections, and block new ones."""
        self.plugged = False
        self._run(self._each(Connection.abort, False))

    def plug(self, websockets=True):
        """Let new connections through again, optionally without websockets."""
        self.plugged, self.takes_websockets = True, websockets

    def close(self):
        """Break all connections, and stop listening."""
        self.pull()
        self.loop.call_soon_threadsafe(self.server.close)


class Connection:
    """The two writers of one connection, and whether it is a websocket."""

    def __init__(self, writers):
        self.writers, self.websocket, self.broken = writers, False, False

    def abort(self):
        """Break the connection on both sides."""
        self.broken = True
        for writer in self.writers:
            writer.transport.abort()
