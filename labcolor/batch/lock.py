"""One run at a time in a folder of results."""

from __future__ import annotations

import errno
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from labcolor.batch.places import lock_of
from labcolor.errors import OutputError
from labcolor.photo.target import cannot_write

_TAKEN = (errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK)
_log = logging.getLogger("labcolor")


@contextmanager
def locked(output: Path) -> Iterator[None]:
    """Keep other runs out of a folder, which is made where it is missing.

    The system lets go of the lock when the process ends, however it ends.

    Raises
    ------
    OutputError
        Another run is at work there, or the folder takes no files.
    """
    path = lock_of(output)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("ab")
    except OSError as error:
        raise cannot_write(output, error) from error
    with file:
        try:
            _lock(file)
        except OSError as error:
            if error.errno in _TAKEN:
                message = (
                    f"Another labcolor is working in {output}; wait for it to finish, or choose "
                    "another folder with -o."
                )
                raise OutputError(message) from error
            _log.warning("%s cannot be locked; do not start a second run into it.", output)
        yield


def _lock(file: BinaryIO) -> None:
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
