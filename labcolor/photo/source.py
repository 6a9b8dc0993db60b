"""Opening what a photograph comes from: a path, bytes or a stream, all as one buffer."""

from __future__ import annotations

import io
import mmap
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TypeAlias, cast

from labcolor.errors import PhotoError

Buffer: TypeAlias = "bytes | mmap.mmap"
"""A file's bytes; slices of it are bytes."""


class Source(NamedTuple):
    """A file that is open for reading.

    Its name for messages, its bytes, and a stream of them. `directory` is where the directory of
    a TIFF's page stands; 0 means the first one.
    """

    name: str
    data: Buffer
    stream: BinaryIO
    directory: int = 0


@contextmanager
def opened(source: Path | str | bytes | BinaryIO) -> Iterator[Source]:
    """Open a photograph's file, without reading it as a whole where it lies on a disk.

    Raises
    ------
    PhotoError
        When there is nothing to open, or nothing in it.
    """
    if isinstance(source, bytes):
        yield _from_memory("the photograph", source)
    elif isinstance(source, (str, os.PathLike)):
        stream, regular = _open(source)
        with stream:
            if regular:
                # closed with its last reader: an array over it may live as long as an exception
                data = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
                yield Source(str(source), data, stream)
            else:  # a pipe
                yield _from_memory(str(source), stream.read())
    else:
        name = str(getattr(source, "name", "the photograph"))
        yield _from_memory("standard input" if name == "<stdin>" else name, source.read())


def at_directory(source: Source, name: str, directory: int, head: bytes) -> Source:
    """Give one page of a TIFF as a file, without a copy of anything.

    Parameters
    ----------
    source : Source
        The TIFF.
    name : str
        How messages call the page.
    directory : int
        Where its directory stands.
    head : bytes
        A header that points there, for readers of the stream, who know the first page only.
    """
    stream = cast(BinaryIO, _Headed(source.stream, head))
    return source._replace(name=name, stream=stream, directory=directory)


class _Headed:
    """A stream that reads as if it began with other bytes, and is itself in everything else."""

    def __init__(self, stream: BinaryIO, head: bytes) -> None:
        self._stream = stream
        self._head = head

    def read(self, size: int = -1) -> bytes:
        at = self._stream.tell()
        data = self._stream.read(size)
        part = self._head[at : at + len(data)]
        return part + data[len(part) :]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _from_memory(name: str, data: bytes) -> Source:
    if not data:
        message = f"{name} is empty; there is no photograph in it."
        raise PhotoError(message)
    return Source(name, data, io.BytesIO(data))


def _open(name: str | os.PathLike[str]) -> tuple[BinaryIO, bool]:
    """Open a file that has something in it; tell whether it lies on a disk."""
    path = os.fspath(name)
    try:
        stream = open(path, "rb")  # noqa: PTH123, SIM115  half a million times
    except FileNotFoundError as error:
        message = f"There is no file {path}; check its name and folder."
        raise PhotoError(message) from error
    except IsADirectoryError as error:
        raise _is_folder(path) from error
    except PermissionError as error:
        if os.path.isdir(path):  # noqa: PTH112  what Windows answers for a folder
            raise _is_folder(path) from error
        message = f"No permission to read {path}; change its permissions or copy it."
        raise PhotoError(message) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        message = f"{path} cannot be read ({reason}); check its name and the disk."
        raise PhotoError(message) from error
    status = os.fstat(stream.fileno())
    regular = stat.S_ISREG(status.st_mode)
    if status.st_size or not regular:
        return stream, regular
    stream.close()
    message = f"{path} is empty; copy it again from its source."
    raise PhotoError(message)


def _is_folder(path: str) -> PhotoError:
    return PhotoError(f"{path} is a folder, not a photograph; name a file in it.")
