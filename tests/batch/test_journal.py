"""What the journal knows after a kill, a full disk or somebody's editor."""

from __future__ import annotations

import errno
import hashlib
import logging
import os
from pathlib import Path
from typing import Any

import pytest

from labcolor.batch.journal import Journal, finished
from labcolor.batch.lock import locked
from labcolor.batch.paths import journal_of
from labcolor.batch.records import Content, Record
from labcolor.errors import OutputError


def content(data: bytes) -> Content:
    return Content(len(data), 1_000_000_007, hashlib.sha256(data).hexdigest())


def record(name: str, data: bytes, pair: bytes | None = None) -> Record:
    files = {name: content(data)}
    if pair is not None:
        files[f"{name}-compare.jpg"] = content(pair)
    return Record(name, f"/scans/{name}", content(b"photograph"), "settings", files)


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """Leave a folder as a kill does between the intent for b.png and its name."""
    journal = Journal(tmp_path)
    journal.open()
    journal.begin("settings", {"strength": 1.0}, "2024-02-29T00:00:00+00:00")
    for name in ("a.png", "b.png"):
        journal.intend(name, record(name, name.encode()))
    journal.finish("a.png", {})
    journal.close()
    (tmp_path / "a.png").write_bytes(b"a.png")
    os.utime(tmp_path / "a.png", ns=(1_000_000_007, 1_000_000_007))
    return tmp_path


def test_a_journal_that_is_read_again_knows_the_same(output: Path) -> None:
    """Names, contents, settings, and what is done."""
    records = Journal(output).records
    assert records["a.png"] == Record(**{**vars(record("a.png", b"a.png")), "done": True})
    assert records["b.png"] == record("b.png", b"b.png")


@pytest.mark.parametrize(
    "tail", [b'{"event": "inte', b'{"event": "done", "output": "b.png"}', b"\0" * 40, b"\xff"]
)
def test_a_line_that_a_kill_has_torn_is_taken_away(output: Path, tail: bytes) -> None:
    """And the next one stands on a line of its own."""
    path = journal_of(output)
    whole = path.read_bytes()
    path.write_bytes(whole + tail)
    assert not Journal(output).records["b.png"].done
    assert path.read_bytes() == whole + tail  # reading changes nothing
    journal = Journal(output)
    journal.open()
    journal.finish("b.png", {})
    journal.close()
    assert path.read_bytes().startswith(whole + b'{"event": "done"')
    assert Journal(output).records["b.png"].done


def test_a_damaged_line_costs_its_own_result_only(
    output: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """And is told of."""
    path = journal_of(output)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + b"\0" * 100 + b"\n" + lines[2])
    logging.getLogger("labcolor").propagate = True
    journal = Journal(output)
    assert list(journal.records) == ["b.png"]
    assert not journal.is_own("a.png")
    assert "Line 2" in caplog.text


def test_only_what_labcolor_wrote_to_the_byte_is_its_own(output: Path) -> None:
    """Whether it got its name before or after the kill; and a link never is."""
    journal = Journal(output)
    assert journal.is_own("a.png")
    assert journal.is_complete("a.png", ["a.png"])
    assert not journal.is_own("b.png")
    (output / "b.png").write_bytes(b"b.png")
    assert journal.is_own("b.png")
    assert journal.is_complete("b.png", ["b.png"])
    (output / "b.png").write_bytes(b"mine!")
    assert not journal.is_own("b.png")
    assert not journal.is_complete("b.png", ["b.png"])
    (output / "a.png").write_bytes(b"a.pnG")
    assert not journal.is_own("a.png")
    (output / "a.png").unlink()
    (output / "a.png").symlink_to("b.png")
    assert not journal.is_own("a.png")


def test_names_that_are_no_unicode_survive(tmp_path: Path) -> None:
    """Bytes that a file system may hold come back as they were."""
    name = os.fsdecode(b"caf\xe9.png")
    journal = Journal(tmp_path)
    journal.open()
    journal.intend(name, record(name, b"x"))
    journal.close()
    assert list(Journal(tmp_path).records) == [name]


def test_a_full_disk_leaves_whole_lines(output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What did not fit is taken away, and what comes when there is room again is legible."""
    before = journal_of(output).read_bytes()
    journal = Journal(output)
    journal.open()
    file: Any = journal._file
    written: list[int] = []

    class Full:
        def __getattr__(self, name: str) -> object:
            return getattr(file, name)

        def write(self, line: bytes) -> int:
            if written:
                raise OSError(errno.ENOSPC, "No space left on device")
            written.append(file.write(line[:10]))
            return 10

    monkeypatch.setattr(journal, "_file", Full())
    with pytest.raises(OSError, match="No space"):
        journal.finish("b.png", {})
    assert written == [10]
    assert journal_of(output).read_bytes() == before
    assert not journal.records["b.png"].done
    monkeypatch.setattr(journal, "_file", file)
    journal.finish("b.png", {})
    journal.close()
    assert Journal(output).records["b.png"].done


def test_finished_work_is_listed_with_its_pairs(output: Path) -> None:
    """What is there; not what only was intended, nor what is gone."""
    journal = Journal(output)
    journal.open()
    journal.intend("c.png", record("c.png", b"c", pair=b"pair"))
    journal.finish("c.png", {"pages": 3})
    journal.close()
    (output / "c.png").write_bytes(b"c")
    (output / "c.png-compare.jpg").write_bytes(b"pair")
    assert finished(output) == [
        (Path("/scans/a.png"), output / "a.png", None, {}),
        (Path("/scans/c.png"), output / "c.png", output / "c.png-compare.jpg", {"pages": 3}),
    ]


def test_two_runs_into_one_folder_do_not_interleave(tmp_path: Path) -> None:
    """The second is told; and when the first is over, there is room for another."""
    output = tmp_path / "out"
    with locked(output):
        taken = locked(output)
        with pytest.raises(OutputError, match="Another labcolor is working"):
            taken.__enter__()
    with locked(output):
        pass
