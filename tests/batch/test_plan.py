"""What a second run does: by what the files hold, not by whether they exist."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from labcolor.photo import Mark, Photo, write

Archive = Any


@pytest.fixture
def done(archive: Archive) -> Archive:
    archive.add("a.png")
    archive.add("1920/b.png", level=50)
    assert {result.status for result in archive.run()} == {"done"}
    return archive


def test_what_is_done_is_not_done_again(done: Archive) -> None:
    """And nothing is written."""
    before = done.results()
    assert done.states() == {"a.png": "done", "1920/b.png": "done"}
    assert done.run() == []
    assert done.results() == before


def test_a_photograph_that_has_changed_is_done_again(done: Archive) -> None:
    """By its content: the date alone does not count."""
    os.utime(done.root / "a.png", (1, 1))
    assert done.states()["a.png"] == "done"
    before = done.results()
    done.add("a.png", level=20)
    assert done.states() == {"a.png": "again", "1920/b.png": "done"}
    assert [result.item.name for result in done.run()] == ["a.png"]
    after = done.results()
    assert after["a.png"] != before["a.png"]
    assert after["1920/b.png"] == before["1920/b.png"]


def test_other_settings_are_another_result(done: Archive) -> None:
    """Which takes the place of the first, and goes back again."""
    other = {"strength": 2}
    assert set(done.states(other).values()) == {"again"}
    assert len(done.run(other)) == 2
    assert set(done.states(other).values()) == {"done"}
    assert set(done.states().values()) == {"again"}


def test_a_result_that_is_gone_is_made_again(done: Archive) -> None:
    """With the same bytes."""
    before = done.results()
    (done.output / "a.png").unlink()
    assert done.states()["a.png"] == "again"
    done.run()
    assert done.results() == before


@pytest.mark.parametrize("change", ["appended", "same size and date", "another", "link"])
def test_a_result_that_somebody_has_changed_is_theirs(done: Archive, change: str) -> None:
    """It is kept, whatever the settings are, until --overwrite."""
    path = done.output / "a.png"
    status, data = path.stat(), path.read_bytes()
    if change == "link":
        path.rename(done.output.parent / "kept.png")
        path.symlink_to(done.output.parent / "kept.png")
    else:
        path.write_bytes(
            {
                "appended": data + b"retouched",
                "same size and date": data[:-1] + bytes([data[-1] ^ 1]),
                "another": b"mine",
            }[change]
        )
    if change == "same size and date":  # which are taken for proof as long as nothing else is new
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + 1))
    theirs = path.read_bytes()
    assert done.states()["a.png"] == "kept"
    assert done.states({"strength": 2})["a.png"] == "kept"
    done.run({"strength": 2})
    assert path.read_bytes() == theirs
    done.run({"strength": 2}, overwrite=True)
    assert done.states({"strength": 2})["a.png"] == "done"
    assert path.read_bytes() != theirs or change == "link"


def test_a_file_that_was_there_before_is_not_taken_for_done(archive: Archive) -> None:
    """Even if it is a picture under the right name."""
    source = archive.add("a.png")
    archive.output.mkdir()
    (archive.output / "a.png").write_bytes(source.read_bytes())
    assert archive.states() == {"a.png": "refused"}
    assert archive.run() == []
    assert (archive.output / "a.png").read_bytes() == source.read_bytes()


def test_a_result_that_no_journal_knows_is_kept_too(archive: Archive) -> None:
    """Such as one that was made alone: its mark tells what it is."""
    archive.add("a.png")
    archive.output.mkdir()
    pixels = np.zeros((16, 24, 3), np.uint8)
    write(Photo(pixels, mark=Mark("any", "embedded")), archive.output / "a.png")
    assert archive.states() == {"a.png": "kept"}
    assert archive.run() == []


def test_faults_are_known_before_the_run(archive: Archive) -> None:
    """What the header tells, what an earlier run has met, and nothing of what has been mended."""
    (archive.root / "empty.png").write_bytes(b"")
    cut = archive.add("cut.png")
    whole = cut.read_bytes()
    cut.write_bytes(whole[:-40])
    plan = archive.plan()
    plan.measure()
    assert ["is empty" in item.fault for item in plan.items] == [False, True]
    archive.run()
    assert archive.plan().items[0].fault.startswith("failed before: ")
    assert "damaged or cut short" in archive.plan().items[0].fault
    cut.write_bytes(whole)
    archive.run()
    assert [item.fault for item in archive.plan().items if item.name == "cut.png"] == [""]


def test_what_failed_is_tried_again(archive: Archive) -> None:
    """When the file has been mended, and when it has not."""
    archive.add("a.png")
    bad = archive.add("b.png")
    good = bad.read_bytes()
    bad.write_bytes(good[:40])
    assert [result.status for result in archive.run(jobs=1)] == ["done", "failed"]
    assert archive.states() == {"a.png": "done", "b.png": "new"}
    bad.write_bytes(good)
    assert [result.item.name for result in archive.run()] == ["b.png"]
    assert set(archive.states().values()) == {"done"}


def test_the_plan_touches_nothing(archive: Archive, tmp_path: Path) -> None:
    """Not even the output folder."""
    archive.add("a.png")
    archive.plan().measure()
    assert [path.name for path in tmp_path.iterdir()] == ["scans"]


def test_sizes_are_read_from_the_headers(archive: Archive) -> None:
    """A file without a legible one counts too, as next to nothing."""
    archive.add("a.png", size=(30, 20))
    (archive.root / "b.jpg").write_bytes(b"\xff\xd8\xff")
    plan = archive.plan()
    plan.measure()
    assert [(item.work, item.memory) for item in plan.items] == [(600, 600), (1, 0)]
