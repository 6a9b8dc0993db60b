"""Starting and ending: the socket, the signals, the browser."""

from __future__ import annotations

import signal
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable, Generator
from contextlib import contextmanager

import uvicorn

from labcolor.errors import OutputError
from labcolor.web.app import create_app
from labcolor.web.config import Config

_PATIENCE = 8
"""Seconds that requests in hand get when the server is told to end."""


_TURN = 0.001
"""Seconds after which a worker that computes in Python lets the event loop have its turn; with
Python's own 5 ms a request that is only answered, /healthz above all, waits several times that."""


class _Server(uvicorn.Server):
    """Ends well where it is told to end: uvicorn's own raises the signal again."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._started = started

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Stop accepting, and finish, at a signal."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        ends = (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.signal(number, self.handle_exit) for number in ends}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Say so when requests are taken."""
        await super().startup(sockets)
        if self.started:
            self._started()


def bound(host: str, port: int) -> socket.socket:
    """Bind a socket.

    Raises
    ------
    OutputError
        The port is taken, or the host is not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio switches Nagle's algorithm off only where the protocol is named: 40 ms an answer
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except (OSError, OverflowError) as error:
        listener.close()
        reason = getattr(error, "strerror", None) or str(error)
        message = f"{host}, port {port}, cannot be used ({reason}); choose another --port."
        raise OutputError(message) from error
    return listener


def serve(
    config: Config, listener: socket.socket, *, say: Callable[[str], None], browser: bool
) -> None:
    """Serve until a signal comes; then answer what is in hand, and return.

    Parameters
    ----------
    config : Config
    listener : socket
        As `bound` made it.
    say : callable
        Tells a person something.
    browser : bool
        Whether the page is opened.
    """

    def started() -> None:
        say(f"labcolor is at {config.url} (Ctrl-C ends it).")
        if browser:
            threading.Thread(target=webbrowser.open, args=(config.url,), daemon=True).start()

    options = uvicorn.Config(
        create_app(config),
        log_level="error",
        access_log=False,  # in which names of photographs would stand
        server_header=False,
        date_header=False,
        lifespan="on",
        timeout_graceful_shutdown=_PATIENCE,
        h11_max_incomplete_event_size=1 << 16,
    )
    usual = sys.getswitchinterval()
    sys.setswitchinterval(_TURN)
    try:
        _Server(options, started).run(sockets=[listener])
    finally:
        sys.setswitchinterval(usual)
