"""The report of a run, a file for people and programs: what became of every photograph."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

from labcolor._version import __version__
from labcolor.batch.conduct import Result
from labcolor.batch.plan import Plan
from labcolor.errors import UsageError
from labcolor.photo.target import check_target, placed

Became: TypeAlias = Literal["done", "skipped", "failed", "not reached"]


class Row(NamedTuple):
    """What became of a photograph.

    Attributes
    ----------
    photograph, result : str
        Their paths; no result where there is none.
    became : {"done", "skipped", "failed", "not reached"}
        Skipped is what an earlier run has done and what is left as it is.
    reason : str
        Why it failed or was left as it is.
    width, height : int
        Of the result.
    seconds : float
        That it took.
    warnings : str
        What was odd about it.
    """

    photograph: str
    result: str
    became: Became
    reason: str = ""
    width: int = 0
    height: int = 0
    seconds: float = 0.0
    warnings: str = ""


def rows(plan: Plan, results: Iterable[Result]) -> list[Row]:
    """Tell what became of every photograph of a plan, in its order, and of folders that failed."""
    of_item = {result.item.name: result for result in results}
    table = [Row(path, "", "failed", reason) for path, reason in plan.unreadable]
    for item in plan.items:
        source, output = str(item.source), str(plan.output / item.names.output)
        result = of_item.get(item.name)
        if result is None:
            skipped = item.state in ("done", "left")
            became: Became = (
                "failed" if item.state == "refused" else "skipped" if skipped else "not reached"
            )
            there = output if item.state == "done" else ""
            table.append(Row(source, there, became, item.reason if not there else ""))
            continue
        done = result.status == "done"
        table.append(
            Row(
                source,
                output if done else "",
                "failed" if result.status == "failed" else "done" if done else "skipped",
                result.reason,
                *result.size,
                round(result.seconds, 3),
                " ".join(result.warnings),
            )
        )
    return table


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
        message = f"{path} has an ending that tells no kind of report; give it .json or .csv."
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
    with placed(path, overwrite=True) as file:
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
    writer.writerows(table)
    return text.getvalue()


def _is_report(path: Path) -> bool:
    """Whether a file is a report that an earlier run has written."""
    head = '{\n "labcolor": ' if path.suffix.lower() == ".json" else ",".join(Row._fields) + "\n"
    try:
        with path.open("rb") as file:
            return file.read(len(head)) == head.encode()
    except OSError:
        return False
