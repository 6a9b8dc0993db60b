"""Half a million photographs: seconds of planning, and memory from the plan to the report.

The archive is synthetic: hard links to one small photograph, and a journal that says what became
of each. `python benchmarks/archive.py 500000` plans it when nothing is done, and when all is.
Where nothing is done, the journal of a run over a cluster follows, without the photographs: a
client of Dask is connected, what would be noted of each is noted, and a report is written.
"""

from __future__ import annotations

import hashlib
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from distributed import Client, LocalCluster
from PIL import Image

from labcolor.batch.destination import destination
from labcolor.batch.find import find
from labcolor.batch.journal import Journal
from labcolor.batch.plan import ExistingResults, Plan, make_plan
from labcolor.batch.records import Content, Record
from labcolor.batch.report import Table, write_report

SETTINGS = "0123456789abcdef"
A_FOLDER = 1000


def make(archive: Path, number: int) -> Path:
    """Put photographs and results there, a thousand a folder; return the photographs' folder."""
    photograph = archive / "photograph.jpg"
    Image.linear_gradient("L").resize((64, 48)).save(photograph)
    for index in range(number):
        for kind in ("scans", "colour"):
            path = archive / kind / name_of(index)
            if index % A_FOLDER == 0:  # a file system has a limit of links to one file
                path.parent.mkdir(parents=True)
                first = shutil.copy2(photograph, path)
            else:
                os.link(first, path)
    return archive / "scans"


def name_of(index: int) -> str:
    return f"collection-{index // A_FOLDER:04}/photograph-{index:07}.jpg"


def write_journal(archive: Path, number: int) -> None:
    """Say that all is done."""
    photograph = archive / "photograph.jpg"
    status = photograph.stat()
    content = {
        "size": status.st_size,
        "mtime": status.st_mtime_ns,
        "sha256": hashlib.sha256(photograph.read_bytes()).hexdigest(),
    }
    hidden = archive / "colour" / ".labcolor"
    hidden.mkdir()
    with (hidden / "journal.jsonl").open("w") as file:
        for index in range(number):
            name = name_of(index)
            about: dict[str, Any] = {"photograph": name, "source": str(archive / "scans" / name)}
            about |= {"content": content, "settings": SETTINGS, "files": {name: content}}
            intent = {"event": "intent", "output": name, **about, "left": ""}
            facts = {"seconds": 0.1, "warnings": []}
            done = {"event": "done", "output": name, "facts": facts}
            file.write(f"{json.dumps(intent)}\n{json.dumps(done)}\n")


def plan(scans: str) -> None:
    """Plan as the command does, and say how long each step took."""
    roots = [Path(scans)]
    output, rule = destination(roots, roots[0].with_name("colour"))
    took: dict[str, float] = {}
    began, busy = time.perf_counter(), time.process_time()

    def step(name: str) -> None:
        took[name] = time.perf_counter() - began - sum(took.values())

    findings = find(roots, output=output)
    step("find")
    journal = Journal(output, (found.name for found in findings.photographs))
    step("journal")
    planned = make_plan(
        roots, findings, rule, ExistingResults(journal, lambda own: (own, SETTINGS))
    )
    step("decide")
    planned.measure()
    step("measure")
    steps = ", ".join(f"{name} {seconds:.1f}" for name, seconds in took.items())
    states = dict(planned.count())
    busy = time.process_time() - busy
    print(
        f"{states}: {sum(took.values()):.1f} s ({steps}), {busy:.1f} s of the processor, {peak()}"
    )
    if planned.todo:
        note_all(planned, journal)


def note_all(planned: Plan, journal: Journal) -> None:
    """Note what a run notes, as fast as the disk takes it, and write a report."""
    os.fsync = lambda _: None  # type: ignore[assignment]  # memory is what is measured
    content = Content(1234, 1_700_000_000_000_000_000, hashlib.sha256().hexdigest())
    facts = {"width": 64, "height": 48, "pages": 1, "chroma": 7.5, "doubt": 3.2, "seconds": 0.1}
    began = time.perf_counter()
    with LocalCluster(n_workers=0, dashboard_address="127.0.0.1:0") as cluster, Client(cluster):
        journal.open()
        for item in planned.todo:
            source, files = str(item.source), {item.output: content}
            record = Record(item.name, source, content, item.settings, files)
            journal.intend(item.output, record)
            journal.finish(item.output, facts | {"warnings": []})
        journal.close()
        noted = time.perf_counter() - began
        table = Table(planned, journal)
        counts = dict(table.count())
        with tempfile.TemporaryDirectory() as folder:
            write_report(Path(folder, "report.csv"), table, {})
    reported = time.perf_counter() - began - noted
    print(f"{counts}: noted in {noted:.1f} s, told in {reported:.1f} s, {peak()} at the peak")


def peak() -> str:
    return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10} MB"


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 500_000
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder)
        scans = make(archive, number)
        planning = [sys.executable, __file__, "plan", str(scans)]
        # without a journal, the results that lie there are somebody else's
        subprocess.run(["mv", str(archive / "colour"), str(archive / "aside")], check=True)
        subprocess.run(planning, check=True)
        shutil.rmtree(archive / "colour")
        subprocess.run(["mv", str(archive / "aside"), str(archive / "colour")], check=True)
        write_journal(archive, number)
        subprocess.run(planning, check=True)


if __name__ == "__main__":
    plan(sys.argv[2]) if sys.argv[1:2] == ["plan"] else main()
