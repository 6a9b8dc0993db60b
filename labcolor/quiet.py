"""OpenCV without its own words on standard error."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_inside = 0
_before = 0


@contextmanager
def quiet() -> Iterator[None]:
    """Keep OpenCV from writing to standard error what we say better.

    Its level belongs to the whole process: the first thread in lowers it, the last one out puts it
    back.
    """
    global _inside, _before  # noqa: PLW0603
    import cv2

    # OpenCV 4.11 has these functions at its top
    logging = getattr(cv2.utils, "logging", cv2)
    with _lock:
        if not _inside:
            _before = logging.getLogLevel()
            logging.setLogLevel(0)
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if not _inside:
                logging.setLogLevel(_before)
