"""Reading a photograph's file at once, so that what changes meanwhile does no harm.

A file that is mapped into memory, as a single photograph's is, kills the process where somebody
cuts it short; and the bytes that are hashed must be those that are decoded.
"""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import NamedTuple

from labcolor.errors import PhotoError


class Whole(NamedTuple):
    """A file as it was at one moment."""

    data: bytes
    status: os.stat_result


class Named(io.BytesIO):
    """Bytes that know which file they are from."""

    def __init__(self, data: bytes, name: str) -> None:
        super().__init__(data)
        self.name = name


def read_whole(path: Path, name: str = "") -> Whole:
    """Read a file, which messages may call by another name.

    Raises
    ------
    PhotoError
        When there is none, or it cannot be read.
    """
    name = name or str(path)
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            return Whole(file.read(), status)
    except FileNotFoundError as error:
        message = f"{name} is no longer there."
        raise PhotoError(message) from error
    except PermissionError as error:
        message = f"No permission to read {name}; change its permissions or copy it."
        raise PhotoError(message) from error
    except OSError as error:
        message = f"{name} cannot be read ({error.strerror or error}); check the disk."
        raise PhotoError(message) from error


def has_changed(path: Path, since: os.stat_result) -> bool:
    """Whether somebody has written to a file, or replaced it."""
    try:
        now = path.stat()
    except OSError:
        return True
    return (now.st_size, now.st_mtime_ns, now.st_ino) != (
        since.st_size,
        since.st_mtime_ns,
        since.st_ino,
    )
