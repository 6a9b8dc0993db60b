"""The report: what became of each photograph, by this run and by earlier ones."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
import tifffile

from labcolor.batch.journal import Journal
from labcolor.batch.report import Row, Table, check_report, write_report
from labcolor.errors import OutputError

Archive = Any


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def table(archive: Archive, **options: bool) -> Table:
    plan = archive.plan()
    plan.measure()
    return Table(plan, Journal(archive.output), **options)


def rows(archive: Archive, **options: bool) -> list[Row]:
    return list(table(archive, **options))


@pytest.fixture
def done(archive: Archive) -> Archive:
    archive.add("a.png", size=(30, 20))
    archive.add("b.tif", size=(24, 16))
    with tifffile.TiffWriter(archive.root / "b.tif", append=True) as writer:
        writer.write(tifffile.imread(archive.root / "b.tif"), metadata=None)
    archive.run()
    return archive


def test_earlier_runs_are_told_as_fully_as_this_one(done: Archive) -> None:
    """Sizes, pages, time, checksums, settings, chroma and doubt, however long ago."""
    this = list(Table(done.last.plan, done.journal, done.last.unmade))
    earlier = rows(done)
    assert [row.became for row in this] == ["done", "done"]
    assert [row.became for row in earlier] == ["done before", "done before"]
    for before, after in zip(this, earlier, strict=True):
        assert before._replace(became="done before") == after
        assert after.sha256 == sha256(Path(after.photograph))
        assert after.result_sha256 == sha256(Path(after.result))
        assert after.settings == {"strength": 1}
        assert (after.chroma, after.doubt) == (7.5, 3.25)
        assert after.seconds > 0
    assert [(row.width, row.height, row.pages) for row in earlier] == [(30, 20, 1), (24, 16, 2)]


def test_what_somebody_has_worked_on_is_kept_and_no_failure(done: Archive) -> None:
    """It is told of with the checksum that it had."""
    result = done.output / "a.png"
    before = sha256(result)
    result.write_bytes(result.read_bytes() + b"retouched")
    assert table(done).count() == {"kept": 1, "done before": 1}
    assert rows(done)[0].result_sha256 == before


def test_a_plan_is_a_report(archive: Archive) -> None:
    """With pages, and with what is likely to fail."""
    archive.add("a.png", size=(30, 20))
    (archive.root / "b.png").write_bytes(b"")
    good, empty = rows(archive, planned=True)
    assert (good.became, good.result, good.pages, good.width) == ("planned", "", 1, 30)
    assert (empty.became, empty.pages) == ("planned", 0)
    assert "is empty" in empty.reason


@pytest.mark.parametrize("ending", [".json", ".csv"])
def test_both_kinds_hold_the_same(done: Archive, tmp_path: Path, ending: str) -> None:
    """Each row with all its fields; and a report may take the place of an earlier one."""
    path = tmp_path / f"report{ending}"
    for _ in range(2):
        check_report(path)
        write_report(path, table(done), {})
    if ending == ".json":
        told = json.loads(path.read_text())["photographs"]
        assert told[0]["settings"] == {"strength": 1}
    else:
        with path.open(newline="") as file:
            told = list(csv.DictReader(file))
        assert json.loads(told[0]["settings"]) == {"strength": 1}
    assert [row["pages"] for row in told] in ([1, 2], ["1", "2"])
    assert {*told[0]} == {*Row._fields}


def test_a_report_of_an_older_version_is_known(tmp_path: Path) -> None:
    """Which had fewer columns; another table is somebody's."""
    (tmp_path / "old.csv").write_text("photograph,result,became,reason,width,height\n")
    check_report(tmp_path / "old.csv")
    (tmp_path / "mine.csv").write_text("photograph,price\n")
    with pytest.raises(OutputError, match="already exists"):
        check_report(tmp_path / "mine.csv")
