"""What stands on the contact sheets of a folder of results."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

from labcolor.batch import look
from labcolor.batch.journal import Journal, failures, finished
from labcolor.batch.paths import has_journal
from labcolor.errors import PhotoError
from labcolor.photo import Mark

Order: TypeAlias = Literal["name", "doubt", "chroma"]


class Entry(NamedTuple):
    """A photograph of a run.

    Attributes
    ----------
    name : str
        What stands below it.
    before : Path, optional
        The photograph, where it is still there.
    after : Path, optional
        The result; none where it could not be made.
    error : str
        Why not.
    pages : int
        Of the photograph, where that is known; else 0.
    chroma, doubt : float, optional
        As of `labcolor.colorizer.Assessed`.
    """

    name: str
    before: Path | None = None
    after: Path | None = None
    error: str = ""
    pages: int = 0
    chroma: float | None = None
    doubt: float | None = None


def entries(folder: Path, order: Order = "name") -> list[Entry]:
    """List what a run has made, and what it could not.

    Parameters
    ----------
    folder : Path
        The folder of results.
    order : {"name", "doubt", "chroma"}
        By name, or the most doubtful or most vivid first; then what failed, and last what was
        made before labcolor took note of that.

    Raises
    ------
    PhotoError
        When there is no such folder, no run has written there, or it has not finished a
        photograph yet.
    """
    if not folder.is_dir():
        message = f"There is no folder {folder}; check its name."
        raise PhotoError(message)
    if not has_journal(folder):
        message = (
            f"{folder} holds no results of labcolor; "
            "name the folder that they were written to, such as scans-colour."
        )
        raise PhotoError(message)
    done = [
        Entry(
            one.output.relative_to(folder).as_posix(),
            one.source if look.is_file(one.source) else None,
            one.output,
            pages=one.facts.get("pages", 0),
            chroma=one.facts.get("chroma"),
            doubt=one.facts.get("doubt"),
        )
        for one in finished(folder)
    ]
    failed = [Entry(name, error=error) for name, error in failures(folder).items()]
    if not done and not failed:
        message = f"{folder} has no finished photograph yet."
        raise PhotoError(message)
    return sorted([*done, *failed], key=lambda entry: _rank(entry, order))


def _rank(entry: Entry, order: Order) -> tuple[int, float, str]:
    """Give what entries are sorted by."""
    if order == "name":
        return 0, 0, entry.name
    value = entry.doubt if order == "doubt" else entry.chroma
    if value is not None:
        return 0, -value, entry.name
    return (1 if entry.error else 2), 0, entry.name


def mark(folder: Path) -> Mark:
    """Say what made the colours of the results in a folder, for the sheets that show them."""
    journal = Journal(folder)
    used = {record.settings for record in journal.records.values() if record.files}
    methods = {journal.runs[one]["method"] for one in used if one in journal.runs}
    return Mark(" and ".join(sorted(methods)))
