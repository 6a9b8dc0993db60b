"""Where a run keeps what it knows: a hidden folder in the output folder."""

from __future__ import annotations

from pathlib import Path

from labcolor.batch import look

HIDDEN = ".labcolor"


def journal_of(output: Path) -> Path:
    """Name the journal of a folder of results."""
    return output / HIDDEN / "journal.jsonl"


def lock_of(output: Path) -> Path:
    """Name the file whose lock says that a run is at work."""
    return output / HIDDEN / "lock"


def parts_of(output: Path) -> Path:
    """Name the folder of unfinished results: on the disk of the finished ones, out of sight."""
    return output / HIDDEN / "parts"


def has_journal(folder: Path) -> bool:
    """Whether a folder is one of results."""
    return look.is_file(journal_of(folder))
