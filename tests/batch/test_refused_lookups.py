"""A place that nobody may look into is one photograph's trouble, not the run's."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest


class Refusing:
    """A system that refuses to look up whatever has a word in its path."""

    def __init__(self, word: str, number: int) -> None:
        self.word, self.number = word, number

    def wrap(self, monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
        for name in names:
            monkeypatch.setattr(os, name, self.refusing(getattr(os, name)))

    def refusing(self, real):
        def asked(path, *args, **options):
            if isinstance(path, (str, os.PathLike)) and self.word in os.fspath(path):
                raise OSError(self.number, os.strerror(self.number), os.fspath(path))
            return real(path, *args, **options)

        return asked


NUMBERS = [errno.EACCES, errno.EILSEQ, errno.ENAMETOOLONG]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_place_in_the_output_that_cannot_be_looked_at(archive, number, monkeypatch):
    """Its photograph fails with the reason, in this run and the next; the others are done."""
    for name in ("a.png", "closed/b.png", "c.png"):
        archive.add(name)
    archive.run()
    assert set(archive.results()) == {"a.png", "closed/b.png", "c.png"}
    archive.add("d.png")
    refusing = Refusing(f"{archive.output.name}/closed", number)
    refusing.wrap(monkeypatch, "stat", "lstat", "mkdir", "link", "rename", "replace", "open")
    for _ in range(2):
        results = archive.run()
        became = {result.item.name: result.status for result in results}
        assert became["closed/b.png"] == "failed"
        assert all(became.get(name, "done") == "done" for name in ("a.png", "c.png", "d.png"))
        reason = next(one.reason for one in results if one.status == "failed")
        assert "closed" in reason
        assert reason.endswith(".")
    assert (archive.output / "d.png").is_file()


@pytest.mark.parametrize("number", NUMBERS)
def test_a_place_among_the_photographs(archive, number, monkeypatch):
    """What cannot be looked at there fails or is named; nothing ends."""
    archive.add("a.png")
    archive.add("closed/b.png")
    refusing = Refusing(f"{archive.root.name}/closed", number)
    refusing.wrap(monkeypatch, "stat", "lstat")
    plan = archive.plan()
    assert [item.name for item in plan.items] == ["a.png"]
    assert [Path(path).name for path, _ in plan.unreadable] == ["closed"]
    assert [result.status for result in archive.run()] == ["done"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="of systems like Unix")
def test_a_pipe_in_the_place_of_a_result(archive):
    """Neither is it replaced, nor does it end the run."""
    archive.add("a.png")
    archive.add("b.png")
    archive.output.mkdir()
    os.mkfifo(archive.output / "a.png")
    results = archive.run(overwrite=True)
    assert {one.item.name: one.status for one in results} == {"a.png": "failed", "b.png": "done"}
    assert (archive.output / "a.png").is_fifo()
