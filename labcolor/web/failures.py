"""What goes wrong, as HTTP: one status and one sentence."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path

from starlette.exceptions import HTTPException

from labcolor.errors import (
    BackendError,
    LabcolorError,
    OutputError,
    PhotoError,
    UsageError,
    WeightsError,
)

_STATUS: dict[type[LabcolorError], int] = {
    UsageError: 422,
    PhotoError: 422,
    OutputError: 422,
    WeightsError: 503,
    BackendError: 503,
}

GONE = 499
"""The client went away before it had its answer (nginx's number; nobody reads it)."""


class Refused(HTTPException):
    """A request that is refused, with the sentence that says why."""

    def __init__(self, status: int, sentence: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(status, sentence, headers)


def not_found(what: str) -> Refused:
    """Say that something is not there, or not any more."""
    sentence = f"There is no such {what}, or it is gone: they are kept for an hour."
    return Refused(HTTPStatus.NOT_FOUND, sentence)


def status_of(error: LabcolorError) -> int:
    """Choose the status of one of labcolor's own errors."""
    return next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 500)


def sentence_without_paths(folder: Path, error: Exception) -> str:
    """Put an error into a sentence in which no path of this machine stands.

    Parameters
    ----------
    folder : Path
        That of the server's files, each of which is the only one in a folder of its own.
    error : Exception
    """
    if isinstance(error, MemoryError):
        return "This server does not have enough memory for the photograph."
    if isinstance(error, HTTPException):
        return str(error.detail)
    before, *parts = str(error).split(f"{folder}/")
    return before + "".join(part.partition("/")[2] for part in parts)
