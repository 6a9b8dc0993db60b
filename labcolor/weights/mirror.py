"""One mirror of a published file: its bytes from a given one on, or the reason why not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from labcolor.weights.signatures import impostor

if TYPE_CHECKING:
    import requests

    from labcolor.weights.catalogue import WeightFile

_PIECE = 1 << 16


class MirrorError(Exception):
    """A mirror has failed; the text says how, as what follows its address: "answered 404"."""


@dataclass(frozen=True)
class Mirror:
    """Where to ask, and how long to wait.

    Attributes
    ----------
    session : requests.Session
        What asks; it knows the proxies of the environment.
    url : str
        What is asked for.
    timeouts : tuple of float
        Seconds to wait for a connection, and for the next data on it.
    """

    session: requests.Session
    url: str
    timeouts: tuple[float, float]

    @contextmanager
    def sends(self, file: WeightFile, have: int) -> Iterator[tuple[int, Iterator[bytes]]]:
        """Ask for all of the file but its first `have` bytes.

        Yields
        ------
        start : int
            The offset of the first piece: `have`, or 0 where the mirror knows no ranges.
        pieces : iterator of bytes
            The data; it raises `MirrorError` where they stop coming.

        Raises
        ------
        MirrorError
            If there is no answer, or it is visibly not the file, before any of it is passed on.
        """
        import requests

        headers = {"Range": f"bytes={have}-"} if have else {}
        try:
            answer = self.session.get(
                self.url, headers=headers, stream=True, timeout=self.timeouts
            )
        except requests.RequestException as error:
            raise MirrorError(_reason(error)) from error
        with answer:
            pieces = _pieces(answer)
            if answer.status_code == requests.codes.partial_content:
                _expect_range(answer, file, have)
                yield have, pieces
            elif answer.status_code == requests.codes.ok:
                head = next(pieces, b"")
                _expect_whole(answer, file, head)
                yield 0, chain([head], pieces)
            else:
                raise MirrorError(f"answered {answer.status_code} {answer.reason}")


def _pieces(answer: requests.Response) -> Iterator[bytes]:
    import requests

    came = 0
    try:
        for piece in answer.iter_content(_PIECE):
            came += len(piece)
            yield piece
    except requests.exceptions.ConnectionError as error:  # what a silence becomes in mid-stream
        raise MirrorError("stopped sending") from error
    except requests.RequestException as error:
        raise MirrorError(_reason(error)) from error
    if came < _length(answer):  # urllib3 before 2.0 takes a cut for the end
        raise MirrorError("cut the connection")


def _length(answer: requests.Response) -> int:
    """Read the length that a mirror states for what it sends; 0 where it states none."""
    stated = answer.headers.get("Content-Length", "")
    return int(stated) if stated.isdecimal() and "Content-Encoding" not in answer.headers else 0


def _expect_range(answer: requests.Response, file: WeightFile, have: int) -> None:
    given = answer.headers.get("Content-Range", "")
    if given not in {f"bytes {have}-{file.bytes - 1}/{total}" for total in (file.bytes, "*")}:
        raise MirrorError(f"cannot go on at byte {have} of {file.bytes}: it offers {given!r}")


def _expect_whole(answer: requests.Response, file: WeightFile, head: bytes) -> None:
    what = impostor(head)
    if what:
        raise MirrorError(f"gave {what} instead of the file")
    length = _length(answer)
    if length not in (0, file.bytes):
        raise MirrorError(f"offers {length} bytes where {file.bytes} are right")


def _reason(error: requests.RequestException) -> str:
    """Put into a few words what requests says in a paragraph; the particular kinds come first."""
    from requests import exceptions

    kinds = {
        exceptions.ProxyError: "cannot be reached through the proxy that the environment names",
        exceptions.SSLError: "has no trusted certificate",
        exceptions.ConnectTimeout: "cannot be reached: no answer in time",
        exceptions.ReadTimeout: "stopped sending",
        exceptions.ConnectionError: "cannot be reached",
        exceptions.ChunkedEncodingError: "cut the connection",
        exceptions.TooManyRedirects: "redirects without end",
    }
    return next((words for kind, words in kinds.items() if isinstance(error, kind)), str(error))
