"""One photograph through a run: coloured by an executor, written down, named."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from pathlib import Path

from labcolor.batch.commit import commit
from labcolor.batch.executor import Executor
from labcolor.batch.journal import Journal
from labcolor.batch.one import Outcome
from labcolor.batch.paths import parts_of
from labcolor.batch.plan import Item
from labcolor.batch.records import Record
from labcolor.batch.task import Made, Task
from labcolor.errors import LabcolorError, OutputError, PhotoError
from labcolor.layers.formats import format_of
from labcolor.photo.target import cannot_write


class Worker:
    """Takes photographs through a run; may be used from several threads.

    Parameters
    ----------
    journal : Journal
        Open.
    executor : Executor
        What colours.
    overwrite : bool
        Whether files of the user's may be replaced.
    stop : threading.Event
        Asks for an end.
    """

    def __init__(
        self, journal: Journal, executor: Executor, stop: threading.Event, *, overwrite: bool
    ) -> None:
        self._journal = journal
        self._executor = executor
        self._overwrite = overwrite
        self._stop = stop

    def take(self, item: Item, began: float, warnings: list[str]) -> Outcome:
        """Colour a photograph, once more if somebody writes to it meanwhile."""
        task = self._task(item)
        made = self._executor.make(task, self._stop) or self._executor.make(task, self._stop)
        if made is None:
            message = f"{item.source} is still being written; run again when it is complete."
            raise PhotoError(message)
        try:
            self._note(item, made, began, warnings)
        finally:
            for part in made.parts:
                with suppress(OSError):
                    part.path.unlink()
        return made.outcome

    def _task(self, item: Item) -> Task:
        output = item.names.output
        return Task(
            item.source.absolute(),
            str(item.source),
            str(self._journal.output / output),
            "" if item.film else format_of(Path(output)),
            item.names.pair is not None,
            parts_of(self._journal.output).absolute(),
            item.companions.absolute(),
            item.film,
            item.own,
        )

    def _note(self, item: Item, made: Made, began: float, warnings: list[str]) -> None:
        """Write down what was made of a photograph, and give it its names."""
        output = item.names.output
        source = str(item.source.absolute())
        record = Record(
            item.name,
            source,
            made.content,
            item.settings,
            left=made.outcome.left,
            beside=item.beside,
            own=item.own,
        )
        if made.outcome.left:
            self._journal.leave(output, record)
            return
        parts = dict(zip(filter(None, item.names), made.parts, strict=True))
        commit(parts, record, made.status, self._journal, overwrite=self._overwrite)
        facts = made.outcome._asdict()
        del facts["left"]
        facts |= {"seconds": round(time.perf_counter() - began, 3), "warnings": warnings}
        self._journal.finish(output, facts)


def reason_of(item: Item, target: Path, error: Exception) -> str:
    """Say in one sentence what is wrong with a photograph."""
    import cv2

    if isinstance(error, OutputError) and isinstance(error.__cause__, OSError):
        return str(cannot_write(target, error.__cause__))  # not by its name for the meantime
    if isinstance(error, LabcolorError):
        return str(error)
    if isinstance(error, MemoryError) or (
        isinstance(error, cv2.error) and error.code == cv2.Error.StsNoMem
    ):
        return f"{item.source} does not fit into memory; try it alone, or scale it down first."
    if isinstance(error, OSError):
        return str(cannot_write(target, error))
    return f"{item.source} cannot be coloured: {type(error).__name__}: {error}"
