"""Many photographs in the background: one after the other, into a ZIP."""

from __future__ import annotations

import asyncio
import shutil
import threading
import zipfile
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Literal

from starlette.exceptions import HTTPException

from labcolor.errors import LabcolorError
from labcolor.web.queue import Priority, Queue

Watch = Callable[[float], None]
"""Is told how far a file is, 0…1; raises `StoppedError` where nobody wants it any more."""


class StoppedError(LabcolorError):
    """The job has been let go."""


@dataclass(frozen=True)
class Task:
    """One file of a job.

    Attributes
    ----------
    name : str
        What its result is called, but for numbers where two are called alike.
    produce : callable
        Makes the result in a file, away from the event loop; may return another ending for its
        name.
    pixels : int
        Of the photograph.
    takes_long : bool
        Whether it is a film.
    """

    name: str
    produce: Callable[[Path, Watch], str | None]
    pixels: int = 0
    takes_long: bool = False


@dataclass
class Job:
    """Files that are coloured in the background.

    Attributes
    ----------
    folder : Path
        Of its own, which goes with it.
    tasks : sequence of Task
    failed : list of (str, str)
        What could not be coloured, and why.
    done : int
        How many have been looked at.
    share : float
        Of the one in hand, where it takes long, 0…1.
    """

    folder: Path
    tasks: Sequence[Task]
    failed: list[tuple[str, str]] = field(default_factory=list)
    done: int = 0
    share: float = 0.0
    _running: asyncio.Task[None] | None = None
    _stop: threading.Event = field(default_factory=threading.Event)

    @property
    def state(self) -> Literal["running", "done", "failed"]:
        """How it stands."""
        if self._running is None or not self._running.done():
            return "running"
        return "failed" if len(self.failed) == len(self.tasks) else "done"

    @property
    def size(self) -> int:
        """Bytes on the disk."""
        total = 0
        for one in self.folder.rglob("*"):
            with suppress(OSError):  # a part that is finished meanwhile
                total += one.stat().st_size
        return total

    @property
    def archive(self) -> Path:
        """The ZIP of the results."""
        return self.folder / "results.zip"

    def start(self, queue: Queue, sentence: Callable[[Exception], str]) -> None:
        """Begin, in the background; whatever fails is put into words by `sentence`."""
        self._running = asyncio.ensure_future(self._run(queue, sentence))

    def close(self) -> None:
        """Stop, and remove its files."""
        self._stop.set()
        if self._running is not None:
            self._running.cancel()
        shutil.rmtree(self.folder, ignore_errors=True)

    async def _run(self, queue: Queue, sentence: Callable[[Exception], str]) -> None:
        names: set[str] = set()
        with zipfile.ZipFile(self.archive, "w", zipfile.ZIP_STORED) as archive:
            for task in self.tasks:
                part = self.folder / "part"
                work = partial(task.produce, part, self._watch)
                try:
                    if task.takes_long:
                        ending = await queue.run_aside(work)
                    else:
                        ending = await queue.run(Priority.JOB, work, task.pixels)
                    name = str(Path(task.name).with_suffix(ending)) if ending else task.name
                    await _in_thread(partial(archive.write, part, _unlike(name, names)))
                except (LabcolorError, HTTPException, MemoryError) as error:
                    self.failed.append((task.name, sentence(error)))
                finally:
                    part.unlink(missing_ok=True)
                self.done, self.share = self.done + 1, 0.0

    def _watch(self, share: float) -> None:
        if self._stop.is_set():
            raise StoppedError
        self.share = share


def _in_thread(work: Callable[[], object]) -> Awaitable[object]:
    return asyncio.get_running_loop().run_in_executor(None, work)


def _unlike(name: str, names: set[str]) -> str:
    """Give a name that there is already, in whatever case, a number."""
    stem, dot, ending = name.rpartition(".")
    number, found = 1, name
    while found.casefold() in names:
        number += 1
        found = f"{stem}-{number}{dot}{ending}"
    names.add(found.casefold())
    return found
