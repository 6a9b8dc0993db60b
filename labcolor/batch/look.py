"""What lies under a name, asked so that no answer ends a run.

A folder that cannot be entered, a name that a file system refuses to look up, a disk that is gone:
`Path` raises for some of them, and for others in some versions of Python. What cannot be looked at
counts as not there; whoever then reads or writes it fails with the reason, and alone.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path


def is_file(path: Path) -> bool:
    """Whether there is a regular file, perhaps by a link."""
    return os.path.isfile(path)  # noqa: PTH113


def is_folder(path: Path) -> bool:
    """Whether there is a folder, perhaps by a link."""
    return os.path.isdir(path)  # noqa: PTH112


def own(path: Path | str) -> os.stat_result | None:
    """Give size and times of a regular file under this very name, if there is one."""
    try:
        status = os.lstat(path)
    except (OSError, ValueError):
        return None
    return status if stat.S_ISREG(status.st_mode) else None


def exists(path: Path) -> bool:
    """Whether there is anything, at the end of links too."""
    return os.path.exists(path)  # noqa: PTH110
