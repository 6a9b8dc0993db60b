"""What a run reports while it goes: a result for each photograph, to a watcher."""

from __future__ import annotations

from typing import Literal, NamedTuple, Protocol, TypeAlias

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
