"""One photograph's way through a run: read, coloured, written down, named."""

from __future__ import annotations

import hashlib
import itertools
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from labcolor.batch.conduct import Conduct
from labcolor.batch.journal import Content, Journal, Record
from labcolor.batch.one import Outcome, Places, colour_file
from labcolor.batch.places import parts_of
from labcolor.batch.placing import place
from labcolor.batch.plan import Item
from labcolor.batch.settings import identity
from labcolor.batch.source import Named, has_changed, read_whole
from labcolor.errors import LabcolorError, OutputError, PhotoError
from labcolor.photo.formats import format_of
from labcolor.photo.target import cannot_write

if TYPE_CHECKING:
    from labcolor.colorizer import Colorizer


class Way:
    """Takes photographs through a run; may be used from several threads.

    Parameters
    ----------
    journal : Journal
        Open.
    colorizer : Colorizer
        What colours.
    conduct : Conduct
        How.
    """

    def __init__(self, journal: Journal, colorizer: Colorizer, conduct: Conduct) -> None:
        self._journal = journal
        self._colorizer = colorizer
        self._conduct = conduct
        self._identity = identity(conduct.settings)
        self._numbers = itertools.count()

    def take(self, item: Item, began: float, warnings: list[str]) -> Outcome:
        """Colour a photograph, once more if somebody writes to it meanwhile."""
        outcome = self._attempt(item, began, warnings) or self._attempt(item, began, warnings)
        if outcome is None:
            message = f"{item.source} changes while it is read; run again when it is complete."
            raise PhotoError(message)
        return outcome

    def _attempt(self, item: Item, began: float, warnings: list[str]) -> Outcome | None:
        """Take a photograph through its whole way; None when it has changed on it."""
        data, status = read_whole(item.source)
        content = Content(len(data), status.st_mtime_ns, hashlib.sha256(data).hexdigest())
        source = Named(data, str(item.source))
        del data  # the source alone holds it, and frees it when it is decoded
        parts = self._parts(item)
        output = item.names.output
        places = Places(
            parts[output],
            format_of(Path(output)),
            str(self._journal.output / output),
            parts.get(item.names.pair or ""),
        )
        try:
            try:
                outcome = colour_file(source, places, self._colorizer, self._conduct.handling)
            except PhotoError:
                if has_changed(item.source, status):  # it was read half-written
                    return None
                raise
            if has_changed(item.source, status):
                return None
            record = Record(item.name, str(item.source.absolute()), content, self._identity)
            if outcome.left:
                record.left = outcome.left
                self._journal.leave(output, record)
            else:
                place(parts, record, status, self._journal, overwrite=self._conduct.overwrite)
                seconds = round(time.perf_counter() - began, 3)
                self._journal.finish(output, {"seconds": seconds, "warnings": warnings})
            return outcome
        finally:
            for part in parts.values():
                with suppress(OSError):
                    part.unlink()

    def _parts(self, item: Item) -> dict[str, Path]:
        """Name the files for the meantime."""
        folder = parts_of(self._journal.output)
        return {name: folder / f"{next(self._numbers)}.part" for name in item.names if name}


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
