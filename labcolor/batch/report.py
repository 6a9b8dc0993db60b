"""The report of a run, a file for people and programs: what became of every photograph."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeAlias

from labcolor._version import __version__
from labcolor.batch.journal import Journal
from labcolor.batch.plan import Item, Plan, State
from labcolor.batch.watcher import Result
from labcolor.errors import UsageError
from labcolor.photo.target import atomic_write, check_target
from labcolor.printable import without_controls

Became: TypeAlias = Literal[
    "done", "done before", "in colour", "kept", "failed", "not reached", "planned"
]

_BY_STATE: Mapping[State, Became] = {
    "new": "not reached",
    "again": "not reached",
    "done": "done before",
    "left": "in colour",
    "kept": "kept",
    "refused": "failed",
}
_BY_STATUS: Mapping[str, Became] = {"done": "done", "left": "in colour", "failed": "failed"}


class Row(NamedTuple):
    """What became of a photograph.

    Attributes
    ----------
    photograph, result : str
        Their paths; no result where there is none.
    became : str
        `done` by this run, `done before`, left because it is `in colour`, `kept` because somebody
        has worked on the result, `failed`, or `not reached`; of a dry run `planned`.
    reason : str
        Why, where that alone does not say it.
    width, height, pages : int
        Of the result, or of its first page; 0 where nothing is known.
    seconds : float
        That it took.
    chroma, doubt : float or None
        Mean chroma of the colours in CIELAB units, and mean entropy of their distribution in bits.
    warnings : str
        What was odd about it.
    sha256, result_sha256 : str
        Of the photograph as it was coloured, and of the result as it was written.
    settings : mapping
        What the result was made with.
    """

    photograph: str
    result: str
    became: Became
    reason: str = ""
    width: int = 0
    height: int = 0
    pages: int = 0
    seconds: float = 0.0
    chroma: float | None = None
    doubt: float | None = None
    warnings: str = ""
    sha256: str = ""
    result_sha256: str = ""
    settings: Mapping[str, Any] = {}


def rows(
    plan: Plan, results: Iterable[Result], journal: Journal, *, planned: bool = False
) -> list[Row]:
    """Tell what became of every photograph of a plan, in its order, and of folders that failed.

    Parameters
    ----------
    plan : Plan
    results : iterable of Result
        Of the run; none where it was dry.
    journal : Journal
        What is known of results, those of earlier runs too.
    planned : bool
        Whether nothing was done, and the plan is all there is to tell.
    """
    of_item = {result.item.name: result for result in results}
    table = [Row(path, "", "failed", reason) for path, reason in plan.unreadable]
    for item in plan.items:
        row = _of_item(item, plan, of_item.get(item.name))
        if planned and row.became == "not reached":
            row = row._replace(became="planned", reason=item.fault or item.reason)
        record = journal.records.get(item.names.output)
        if record and record.photograph == item.name and record.done and row.result:
            row = _with_record(row, item.names.output, journal)
        table.append(row)
    return table


def _of_item(item: Item, plan: Plan, result: Result | None) -> Row:
    became = _BY_STATUS[result.status] if result else _BY_STATE[item.state]
    there = became in ("done", "done before", "kept")
    return Row(
        str(item.source),
        str(plan.output / item.names.output) if there else "",
        became,
        result.reason if result else item.reason if became != "not reached" else "",
        *item.extent[:2],
        item.extent.pages if item.extent.width else 0,
        round(result.seconds, 3) if result else 0.0,
        warnings=" ".join(result.warnings) if result else "",
    )


def _with_record(row: Row, output: str, journal: Journal) -> Row:
    """Add what the journal knows of a result."""
    record, known = journal.records[output], journal.records.facts(output)
    facts = {name: value for name, value in known.items() if name in Row._fields}
    facts["warnings"] = " ".join(facts.get("warnings", ()))
    return row._replace(
        **facts,
        sha256=record.content.sha256,
        result_sha256=next(iter(record.files.values())).sha256,
        settings=journal.runs.get(record.settings, {}),
    )


def count(table: Iterable[Row]) -> Counter[Became]:
    """Count what became of the photographs."""
    return Counter(row.became for row in table)


def check_report(path: Path, *, overwrite: bool = False) -> None:
    """Make sure, before any work, that a report can be written; one of an earlier run may go.

    Raises
    ------
    UsageError
        The ending is neither `.json` nor `.csv`.
    OutputError
        There is another file of this name, or the folder takes none.
    """
    if path.suffix.lower() not in (".json", ".csv"):
        message = f"{path} must end in .json or .csv, the two kinds of report."
        raise UsageError(message)
    check_target(None, path, overwrite=overwrite or _is_report(path))


def write_report(path: Path, table: list[Row], settings: Mapping[str, object]) -> None:
    """Write a report, of the kind that its ending says.

    Raises
    ------
    OutputError
        It cannot be written.
    """
    text = _json(table, settings) if path.suffix.lower() == ".json" else _csv(table)
    with atomic_write(path, overwrite=True) as file:
        # names may hold bytes that are no Unicode; they come out as they are
        file.write(text.encode("utf-8", "surrogateescape"))


def _json(table: list[Row], settings: Mapping[str, object]) -> str:
    report = {
        "labcolor": __version__,
        "settings": settings,
        "counts": count(table),
        "photographs": [row._asdict() for row in table],
    }
    return json.dumps(report, indent=1) + "\n"


def _csv(table: list[Row]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(Row._fields)
    for row in table:
        told = json.dumps(row.settings) if row.settings else ""
        cells = row._replace(settings=told)  # type: ignore[arg-type]
        writer.writerow(without_controls(c) if isinstance(c, str) else c for c in cells)
    return text.getvalue()


def _is_report(path: Path) -> bool:
    """Whether a file is a report that an earlier run, of whatever version, has written."""
    head = '{\n "labcolor": ' if path.suffix.lower() == ".json" else ",".join(Row._fields[:4])
    try:
        with path.open("rb") as file:
            return file.read(len(head)) == head.encode()
    except OSError:
        return False
