"""A file is taken when it has stopped growing, and once."""

from __future__ import annotations

import os

from labcolor.batch.growth import REST, Growth


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_file_that_grows_is_not_at_rest(tmp_path):
    """It comes to rest when neither size nor date have changed for a while."""
    clock, path = Clock(), tmp_path / "a.tif"
    growth = Growth(clock)
    path.write_bytes(b"a")
    assert growth.growing([path]) == {path}
    clock.now += REST / 2
    path.write_bytes(b"ab")
    assert growth.growing([path]) == {path}
    clock.now += REST / 2
    assert growth.growing([path]) == {path}
    clock.now += REST / 2
    assert growth.growing([path]) == frozenset()
    os.utime(path, (1, 1))
    assert growth.growing([path]) == {path}


def test_an_empty_file_is_not_complete(tmp_path):
    """A copy begins with one, and may wait for its first bytes for long."""
    clock, path = Clock(), tmp_path / "a.tif"
    growth = Growth(clock)
    path.write_bytes(b"")
    growth.growing([path])
    clock.now += 100
    assert growth.growing([path]) == {path}


def test_a_file_is_taken_once_and_again_when_it_changes(tmp_path):
    """What failed is not tried again every second."""
    clock, path = Clock(), tmp_path / "a.tif"
    growth = Growth(clock)
    path.write_bytes(b"a")
    growth.growing([path])
    clock.now += REST
    growth.growing([path])
    assert growth.take([path]) == [path]
    assert growth.take([path]) == []
    path.write_bytes(b"other")
    growth.growing([path])
    assert growth.take([path]) == [path]
    assert growth.growing([tmp_path / "gone.tif"]) == frozenset()
