"""Fatal errors, which end the whole run, and those that concern one photograph only."""

from __future__ import annotations

import errno
from collections.abc import Iterator, Sequence
from pathlib import Path

from labcolor.batch import look
from labcolor.errors import ClusterError, LabcolorError, OutputError, PhotoError

_FULL = (errno.ENOSPC, errno.EDQUOT)
_GONE = (errno.EROFS, errno.EIO, errno.ENODEV, errno.ENXIO, errno.ESTALE, errno.ENOTCONN)


def fatal(error: Exception, output: Path, roots: Sequence[Path]) -> LabcolorError | None:
    """Return the error that ends the run, where this one is fatal.

    Fifty thousand photographs on a disk that is full or gone are one misfortune, not fifty
    thousand.

    Parameters
    ----------
    error : Exception
        What happened to a photograph.
    output : Path
        The output folder.
    roots : sequence of Path
        The folders and files that were named.

    Returns
    -------
    LabcolorError or None
        One sentence, with what to do; None where the next photograph may fare better.
    """
    if isinstance(error, ClusterError):
        return error
    if isinstance(error, PhotoError):
        if any(look.exists(root) for root in roots):
            return None
        message = f"{roots[0]} is gone; check that its disk is still connected."
        return PhotoError(message)
    numbers = {cause.errno for cause in _causes(error) if isinstance(cause, OSError)}
    if numbers.intersection(_FULL):
        message = f"The disk of {output} is full; free some space on it."
        return OutputError(message)
    if numbers.intersection(_GONE) or not look.is_folder(output):
        message = f"{output} accepts no more files ({error}); check its disk."
        return OutputError(message)
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__
