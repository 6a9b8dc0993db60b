"""What a run is told, and what it tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Protocol, TypeAlias

from labcolor.batch.plan import Item

Status: TypeAlias = Literal["done", "left", "failed"]


class Result(NamedTuple):
    """What became of a photograph.

    Attributes
    ----------
    item : Item
    status : {"done", "left", "failed"}
    reason : str
        Why it is left or failed.
    seconds : float
        From its file to its result.
    size : tuple of int
        Width and height.
    warnings : tuple of str
        What was odd about it.
    """

    item: Item
    status: Status
    reason: str = ""
    seconds: float = 0.0
    size: tuple[int, int] = (0, 0)
    warnings: tuple[str, ...] = ()


class Watcher(Protocol):
    """Who wants to know how a run goes; called from the thread that called `Run.go` only."""

    def started(self, item: Item) -> None:
        """Take note that a photograph is in hand."""

    def finished(self, result: Result) -> None:
        """Take note of what became of a photograph."""

    def stopping(self) -> None:
        """Take note that only the photographs in hand are finished."""


@dataclass(frozen=True)
class Conduct:
    """How a run goes about its work.

    Attributes
    ----------
    settings : mapping
        What the results depend on: see `labcolor.batch.settings`.
    overwrite : bool
        Whether files of the user's may be replaced.
    fail_fast : bool
        Whether the first failure ends the run.
    """

    settings: Mapping[str, Any]
    overwrite: bool = False
    fail_fast: bool = False
