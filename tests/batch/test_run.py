"""A run over many photographs: what goes wrong with one, and what ends it."""

from __future__ import annotations

import errno
import json
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from colorizer_standin import Standin
from PIL import Image

from labcolor.batch import commit
from labcolor.batch.journal import Journal
from labcolor.batch.memory_budget import MemoryBudget
from labcolor.batch.paths import journal_of, parts_of
from labcolor.colorizer import Colorizer
from labcolor.errors import OutputError, PhotoError

Archive = Any


class Meanwhile(Standin):
    """A colorizer during whose work something happens."""

    def __init__(self, happens: Callable[[int], None]) -> None:
        self.calls = 0
        self.happens = happens

    def __call__(self, pixels: np.ndarray) -> np.ndarray:
        self.calls += 1
        self.happens(self.calls)
        return np.dstack([pixels] * 3)


def test_bytes_depend_on_photographs_and_settings_alone(archive: Archive, tmp_path: Path) -> None:
    """Not on how many are in hand, nor on the run, with the network that ships."""
    colorizer = Colorizer()
    for index, ending in enumerate(("png", "jpg", "tif", "webp", "png", "jpg")):
        archive.add(f"{index}.{ending}", level=20 * index, size=(90 - index, 60 + index))
    archive.run(colorizer=colorizer, jobs=1)
    one = archive.results()
    archive.output.rename(tmp_path / "first")
    archive.run(colorizer=colorizer, jobs=4)
    assert archive.results() == one
    assert len(one) == 6


def test_permissions_and_dates_are_those_of_the_photograph(archive: Archive) -> None:
    """Of a file that may only be read, too; and it may be done again."""
    path = archive.add("a.png")
    path.chmod(0o440)
    os.utime(path, ns=(1_000_000_000, 123_456_789_000_000_000))
    archive.run()
    status = (archive.output / "a.png").stat()
    assert (status.st_mode & 0o777, status.st_mtime_ns) == (0o440, 123_456_789_000_000_000)
    assert [one.status for one in archive.run({"strength": 2})] == ["done"]


def test_one_bad_file_never_stops_the_rest(archive: Archive) -> None:
    """Nor does a file that goes away, nor a fault of labcolor's own."""
    for name in "abcdef":
        archive.add(f"{name}.png", level=30, size=(20 + ord(name), 20))
    (archive.root / "b.png").write_bytes(b"no picture")
    (archive.root / "c.png").write_bytes(b"")

    def faulty(pixels: np.ndarray) -> np.ndarray:
        if pixels.shape[1] == 20 + ord("e"):
            raise ZeroDivisionError("division by zero")
        if pixels.shape[1] == 20 + ord("f"):
            raise MemoryError
        return np.dstack([pixels] * 3)

    results = {one.item.name: one for one in archive.run(colorizer=Standin(faulty), jobs=2)}
    assert {name for name, one in results.items() if one.status == "done"} == {"a.png", "d.png"}
    reasons = {name: one.reason for name, one in results.items() if one.reason}
    assert all(str(archive.root / name) in reason for name, reason in reasons.items())
    assert "no photograph" in reasons["c.png"]
    assert "ZeroDivisionError: division by zero" in reasons["e.png"]
    assert "does not fit into memory" in reasons["f.png"]
    events = [json.loads(line) for line in journal_of(archive.output).read_bytes().splitlines()]
    assert {one["error"] for one in events if one["event"] == "failed"} == set(reasons.values())


def test_a_photograph_that_changes_while_it_is_read_is_read_once_more(archive: Archive) -> None:
    """The result is that of the later content."""
    path = archive.add("a.png", level=30)
    later = archive.add("b.png", level=90).read_bytes()
    (archive.root / "b.png").unlink()
    colorizer = Meanwhile(lambda call: path.write_bytes(later) and None if call == 1 else None)
    assert [one.status for one in archive.run(colorizer=colorizer)] == ["done"]
    assert colorizer.calls == 2
    assert Journal(archive.output).records["a.png"].content.size == len(later)
    assert archive.states() == {"a.png": "done"}


def test_a_photograph_that_goes_on_changing_fails(archive: Archive) -> None:
    """It is told, nothing of it is left, and the next run tries again."""
    path = archive.add("a.png")

    def grow(_: int) -> None:
        with path.open("ab") as file:
            file.write(b"more")

    (result,) = archive.run(colorizer=Meanwhile(grow))
    assert result.status == "failed"
    assert "is still being written" in result.reason
    assert archive.results() == {}
    assert archive.states() == {"a.png": "new"}


def test_a_photograph_that_is_cut_short_while_it_is_worked_on_kills_nobody(
    archive: Archive,
) -> None:
    """As it would if the file were mapped into memory."""
    path = archive.add("a.png", size=(400, 300))
    (result,) = archive.run(colorizer=Meanwhile(lambda _: os.truncate(path, 0)))
    assert result.status == "failed"


