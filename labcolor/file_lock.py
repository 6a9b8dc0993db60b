"""A lock on a file, between processes; the system lets go of it when the process ends."""

from __future__ import annotations

import errno
import sys
from typing import IO

_HELD = (errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK)


def try_lock(file: IO[bytes]) -> bool:
    """Take a lock that lasts until the file is closed, if no other process holds it.

    Returns
    -------
    bool
        Whether it is taken now.

    Raises
    ------
    OSError
        The file system has no locks.
    """
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in _HELD:
            raise
        return False
    return True
