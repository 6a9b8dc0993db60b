"""Memory that is used again from picture to picture, in processes that Dask starts.

Dask sets `MALLOC_TRIM_THRESHOLD_` for its workers, so that they give memory back early. With it
glibc no longer learns which sizes come again and again: each picture gets fresh pages from the
system, and clearing those took 15 ms a small photograph, which takes 35 without.
"""

from __future__ import annotations

import ctypes
import os
from contextlib import suppress

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # glibc's M_TRIM_THRESHOLD and M_MMAP_THRESHOLD
_LARGEST = 32 << 20  # up to which glibc itself raises the one, and twice as much the other


def reuse_memory() -> None:
    """Let glibc keep what is freed, as it does by itself where nobody has set it otherwise."""
    if "MALLOC_TRIM_THRESHOLD_" not in os.environ:
        return
    with suppress(OSError, AttributeError, TypeError):  # another library than glibc
        c = ctypes.CDLL(None)
        c.mallopt(_MMAP_THRESHOLD, _LARGEST)
        c.mallopt(_TRIM_THRESHOLD, 2 * _LARGEST)
