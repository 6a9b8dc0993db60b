"""One run at a time in a folder of results."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from labcolor.batch.paths import lock_of
from labcolor.errors import OutputError
from labcolor.file_lock import try_lock
from labcolor.photo.target import cannot_write

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
            alone = try_lock(file)
        except OSError:
            _log.warning("%s cannot be locked; do not start a second run into it.", output)
            alone = True
        if not alone:
            message = (
                f"Another labcolor is working in {output}; wait for it to finish, or choose "
                "another folder with -o."
            )
            raise OutputError(message)
        yield
