"""The warnings about one photograph, told apart from those about its neighbours."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_log = logging.getLogger("labcolor")


class _Ear(logging.Handler):
    """Keeps what one thread says."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.thread = threading.get_ident()
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self.thread:
            self.said.append(record.getMessage())


@contextmanager
def heard() -> Iterator[list[str]]:
    """Collect the warnings of this thread while the block runs."""
    ear = _Ear()
    _log.addHandler(ear)
    try:
        yield ear.said
    finally:
        _log.removeHandler(ear)
