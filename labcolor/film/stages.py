"""Work in stages, each in a thread of its own, with little in between."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Generator, Iterable
from typing import TypeVar

T = TypeVar("T")


def staged(
    items: Iterable[T], room: int, clock: dict[str, float] | None = None, name: str = ""
) -> Generator[T, None, None]:
    """Let another thread do the work that is in an iterable, some items ahead.

    Parameters
    ----------
    items : iterable
    room : int
        How many items may wait.
    clock, name : dict, str, optional
        Where the seconds of CPU that the thread took go, and under which name.

    Yields
    ------
    Whatever comes from `items`; its exceptions are raised here. When the iteration is given up,
    so is the work.
    """
    waiting: queue.Queue[tuple[str, T | BaseException | None]] = queue.Queue(room)
    given_up = threading.Event()

    def put(kind: str, item: T | BaseException | None) -> bool:
        while not given_up.is_set():
            try:
                waiting.put((kind, item), timeout=0.1)
            except queue.Full:
                continue
            return True
        return False

    def work() -> None:
        source = iter(items)
        try:
            for item in source:
                if not put("item", item):
                    break
            put("end", None)
        except BaseException as error:
            put("error", error)
        finally:
            if hasattr(source, "close"):
                source.close()
            if clock is not None:
                clock[name] = clock.get(name, 0.0) + time.thread_time()

    worker = threading.Thread(target=work, daemon=True)
    worker.start()
    try:
        while True:
            kind, item = waiting.get()
            if kind == "end":
                return
            if isinstance(item, BaseException) and kind == "error":
                raise item
            yield item  # type: ignore[misc]
    finally:
        given_up.set()
        worker.join()
