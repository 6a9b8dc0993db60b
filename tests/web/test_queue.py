"""Who waits, who comes first, and who is sent away."""

from __future__ import annotations

import asyncio
import threading

import pytest

from labcolor.web.failures import Refused
from labcolor.web.queue import Priority, Queue


class Held:
    """Work that goes on until it is let go."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue
        self._go = threading.Event()
        self.order: list[str] = []

    def add(self, name: str, priority: Priority, pixels: int = 0) -> asyncio.Task:
        def work() -> str:
            self.order.append(name)
            assert self._go.wait(10)
            return name

        return asyncio.ensure_future(self._queue.run(priority, work, pixels))

    def let_go(self) -> None:
        self._go.set()


def run(scene, workers: int = 2, waiting: int = 32, pixels: int = 100) -> None:
    async def play() -> None:
        queue = Queue(workers, waiting, pixels)
        held = Held(queue)
        try:
            await scene(queue, held)
        finally:
            held.let_go()
            queue.close()

    asyncio.run(play())


def test_the_33rd_that_waits_is_sent_away():
    async def scene(queue, held):
        tasks = [held.add(str(n), Priority.PREVIEW) for n in range(2 + 32)]
        await asyncio.sleep(0.05)
        assert (queue.running, queue.waiting, queue.is_full) == (2, 32, True)
        with pytest.raises(Refused) as refused:
            await held.add("one more", Priority.PREVIEW)
        assert refused.value.status_code == 429
        assert int(refused.value.headers["retry-after"]) > 0
        held.let_go()
        assert await asyncio.gather(*tasks) == [str(n) for n in range(34)]

    run(scene)


def test_previews_come_before_full_size_and_that_before_jobs():
    async def scene(_, held):
        tasks = [held.add("first", Priority.FULL)]
        await asyncio.sleep(0.05)
        for name, priority in (
            ("job", Priority.JOB),
            ("full", Priority.FULL),
            ("preview", Priority.PREVIEW),
            ("later preview", Priority.PREVIEW),
        ):
            tasks.append(held.add(name, priority))
        await asyncio.sleep(0.05)
        held.let_go()
        await asyncio.gather(*tasks)
        assert held.order == ["first", "preview", "later preview", "full", "job"]

    run(scene, workers=1)


def test_one_worker_is_kept_for_previews():
    async def scene(_, held):
        tasks = [held.add(str(n), Priority.FULL) for n in range(2)]
        await asyncio.sleep(0.05)
        assert held.order == ["0"]
        tasks.append(held.add("preview", Priority.PREVIEW))
        await asyncio.sleep(0.05)
        assert held.order == ["0", "preview"]
        held.let_go()
        await asyncio.gather(*tasks)

    run(scene)


def test_large_pictures_are_in_hand_together_as_far_as_there_is_room():
    async def scene(_, held):
        tasks = [held.add(str(n), Priority.FULL, pixels) for n, pixels in enumerate((70, 40, 20))]
        await asyncio.sleep(0.05)
        assert held.order == ["0", "2"]  # who is small enough goes first
        held.let_go()
        await asyncio.gather(*tasks)

    run(scene, workers=4)


def test_who_goes_away_frees_the_place():
    async def scene(queue, held):
        first = held.add("first", Priority.PREVIEW)
        gone = held.add("gone", Priority.PREVIEW)
        await asyncio.sleep(0.05)
        assert queue.waiting == 1
        gone.cancel()
        await asyncio.sleep(0.05)
        assert queue.waiting == 0
        held.let_go()
        await first
        assert held.order == ["first"]

    run(scene, workers=1)


def test_errors_are_those_of_the_work():
    async def scene(queue, _):
        def fail() -> None:
            raise ValueError("of the work")

        with pytest.raises(ValueError, match="of the work"):
            await queue.run(Priority.FULL, fail)
        assert queue.running == 0

    run(scene)
