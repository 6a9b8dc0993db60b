"""A film that several workers colour: who has which segment, and what is known of the others.

One worker takes one segment after the other, each going on from the one before it. Others, where
they have nothing else to do, look ahead for cuts, from which they can go on without those before.
Segments get their names here, in any order.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from labcolor.batch.cluster import film_steps
from labcolor.batch.films import claimed, untouched
from labcolor.batch.task import Made, Task
from labcolor.errors import ClusterError

if TYPE_CHECKING:
    from pathlib import Path

    from distributed import Future

    from labcolor.batch.cluster.film_steps import Coloured
    from labcolor.film.plan import Plan
    from labcolor.film.scouting import Boundary
    from labcolor.film.segments import End, Start, Work


class Hands(Protocol):
    """Workers that do steps of a task."""

    def give(self, step: Callable[..., Any], task: Task, *more: Any) -> Future[Any]:
        """Give a step away."""

    def told(self, future: Future[Any], task: Task) -> Any:
        """Wait for what becomes of a step; raise what went wrong."""

    def ended(self, futures: Collection[Future[Any]]) -> list[Future[Any]]:
        """Wait a moment for one of them to end; name those that have."""

    def take_spare(self) -> bool:
        """Take a worker besides the one of this thread, if one has nothing else to do."""

    def give_spare_back(self) -> None:
        """Let others have it."""


def made_of_film(hands: Hands, task: Task, stop: threading.Event) -> Made | None:
    """Have a film coloured into parts; see `labcolor.batch.make.make`."""
    from labcolor.film.finishing import errors_of
    from labcolor.film.plan import encoder_threads
    from labcolor.film.segments import Work

    part = claimed(task)
    begun = hands.told(hands.give(film_steps.begin, task, part, encoder_threads()), task)
    if begun.plan is None:
        return untouched(begun.seen)
    with errors_of(begun.plan):
        work = Work(part, begun.identity)
        begun.plan.check_room(work)
        if not work.complete:
            _Segments(hands, task, begun.plan, work, stop).go()
        last = (begun.plan, work.folder, work.segments, begun.seen)
        made: Made | None = hands.told(hands.give(film_steps.finish, task, *last), task)
        made = _moved(made, part) if made else None
        work.remove()
    return made


def _moved(made: Made, part: Path) -> Made:
    """Bring what was made out of the folder of segments."""
    moved = []
    for one in made.parts:
        target = part if one.path.suffix == ".part" else part.with_suffix(one.path.suffix)
        moved.append(one._replace(path=one.path.replace(target)))
    return made._replace(parts=tuple(moved))


class _Step(NamedTuple):
    """What a worker has in hand."""

    start: Start
    is_scouting: bool
    is_spare: bool


class _Segments:
    """Has the missing segments made."""

    def __init__(
        self, hands: Hands, task: Task, plan: Plan, work: Work, stop: threading.Event
    ) -> None:
        self._hands, self._task, self._plan, self._work = hands, task, plan, work
        self._stop = stop
        self._starts = work.starts()
        self._ends: dict[int, End] = {}
        self._in_hand: dict[Future[Any], _Step] = {}
        self._last: int | None = None
        self._is_scouted = False
        self._error: Exception | None = None

    def go(self) -> None:
        """Have them made.

        Raises
        ------
        StoppedError
            Somebody asked for it; what was in hand is there.
        LabcolorError
            One of them cannot be made.
        """
        from labcolor.film.colouring import stopped

        try:
            while not self._work.complete:
                if not self._stop.is_set() and not self._error:
                    self._give()
                if not self._in_hand:
                    break
                for future in self._hands.ended(self._in_hand):
                    self._take(future)
        finally:
            for step in self._in_hand.values():
                if step.is_spare:
                    self._hands.give_spare_back()
        self._work.sweep()
        if self._error:
            raise self._error
        if not self._work.complete:
            raise stopped(self._plan)

    def _give(self) -> None:
        """Give away what can be done now, to this thread's own worker and those to spare."""
        while step := self._next():
            if all(one.is_spare for one in self._in_hand.values()):
                is_spare = False
            elif self._hands.take_spare():
                is_spare = True
            else:
                return
            start = step.start
            if step.is_scouting:
                future = self._hands.give(film_steps.scout, self._task, self._plan, start)
            else:
                wanted = (self._plan, start, self._ends.get(start.number), self._work.folder)
                future = self._hands.give(film_steps.colour, self._task, *wanted)
            self._in_hand[future] = step._replace(is_spare=is_spare)

    def _next(self) -> _Step | None:
        """Choose: the first segment that can be coloured, else where others begin."""
        steps = self._in_hand.values()
        taken = {one.start.number for one in steps if not one.is_scouting}
        for number in sorted(self._starts.keys() - taken):
            if self._starts[number].is_whole:
                return _Step(self._starts[number], is_scouting=False, is_spare=False)
        if self._is_scouted or not self._starts or any(one.is_scouting for one in steps):
            return None
        return _Step(self._starts[max(self._starts)], is_scouting=True, is_spare=False)

    def _take(self, future: Future[Any]) -> None:
        """Take what a worker has done."""
        step = self._in_hand.pop(future)
        if step.is_spare:
            self._hands.give_spare_back()
        try:
            made = self._hands.told(future, self._task)
        except ClusterError:
            raise
        except Exception as error:
            self._error = self._error or error
            return
        if step.is_scouting:
            self._found(made)
        else:
            self._coloured(step.start, made)

    def _found(self, boundaries: list[Boundary]) -> None:
        """Learn where segments begin; what is known already is not learned anew."""
        self._is_scouted = len(boundaries) < film_steps.AT_ONCE
        for end, start in boundaries:
            if not self._work.holds(start.number - 1):
                self._ends.setdefault(start.number - 1, end)
            if not self._work.holds(start.number):
                self._starts.setdefault(start.number, start)

    def _coloured(self, start: Start, made: Coloured) -> None:
        """Give a segment its name, unless others went on from another end of it by now."""
        number = start.number
        if made.segment is None:
            self._last = number - 1
            del self._starts[number]
        else:
            following = self._starts.get(number + 1)
            if following and following.after != made.segment.position:
                made.part.unlink()  # it is made again, with the end that is known now
                return
            self._work.add(made.segment, made.state, made.part)
            del self._starts[number]
            if made.is_last:
                self._last = number
            elif not self._work.holds(number + 1) and not (following and following.is_whole):
                self._starts[number + 1] = self._work.after(number)
        if self._last is not None and len(self._work.segments) > self._last:
            self._work.end(self._last + 1)
