"""What is kept under names that nobody guesses, and for how long."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from labcolor.web.failures import Refused
from labcolor.web.photos import Store


@dataclass
class Thing:
    size: int = 1
    closed: bool = False

    def close(self) -> None:
        self.closed = True


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def is_gone(store: Store, name: str) -> bool:
    try:
        store.get(name)
    except Refused as refused:
        return refused.status_code == 404
    return False


def test_names_are_not_guessed():
    store = Store("thing", 1000)
    names = {store.add(Thing()) for _ in range(500)}
    assert len(names) == 500
    assert min(map(len, names)) >= 24  # 144 bits


def test_an_hour_from_the_last_question_or_from_the_beginning():
    clock = Clock()
    for lasting in (True, False):
        clock.now = 0
        store = Store("thing", lasting=lasting, clock=clock)
        thing = Thing()
        name = store.add(thing)
        clock.now = 3000
        assert store.get(name) is thing
        clock.now = 5000
        assert is_gone(store, name) == thing.closed == (not lasting)
        clock.now = 9000
        assert is_gone(store, name)
        assert thing.closed


@pytest.mark.parametrize(("most", "room"), [(3, None), (99, 30)])
def test_the_one_not_asked_for_longest_goes(most, room):
    """When there are too many, or they are too large together."""
    store = Store("thing", most, room=room)
    things = [Thing(size=10) for _ in range(4)]
    names = [store.add(thing) for thing in things[:3]]
    store.get(names[0])
    store.add(things[3])
    assert [thing.closed for thing in things] == [False, True, False, False]


def test_one_that_is_larger_than_the_room_is_kept_alone():
    store = Store("thing", room=5)
    first, large = Thing(), Thing(size=10)
    store.add(first)
    assert store.get(store.add(large)) is large
    assert first.closed