@pytest.mark.parametrize("moment", ["writing the picture", "the journal", "the name"])
def test_a_full_disk_ends_the_run_and_not_each_photograph(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """What was done stays done, nothing half-done stays, and with more room the rest follows."""
    for name in "abcdefgh":
        archive.add(f"{name}.png", level=ord(name) - 60)
    calls = []

    def full(step: Callable[..., Any], *args: Any, **options: Any) -> Any:
        calls.append(args)
        if len(calls) > 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        return step(*args, **options)

    owner: Any
    owner, name = {
        "writing the picture": (os, "fsync"),
        "the journal": (Journal, "intend"),
        "the name": (commit, "move_without_replacing"),
    }[moment]
    step = getattr(owner, name)
    monkeypatch.setattr(owner, name, lambda *args, **options: full(step, *args, **options))
    with pytest.raises(OutputError, match=r"disk of .*scans-colour is full; free some space"):
        archive.run(jobs=2)
    assert not parts_of(archive.output).exists()
    partial = archive.results()
    assert len(partial) < 8
    assert len(calls) < 8
    assert archive.last.unmade == []
    monkeypatch.setattr(owner, name, step)
    archive.run(jobs=2)
    whole = archive.results()
    assert len(whole) == 8
    assert {name: whole[name] for name in partial} == partial
    for name in whole:
        Image.open(archive.output / name).load()


def test_a_source_that_is_unplugged_ends_the_run(archive: Archive) -> None:
    """One sentence, and not as many failures as there were photographs."""
    for name in "abcdef":
        archive.add(f"{name}.png")
    colorizer = Meanwhile(lambda _: archive.root.rename(archive.root.with_name("away")))
    with pytest.raises(PhotoError, match="is gone"):
        archive.run(colorizer=colorizer, jobs=1)
    assert archive.watcher.results == []


def test_a_file_that_takes_the_name_meanwhile_is_kept(archive: Archive) -> None:
    """The user was faster."""
    archive.add("a.png")
    target = archive.output / "a.png"
    (result,) = archive.run(colorizer=Meanwhile(lambda _: target.write_bytes(b"mine") and None))
    assert (result.status, target.read_bytes()) == ("failed", b"mine")
    assert "already exists" in result.reason


def test_fail_fast_stops_at_the_first_failure(archive: Archive) -> None:
    """What follows is not reached."""
    for name in "abcd":
        archive.add(f"{name}.png")
    (archive.root / "b.png").write_bytes(b"no picture")
    results = archive.run(jobs=1, fail_fast=True)
    assert [one.status for one in results] == ["done", "failed"]


def test_a_stop_finishes_what_is_in_hand(archive: Archive) -> None:
    """And is told once."""
    for name in "abcdef":
        archive.add(f"{name}.png")
    colorizer = Meanwhile(lambda call: archive.last.stop() if call == 2 else None)
    results = archive.run(colorizer=colorizer, jobs=1)
    assert [one.status for one in results] == ["done", "done"]
    assert archive.last._watcher.told_to_stop <= 1
    assert set(archive.results()) == {"a.png", "b.png"}
    archive.run()
    assert len(archive.results()) == 6


@pytest.mark.parametrize("number", [31, 32, 33, 64])
def test_every_photograph_is_coloured_however_many_there_are(
    archive: Archive, number: int
) -> None:
    """Multiples of any batch size among them."""
    for index in range(number):
        archive.add(f"{index:02}.png", size=(8, 8))
    archive.run(jobs=4)
    assert set(archive.results()) == {f"{index:02}.png" for index in range(number)}


def test_warnings_are_kept_with_their_photograph(archive: Archive) -> None:
    """And not with those that are in work beside it."""
    for name in "abcd":
        archive.add(f"{name}.jpg")
    Image.new("RGBA", (24, 16), (90, 90, 90, 128)).save(archive.root / "e.jpg", "PNG")
    warned = {one.item.name: one.warnings for one in archive.run(jobs=5) if one.warnings}
    assert list(warned) == ["e.jpg"]
    assert "no transparency" in warned["e.jpg"][0]
    assert str(archive.output / "e.jpg") in warned["e.jpg"][0]


def test_a_large_scan_among_small_ones_waits_for_room() -> None:
    """What is in memory never exceeds the budget, save for one that is larger than all of it."""
    budget, lock = MemoryBudget(100), threading.Lock()
    inside: list[int] = []
    most: list[list[int]] = []

    def work(pixels: int) -> None:
        with budget.held(pixels):
            with lock:
                inside.append(pixels)
                most.append(inside[:])
            time.sleep(0.002)
            with lock:
                inside.remove(pixels)

    threads = [threading.Thread(target=work, args=(size,)) for size in [12, 30, 500, 0, 60] * 8]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert inside == []
    assert all(sum(together) <= 100 or {*together} <= {500, 0} for together in most)
    assert max(len(together) for together in most) > 1
