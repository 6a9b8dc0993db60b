"""PyAV, which brings FFmpeg's libraries: an optional package, imported where a film is opened."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

from labcolor.errors import BackendError, FilmError, LabcolorError

INSTALL = "pip install 'labcolor[film]'"


def libav(path: Path | None = None) -> Any:
    """Import PyAV.

    Parameters
    ----------
    path : Path, optional
        The film for which it is needed, for the message.

    Raises
    ------
    BackendError
        It is not installed.
    """
    try:
        import av
    except ImportError as error:
        what = f"{path} is a film, and films need" if path else "Films need"
        message = f"{what} PyAV, which is not installed: {INSTALL}"
        raise BackendError(message) from error
    return av


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """Open a film for reading.

    Yields
    ------
    av.container.InputContainer
        Nothing of it may be touched after the block: PyAV would end the process.

    Raises
    ------
    FilmError
        There is none, or it is none that FFmpeg knows.
    """
    av = libav(path)
    try:
        container = av.open(str(path), metadata_errors="replace")
    except troubles() as error:
        raise unreadable(path, error) from error
    with container:
        yield container


def sought(container: Any, stream: Any, moment: Fraction) -> bool:
    """Go to the last key picture before a moment; tell whether the container leads there."""
    try:
        container.seek(int(moment / stream.time_base), stream=stream)
    except troubles():
        return False
    return True


def troubles() -> tuple[type[Exception], ...]:
    """Give what PyAV raises where a film is damaged or cannot be read."""
    return OSError, ValueError, OverflowError, libav().error.FFmpegError


def unreadable(path: Path, error: Exception) -> LabcolorError:
    """Say why a film cannot be read, and what helps."""
    if isinstance(error, LabcolorError):
        return error
    if isinstance(error, FileNotFoundError):
        return FilmError(f"There is no file {path}; check its name and folder.")
    if isinstance(error, PermissionError):
        return FilmError(f"No permission to read {path}; change its permissions or copy it.")
    if isinstance(error, OSError) and error.errno == errno.EIO:
        return FilmError(f"{path} cannot be read to the end; check the disk.")
    return FilmError(
        f"{path} is damaged, cut short or not a film that FFmpeg knows; copy it again from its "
        "source."
    )
