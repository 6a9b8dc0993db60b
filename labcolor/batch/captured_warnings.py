"""The warnings about one photograph, told apart from those about its neighbours."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_log = logging.getLogger("labcolor")


class _Capture(logging.Handler):
    """Keeps the warnings of one thread."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.thread = threading.get_ident()
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self.thread:
            self.messages.append(record.getMessage())


@contextmanager
def captured_warnings() -> Iterator[list[str]]:
    """Collect the warnings of this thread while the block runs."""
    capture = _Capture()
    _log.addHandler(capture)
    try:
        yield capture.messages
    finally:
        _log.removeHandler(capture)
