"""Networks opened from files: equal ones are stored once, counted per visitor, and freed afterwards."""

import gc
import subprocess
import sys

import numpy as np
import pytest

from rnnlm.data.vocabulary import Vocabulary
from rnnlm.experiment import Experiment
from rnnlm.inference.reader import Reader
from rnnlm.serving.engine.engine import Engine
from rnnlm.serving.engine.limits import LimitError
from rnnlm.serving.visitors.networks import Networks
from rnnlm.serving.visitors.store import Store
from rnnlm.serving.worker.questions import open_file
from rnnlm.storage.npz import write_archive
from rnnlm.storage.pretrained import Network, save_network

V, D = 20, 8
SHAPES = ((V, D), (D, D), (D, D), (D,), (D, V), (V,))
SIZE = 4 * sum(int(np.prod(shape)) for shape in SHAPES)


def network_of_zeros(number):
    """A network of zeros, different for every number."""
    params = [np.zeros(shape, np.float32) for shape in SHAPES]
    params[-1][0] = number
    vocabulary = Vocabulary([f"w{i}" for i in range(V)], np.zeros(V, np.int64), full_stop=True)
    return Network(Reader(params), vocabulary, Experiment(hidden_size=D, wordvec_size=D), 1, 1.0, None)


@pytest.fixture
def content(tmp_path):
    """The content of a file of such a network."""

    def made(number):
        save_network(network_of_zeros(number), tmp_path / "network.npz")
        return (tmp_path / "network.npz").read_bytes()

    return made


@pytest.fixture
def networks():
    return Networks(3 * SIZE, network_of_zeros(0))


def opened(networks, content):
    array = np.frombuffer(content, np.uint8)
    return networks.opened(content, lambda: open_file({"title": "network.npz", "most": 1e6}, {"content": array}))


def test_equal_networks_are_one_object_from_one_file_or_from_two(networks, content, tmp_path):
    packed = content(1)
    first = opened(networks, packed)
    assert opened(networks, packed) is first
    about = {"format": "rnnlm network 1", "epochs": 1, "minutes": 1.0, "valid": None}
    about["experiment"] = vars(first.experiment)
    names = ("embed_W", "rnn_Wx", "rnn_Wh", "rnn_b", "affine_W", "affine_b")
    with (tmp_path / "other.npz").open("wb") as file:
        write_archive(file, about, first.vocabulary, dict(zip(names, first.reader.params, strict=True)))
    other = (tmp_path / "other.npz").read_bytes()
    assert other != packed
    assert opened(networks, other) is first
    assert networks.nbytes == SIZE


def test_the_network_that_the_page_has_itself_takes_no_memory(networks, content):
    assert opened(networks, content(0)) is networks.own
    assert networks.nbytes == 0


def test_all_networks_together_are_limited_and_unused_ones_are_dropped(networks, content):
    held = [opened(networks, content(number)) for number in (1, 2, 3)]
    assert networks.nbytes == 3 * SIZE
    with pytest.raises(LimitError, match=r"With this network, all open networks would use .* bytes"):
        opened(networks, content(4))
    held.pop()
    gc.collect()
    assert networks.nbytes == 2 * SIZE
    assert opened(networks, content(4)) is not None


def test_a_network_counts_once_for_visitors_who_left_and_not_while_a_present_visitor_has_it(monkeypatch):
    """If two visitors who left share a network, dropping the earlier one frees nothing."""
    monkeypatch.setattr("rnnlm.serving.visitors.store.is_hosted", lambda: True)
    monkeypatch.setattr("rnnlm.serving.visitors.store.MOST_KEPT", SIZE)
    live = {"a", "b", "c", "d"}
    engine = Engine(workers=0)
    store = Store(engine, live.__contains__, keep=1e5)
    try:
        one, other = network_of_zeros(1), network_of_zeros(2)
        for name, network in (("a", one), ("b", other), ("c", one), ("d", other)):
            store.visitor(name, name).network = network
        for name in ("a", "c"):
            live.remove(name)
            store.tidy()
        assert all(map(store.has, "abcd"))
        live.remove("b")
        store.tidy()
        assert all(map(store.has, "abcd"))
        visitors = {visitor.token: visitor for visitor in store.everybody()}
        live.remove("d")
        store.tidy()
        assert not store.has("a")
        assert visitors["a"].network is None
        assert store.has("d")
    finally:
        store.stop()
        engine.stop()


ARRIVING = """
import sys, threading, psutil
from rnnlm.serving.worker.memory import give_back, map_large_blocks
if sys.argv[1] == "mapped": map_large_blocks()
small, memory = [], psutil.Process().memory_info
def arrive():
    content = bytearray()
    for _ in range(160):
        content += bytes(65_536)
        small.append(bytearray(700))  # what a server remembers meanwhile
    small.append(bytes(content)[:600])
before = memory().rss
for _ in range(3):
    visitors = [threading.Thread(target=arrive) for _ in range(16)]
    for visitor in visitors: visitor.start()
    for visitor in visitors: visitor.join()
    give_back()
print((memory().rss - before) / 2**20)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="The C library of Linux is meant.")
def test_files_that_have_arrived_and_are_gone_leave_no_memory_in_use():
    def left(how):
        return float(subprocess.run([sys.executable, "-c", ARRIVING, how], capture_output=True, check=True).stdout)

    assert left("mapped") < 0.5 * left("as Linux does")
