"""Networks that visitors opened from files.

Equal networks share memory, and the total size of all networks is limited.
"""

import hashlib
import threading
import weakref
from collections.abc import Callable

from rnnlm.inference.reader import Reader
from rnnlm.serving.engine.limits import LimitError
from rnnlm.serving.worker.memory import give_back
from rnnlm.serving.worker.protocol import Arrays, Message
from rnnlm.storage.pretrained import Network, network_from

FULL = (
    "With this network, all open networks would use {size:,} bytes of memory, but the limit here is {most:,}: "
    "open a smaller one, or try again when other visitors have left."
)


class Networks:
    """The networks opened from files. A loaded network is reused, so there is never a second copy.

    A network stays loaded as long as at least one visitor uses it. Every method may be called from any thread.
    """

    def __init__(self, most: float, own: Network):
        self.most, self.own = most, own
        self._one_at_a_time = threading.Lock()  # several files unpacked at once would take several times the memory
        self._by_content: weakref.WeakValueDictionary[str, Network] = weakref.WeakValueDictionary()
        self._by_name = weakref.WeakValueDictionary({own.name: own})
        self._readers: weakref.WeakSet[Reader] = weakref.WeakSet()

    @property
    def nbytes(self) -> int:
        return sum(reader.nbytes for reader in self._readers)

    def opened(self, content: bytes, ask: Callable[[], tuple[Message, Arrays]]) -> Network | tuple[Message, Arrays]:
        """Return the network that is stored in a file, given the file's content.

        `ask()` lets a worker read the file. If the file contains a run instead of a network, the worker's answer
        (message, arrays) is returned. Raises LimitError if a new network would exceed the memory limit.
        """
        with self._one_at_a_time:
            key = hashlib.sha256(content).hexdigest()
            if (network := self._by_content.get(key)) is not None:
                return network
            about, arrays = ask()
            if about["kind"] != "network":
                return about, arrays
            network = self._by_content[key] = self._only_one(about, arrays)
            del arrays
            give_back()
            return network

    def _only_one(self, about: Message, arrays: Arrays) -> Network:
        """Return the network in a worker's answer. If an equal network is already loaded, return the loaded one."""
        if (network := self._by_name.get(about["name"])) is not None:
            return network
        network = network_from(about, arrays)
        size = self.nbytes + network.reader.nbytes
        if size > self.most:
            raise LimitError("networks", FULL, {"size": size, "most": self.most})
        self._by_name[about["name"]] = network
        self._readers.add(network.reader)
        return network
