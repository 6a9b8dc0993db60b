"""What libtiff has to say while Pillow decodes with it.

Left alone it prints to standard error, and of damage that it conceals it says nothing else: a fax
page of which half is made up comes back as if it were whole. Pillow offers no way to listen, so
its library is asked directly, where it is a library of its own (not on Windows).
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

_lock = threading.Lock()
_captured = threading.local()
_listeners = 0
_before: Any = None


@contextmanager
def captured_errors() -> Iterator[list[str]]:
    """Collect the errors that libtiff reports in this thread, instead of letting it print them.

    Yields
    ------
    list of str
        Filled while the block runs; sentences with placeholders, such as "Bad code word at
        line %u". Always empty where libtiff cannot be reached.
    """
    messages: list[str] = []
    _captured.messages = messages
    _listen(1)
    try:
        yield messages
    finally:
        _listen(-1)
        _captured.messages = None


def decodes(compression: int) -> bool:
    """Whether Pillow's libtiff has been built with a compression; no where it cannot be asked."""
    library = _library()
    return bool(library and library.TIFFIsCODECConfigured(compression))


def _listen(change: int) -> None:
    """Install our handler instead of the one that prints, as long as anybody listens."""
    global _listeners, _before  # noqa: PLW0603  it is one handler for the whole process
    library = _library()
    if library is None:
        return
    with _lock:
        if change > 0 and not _listeners:
            _before = library.TIFFSetErrorHandler(ctypes.cast(_handler, ctypes.c_void_p))
        _listeners += change
        if not _listeners:
            library.TIFFSetErrorHandler(_before)


@lru_cache(maxsize=1)
def _library() -> Any:
    """Find the libtiff that Pillow is linked with; None where it is a part of Pillow itself."""
    from PIL import _imaging

    try:
        library = ctypes.CDLL(_imaging.__file__)
        library.TIFFSetErrorHandler.restype = ctypes.c_void_p
        library.TIFFSetErrorHandler.argtypes = [ctypes.c_void_p]
        library.TIFFIsCODECConfigured.argtypes = [ctypes.c_uint16]
    except (OSError, AttributeError):
        return None
    return library


def _capture(module: bytes | None, words: bytes | None, _values: int | None) -> None:
    messages = getattr(_captured, "messages", None)
    if messages is not None:
        messages.append(b": ".join(filter(None, (module, words))).decode("latin-1"))


_handler = ctypes.CFUNCTYPE(None, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_void_p)(_capture)
