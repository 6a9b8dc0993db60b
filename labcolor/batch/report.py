"""The report of a run, a file for people and programs: what became of every photograph."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
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
_BY_OUTCOME: Mapping[str, Became] = {"done": "done", "left": "in colour", "": "not reached"}


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


class Table:
    """What became of every photograph of a plan, in its order, and of folders that failed.

    A row is made when its turn comes: an archive may have half a million.

    Parameters
    ----------
    plan : Plan
    journal : Journal
        What is known of results, those of earlier runs too.
    unmade : iterable of Result
        Of the run, as in `labcolor.batch.run.Run`; none where it was dry.
    planned : bool
        Whether nothing was done, and the plan is all there is to tell.
    """

    def __init__(
        self,
        plan: Plan,
        journal: Journal,
        unmade: Iterable[Result] = (),
        *,
        planned: bool = False,
    ) -> None:
        self._plan = plan
        self._journal = journal
        self._unmade = {result.item.name: result for result in unmade}
        self._planned = planned

    def __iter__(self) -> Iterator[Row]:
        for path, reason in self._plan.unreadable:
            yield Row(path, "", "failed", reason)
        yield from map(self._row, self._plan.items)

    def count(self) -> Counter[Became]:
        """Count what became of the photographs."""
        counts = Counter(map(self._became, self._plan.items))
        counts["failed"] += len(self._plan.unreadable)
        return +counts

    def _became(self, item: Item) -> Became:
        result = self._unmade.get(item.name)
        if result and result.status == "failed":
            return "failed"
        became = _BY_STATE[item.state]
        if became != "not reached":
            return became
        return "planned" if self._planned else _BY_OUTCOME[self._journal.outcome(item.output)]

    def _row(self, item: Item) -> Row:
        became, result = self._became(item), self._unmade.get(item.name)
        there = became in ("done", "done before", "kept")
        row = Row(
            str(item.source),
            str(self._plan.output / item.output) if there else "",
            became,
            result.reason if result else self._reason(item, became),
            *item.extent[:2],
            item.extent.pages if item.extent.width else 0,
            round(result.seconds, 3) if result else 0.0,
            warnings=" ".join(result.warnings) if result else "",
        )
        record = self._journal.records.get(item.output)
        if record and record.photograph == item.name:
            if became == "in colour":
                return row._replace(reason=record.left)
            if there and record.done:
                return _with_record(row, item.output, self._journal)
        return row

    def _reason(self, item: Item, became: Became) -> str:
        if became == "planned":
            return item.fault or item.reason
        return "" if item.state in ("new", "again") else item.reason


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


def write_report(path: Path, table: Table, settings: Mapping[str, object]) -> None:
    """Write a report, of the kind that its ending says.

    Raises
    ------
    OutputError
        It cannot be written.
    """
    pieces = _json(table, settings) if path.suffix.lower() == ".json" else _csv(table)
    with atomic_write(path, overwrite=True) as file:
        for piece in pieces:
            # names may hold bytes that are not valid Unicode; they come out as they are
            file.write(piece.encode("utf-8", "surrogateescape"))


def _json(table: Table, settings: Mapping[str, object]) -> Iterator[str]:
    head = {"labcolor": __version__, "settings": settings, "counts": table.count()}
    yield json.dumps(head, indent=1).removesuffix("\n}") + ',\n "photographs": ['
    lead = "\n  "
    for row in table:
        yield lead + json.dumps(row._asdict(), indent=1).replace("\n", "\n  ")
        lead = ",\n  "
    yield "\n ]\n}\n"


def _csv(table: Table) -> Iterator[str]:
    yield _line(Row._fields)
    for row in table:
        told = json.dumps(row.settings) if row.settings else ""
        cells = row._replace(settings=told)  # type: ignore[arg-type]
        yield _line(without_controls(c) if isinstance(c, str) else c for c in cells)


def _line(cells: Iterable[object]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()


def _is_report(path: Path) -> bool:
    """Whether a file is a report that an earlier run, of whatever version, has written."""
    head = '{\n "labcolor": ' if path.suffix.lower() == ".json" else ",".join(Row._fields[:4])
    try:
        with path.open("rb") as file:
            return file.read(len(head)) == head.encode()
    except OSError:
        return False
