"""Fetching a picture that a request names by its URL, without becoming a way into this network.

The name is resolved once, every address it has must be global, and the connection goes to the
very address that was looked at, so that a name that changes between the look and the call (DNS
rebinding) changes nothing. Each redirect is looked at in the same way.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from labcolor._version import __version__
from labcolor.web.failures import Refused

_REDIRECTS = 3
_SECONDS = 20.0  # for all of it
_WAIT = 5.0  # for each answer of the system
_MOVED = frozenset({301, 302, 303, 307, 308})

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# IPv4 in IPv6's clothes, whose inner address may be anybody's: NAT64 and what is left of others
_TRANSLATED = tuple(
    ipaddress.ip_network(one)
    for one in ("64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16", "::/96")
)


def fetch(url: str, target: Path, most: int) -> None:
    """Fetch a file over https.

    Parameters
    ----------
    url : str
    target : Path
        Where it goes.
    most : int
        Bytes that are taken.

    Raises
    ------
    Refused
        400 where the URL leads where no stranger may send this server, or to nothing; 413 where
        there is too much.
    """
    deadline = time.monotonic() + _SECONDS
    for _ in range(_REDIRECTS + 1):
        onward = _fetch_one(url, target, most, deadline)
        if onward is None:
            return
        url = urljoin(url, onward)
    raise Refused(400, f"The URL leads to another more than {_REDIRECTS} times.")


def checked_address(url: str) -> tuple[str, str]:
    """Look at a URL; return the name of its host and an address that it may be fetched from.

    Raises
    ------
    Refused
        400.
    """
    try:
        parts = urlsplit(url)
        port, name = parts.port, parts.hostname
    except ValueError as error:
        raise Refused(400, "This is not a URL.") from error
    if parts.scheme != "https" or not name or port not in (None, 443) or parts.username:
        raise Refused(400, "Pictures are fetched by https:// and from the usual port only.")
    try:
        found = socket.getaddrinfo(name, 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Refused(400, f"There is no host {name}.") from error
    addresses = [str(one[4][0]) for one in found]
    if not addresses or not all(is_public(ipaddress.ip_address(one)) for one in addresses):
        raise Refused(400, f"{name} is not on the public internet.")
    return name, addresses[0]


def is_public(address: _Address) -> bool:
    """Whether an address is one of the public internet, by itself and not by translation."""
    if isinstance(address, ipaddress.IPv6Address) and (
        address.ipv4_mapped or any(address in network for network in _TRANSLATED)
    ):
        return False
    return address.is_global and not address.is_multicast


def _fetch_one(url: str, target: Path, most: int, deadline: float) -> str | None:
    """Fetch a file; return where else it is, if it is elsewhere."""
    name, address = checked_address(url)
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection = _Pinned(name, address)
    try:
        connection.request("GET", path, headers={"user-agent": f"labcolor/{__version__}"})
        answer = connection.getresponse()
        if answer.status in _MOVED:
            return answer.getheader("location") or ""
        if answer.status != 200:
            raise Refused(400, f"{name} answers {answer.status}.")
        _save(answer, target, most, deadline)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Refused(400, f"The picture cannot be fetched from {name}.") from error
    finally:
        connection.close()
    return None


def _save(answer: http.client.HTTPResponse, target: Path, most: int, deadline: float) -> None:
    size = 0
    with target.open("wb") as file:
        while chunk := answer.read1(1 << 16):
            size += len(chunk)
            if size > most:
                raise Refused(413, f"The picture has more than {most >> 20} MB.")
            if time.monotonic() > deadline:
                raise Refused(400, f"Downloading the picture takes longer than {_SECONDS:g} s.")
            file.write(chunk)


class _Pinned(http.client.HTTPSConnection):
    """Connects to an address, and talks to the host of a name there."""

    def __init__(self, name: str, address: str) -> None:
        self._secure = ssl.create_default_context()
        super().__init__(name, 443, timeout=_WAIT, context=self._secure)
        self._address = address

    def connect(self) -> None:
        """Connect to the address that was looked at."""
        plain = socket.create_connection((self._address, 443), self.timeout)
        self.sock = self._secure.wrap_socket(plain, server_hostname=self.host)
