"""Ctrl-C, and what a shutting-down system sends, while many photographs are in work."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

HANGUP = tuple(getattr(signal, name) for name in ("SIGHUP", "SIGBREAK") if hasattr(signal, name))
"""What comes when the terminal is closed."""

SIGNALS = (signal.SIGINT, signal.SIGTERM, *HANGUP)


class Interruption:
    """Remembers which signal came.

    Attributes
    ----------
    exit_code : int
        That of a process which the signal ended; 0 as long as none came.
    """

    exit_code = 0


@contextmanager
def interruptible(stop: Callable[[], None]) -> Iterator[Interruption]:
    """Let the first signal ask for an end, and the second raise KeyboardInterrupt."""
    interruption = Interruption()

    def handle(number: int, _: object) -> None:
        if interruption.exit_code:
            raise KeyboardInterrupt
        interruption.exit_code = 128 + number
        stop()

    before = {number: signal.getsignal(number) for number in SIGNALS}
    for number, handler in before.items():
        if handler != signal.SIG_IGN:  # as under nohup
            signal.signal(number, handle)
    try:
        yield interruption
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
