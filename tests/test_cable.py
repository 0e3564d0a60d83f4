"""The cable: delay, rate and order of bytes, and the effect of a cut."""

import contextlib
import socket
import threading
import time

import pytest

from tests.cable import Cable
from tests.waiting import wait_until


@pytest.fixture
def echo():
    """The port of a server that echoes its input."""
    listening = socket.create_server(("127.0.0.1", 0))

    def answer(connection):
        with contextlib.suppress(OSError), connection:
            while data := connection.recv(65_536):
                connection.sendall(data)

    def serve():
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=answer, args=(listening.accept()[0],), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    yield listening.getsockname()[1]
    listening.close()


@pytest.fixture
def lay(echo):
    """Lay a cable to the echo server."""
    cables = []

    def lay(**how):
        cables.append(Cable(echo, **how))
        return cables[-1]

    yield lay
    for cable in cables:
        cable.close()


def connected(cable):
    connection = socket.create_connection(("127.0.0.1", cable.port))
    connection.settimeout(30)
    return connection


def echoed(connection, data):
    """Seconds until all of the data came back unchanged."""
    start, came = time.monotonic(), b""
    threading.Thread(target=connection.sendall, args=(data,), daemon=True).start()
    while len(came) < len(data):
        came += connection.recv(65_536)
    assert came == data
    return time.monotonic() - start


def is_cut(connection):
    try:
        return connection.recv(1) == b""
    except OSError:
        return True


def test_bytes_take_a_round_trip_and_the_first_ones_two(lay):
    with connected(lay(round_trip=0.1)) as connection:
        assert echoed(connection, b"first") >= 0.2
        assert echoed(connection, b"second") >= 0.1


def test_all_connections_share_one_rate_and_bytes_keep_their_order(lay):
    cable, data = lay(rate=200_000), bytes(range(250)) * 160  # 40 kB: 0.2 s each way
    start = time.monotonic()
    with connected(cable) as one, connected(cable) as other:
        threads = [threading.Thread(target=echoed, args=(connection, data)) for connection in (one, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert time.monotonic() - start >= 2 * len(data) / 200_000


def test_bytes_are_counted_in_both_directions(lay):
    cable = lay()
    with connected(cable) as connection:
        echoed(connection, b"x" * 1000)
        wait_until(lambda: cable.carried == {"up": 1000, "down": 1000}, "all bytes are counted")


HELLO = b"GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"


def test_only_websockets_are_cut_and_new_ones_connect(lay):
    cable = lay()
    with connected(cable) as websocket, connected(cable) as plain, connected(cable) as later:
        echoed(websocket, HELLO)
        echoed(plain, b"GET / HTTP/1.1\r\n\r\n")
        cable.cut()
        assert is_cut(websocket)
        assert cable.cut_so_far == 1
        echoed(plain, b"still here")
        echoed(later, HELLO)


def test_with_probability_one_a_websocket_is_cut_within_a_second(lay):
    with connected(lay(cuts=1.0)) as websocket:
        echoed(websocket, HELLO)
        assert is_cut(websocket)


@pytest.mark.parametrize(("way", "arrived"), [("up", 0), ("down", 4)])
def test_a_cut_before_the_next_bytes_of_a_direction_loses_them(lay, way, arrived):
    cable = lay()
    with connected(cable) as websocket:
        echoed(websocket, HELLO)
        wait_until(lambda: cable.carried["down"] == len(HELLO), "the first answer has arrived")
        cable.cut_before(way)
        websocket.sendall(b"lost")
        assert is_cut(websocket)
        wait_until(lambda: not cable.connections, "the connection is gone")
        assert cable.carried == {"up": len(HELLO) + arrived, "down": len(HELLO)}


def test_a_pulled_cable_breaks_what_is_open_and_refuses_what_is_new_until_it_is_plugged_in(lay):
    cable = lay(round_trip=0.02)
    with connected(cable) as before:
        echoed(before, b"works")
        cable.pull()
        assert is_cut(before)
    with connected(cable) as during:
        assert is_cut(during)
    cable.plug()
    with connected(cable) as after:
        echoed(after, b"works")
