"""Working through a plan: several photographs at a time, so that no core waits for a disk.

Each thread takes a photograph through its whole way, from its file to its result. Where the
threads colour too, the network serves one at a time on all cores; meanwhile the others read,
decode, do their Lab work, encode and write, all of which lets go of Python's lock.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from labcolor.batch import look
from labcolor.batch.captured_warnings import captured_warnings
from labcolor.batch.executor import Executor
from labcolor.batch.fatal import fatal
from labcolor.batch.journal import Journal
from labcolor.batch.paths import parts_of
from labcolor.batch.plan import Item, Plan
from labcolor.batch.watcher import Result, Watcher
from labcolor.batch.worker import Worker, reason_of
from labcolor.errors import StoppedError
from labcolor.photo.target import cannot_write

_log = logging.getLogger("labcolor")


class Run:
    """A run over a plan.

    Parameters
    ----------
    plan : Plan
        Measured.
    journal : Journal
        Open.
    executor : Executor
        Who colours.
    settings : mapping of str to mapping
        What the results depend on, by its identity: of the run, and of photographs with settings
        of their own. See `labcolor.batch.settings`.
    watcher : Watcher
        Who wants to know.
    overwrite : bool
        Whether files of the user's may be replaced.
    fail_fast : bool
        Whether the first failure ends the run.
    """

    def __init__(
        self,
        plan: Plan,
        journal: Journal,
        executor: Executor,
        settings: Mapping[str, Mapping[str, Any]],
        watcher: Watcher,
        *,
        overwrite: bool = False,
        fail_fast: bool = False,
    ) -> None:
        self.plan = plan
        self.unmade: list[Result] = []
        self._journal = journal
        self._settings = settings
        self._fail_fast = fail_fast
        self._watcher = watcher
        self._todo = iter(plan.todo)
        self._next = threading.Lock()
        self._executor = executor
        self._told: queue.SimpleQueue[Item | Result | None] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._worker = Worker(journal, executor, self._stop, overwrite=overwrite)
        self._fatal: Exception | None = None

    def stop(self) -> None:
        """Take up no more photographs; may be called by a signal handler."""
        self._stop.set()

    def go(self) -> None:
        """Colour the photographs.

        What was made is in the journal then. In `unmade` is what failed, and what was left as it
        is with a warning.

        Raises
        ------
        LabcolorError
            What kept the run from going on. What was in hand is finished or undone then.
        """
        with self._opened():
            jobs = min(self._executor.jobs, len(self.plan.todo))
            for _ in range(jobs):
                threading.Thread(target=self._work, daemon=True).start()
            self._watch(jobs)
        if self._fatal:
            raise self._fatal

    @contextmanager
    def _opened(self) -> Iterator[None]:
        """Go on with the journal, and clear up before and after."""
        output = self._journal.output
        try:
            _clear(parts_of(output))
            parts_of(output).mkdir(parents=True, exist_ok=True)
            self._journal.open()
            if self.plan.todo:
                started = datetime.now(timezone.utc).isoformat(timespec="seconds")
                for name, one in self._settings.items():
                    self._journal.begin(name, one, started)
        except OSError as error:
            raise cannot_write(output, error) from error
        yield
        self._journal.close()
        _clear(parts_of(output))

    def _watch(self, working: int) -> None:
        """Tell the watcher what the workers tell, until the last of them is gone."""
        announced = False
        while working:
            if self._stop.is_set() and not announced:
                self._watcher.stopping()
                announced = True
            try:
                told = self._told.get(timeout=0.2)
            except queue.Empty:
                continue
            if told is None:
                working -= 1
            elif isinstance(told, Item):
                self._watcher.started(told)
            else:
                if told.status == "failed" or (told.status == "left" and told.warnings):
                    self.unmade.append(told)
                self._watcher.finished(told)

    def _work(self) -> None:
        try:
            while item := self._taken_up():
                with self._executor.free(item.memory, self._stop):
                    # it may have been a long wait
                    if not self._stop.is_set():
                        self._told.put(item)
                        self._told.put(self._result(item))
        except StoppedError:  # what there is of a film waits for the next run
            pass
        except Exception as error:
            self._fatal = error
            self.stop()
        finally:
            self._told.put(None)

    def _taken_up(self) -> Item | None:
        with self._next:
            return None if self._stop.is_set() else next(self._todo, None)

    def _result(self, item: Item) -> Result:
        """Colour a photograph; raise only what ends the run."""
        began = time.perf_counter()
        with captured_warnings() as warnings:
            try:
                outcome = self._worker.take(item, began, warnings)
            except StoppedError:
                raise
            except Exception as error:  # one bad file never stops the rest
                end = fatal(error, self._journal.output, self.plan.roots)
                if end:
                    raise end from error
                return self._failure(item, error, time.perf_counter() - began, warnings)
        return Result(
            item,
            "left" if outcome.left else "done",
            outcome.left,
            time.perf_counter() - began,
            (outcome.width, outcome.height),
            tuple(warnings),
        )

    def _failure(
        self, item: Item, error: Exception, seconds: float, warnings: list[str]
    ) -> Result:
        reason = reason_of(item, self._journal.output / item.names.output, error)
        _log.debug("%s", reason, exc_info=error)
        if self._fail_fast:
            self.stop()
        try:
            self._journal.fail(item.name, item.names.output, reason)
        except OSError as fault:
            raise fatal(fault, self._journal.output, ()) or cannot_write(
                self._journal.output, fault
            ) from fault
        return Result(item, "failed", reason, seconds, warnings=tuple(warnings))


def _clear(folder: Path) -> None:
    """Remove what a run that was killed has left unfinished."""
    if look.is_folder(folder):
        for part in folder.iterdir():
            part.unlink()
        with suppress(OSError):
            folder.rmdir()
