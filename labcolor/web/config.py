"""What a server is told when it starts."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

MAX_PIXELS = 100_000_000
"""Of all pages of a picture; so many are 300 MB once they are decoded."""

_HEADROOM = 16 << 20


@dataclass(frozen=True)
class Config:
    """What a server is told when it starts.

    Attributes
    ----------
    url : str
        Its address as others write it, without a slash at the end. Absolute URLs begin with it,
        never with what a request calls its host.
    host : str
        What it binds to.
    key : str, optional
        What requests must carry.
    max_pixels : int
        Of a picture, all its pages together.
    workers : int
        Pictures in hand at one time.
    waiting : int
        Requests that may wait for a worker.
    fetches_urls : bool
        Whether a picture may be named by its URL.
    """

    url: str
    host: str = "127.0.0.1"
    key: str | None = None
    max_pixels: int = MAX_PIXELS
    workers: int = 2
    waiting: int = 32
    fetches_urls: bool = False

    @property
    def max_bytes(self) -> int:
        """Of a request: 16-bit RGBA without compression, and something for metadata."""
        return 8 * self.max_pixels + _HEADROOM

    def is_called(self, host: str) -> bool:
        """Whether a Host header names this server.

        Numbers are safe from a name that a foreign page makes point here (DNS rebinding), so any
        will do where it is bound to more than the machine itself.
        """
        name = _name_of(host)
        if name in self._names:
            return True
        return not is_loopback(self.host) and _is_address(name)

    @property
    def _names(self) -> set[str]:
        named = {"127.0.0.1", "localhost", "::1", self.host.lower(), _name_of(self.authority)}
        if not is_loopback(self.host):
            own = socket.gethostname().lower()
            named |= {own, f"{own}.local"}
        return named - {"0.0.0.0", "::"}

    @property
    def authority(self) -> str:
        """Name and port of `url`."""
        return urlsplit(self.url).netloc.lower()


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a server that is bound to a host."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _name_of(host: str) -> str:
    """Take the port off a Host header."""
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
