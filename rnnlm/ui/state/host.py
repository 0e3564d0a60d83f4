"""The host of an address: whether other computers reach it."""

import contextlib
import ipaddress
import re
import socket
import unicodedata
from urllib.parse import unquote, urlsplit

import streamlit as st
from streamlit.net_util import get_internal_ip

NAMES_OF_HERE = re.compile(r"(.*\.)?(localhost|localhost\.localdomain|ip6-localhost|ip6-loopback)", re.IGNORECASE)
EVERYWHERE = ("0.0.0.0", "::")  # addresses of a server that listens to every network


def in_the_network(port: int) -> str:
    """The address of this computer on its local network.

    Empty if the computer has no such address, or if the server accepts no connections from other computers.
    """
    bound, ip = st.get_option("server.address"), get_internal_ip()
    if (
        not ip
        or is_here_alone(f"http://{ip}/")
        or (bound and bound not in EVERYWHERE and is_here_alone(f"http://{bound}/"))
    ):
        return ""
    return f"http://{ip}:{port}"


def host_of(address: str) -> str:
    """The host in an address, as a browser would read the address. Empty if the address has no valid host."""
    try:
        split = urlsplit(unicodedata.normalize("NFKC", unquote(address)).replace("\u3002", "."))
        return (split.port != 0 and split.hostname) or ""
    except ValueError:  # brackets without an address, or a port that is not a number
        return ""


def is_here_alone(address: str) -> bool:
    """Whether an address refers only to the visitor's own computer, as localhost does, in any spelling.

    Also true if the address has no valid host.
    """
    host = host_of(address).rstrip(".")
    if not host or NAMES_OF_HERE.fullmatch(host):
        return True
    with contextlib.suppress(OSError, ValueError):
        host = socket.inet_ntoa(socket.inet_aton(host))  # 127.1, 0x7f000001 and 2130706433 mean 127.0.0.1
    with contextlib.suppress(ValueError):
        it = ipaddress.ip_address(host.partition("%")[0])
        it = getattr(it, "ipv4_mapped", None) or it
        return it.is_loopback or it.is_unspecified
    return False
