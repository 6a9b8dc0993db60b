"""OpenCV that is missing or cannot be loaded, in a sentence instead of a traceback."""

from __future__ import annotations

from types import TracebackType

from labcolor.errors import without_opencv


def reason_of(error: ImportError) -> str | None:
    """Say why OpenCV is not there and what helps; None of an error that has nothing to do with it.

    Parameters
    ----------
    error : ImportError
        With the traceback that it was raised with.
    """
    if not (error.name == "cv2" or _passes_through(error.__traceback__, "cv2")):
        return None
    return without_opencv(error)


def _passes_through(traceback: TracebackType | None, package: str) -> bool:
    while traceback:
        name = str(traceback.tb_frame.f_globals.get("__name__", ""))
        if name == package or name.startswith(f"{package}."):
            return True
        traceback = traceback.tb_next
    return False
