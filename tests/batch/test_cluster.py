"""A run whose photographs others colour ends like any other, whoever is killed on the way.

Schedulers, workers and the command itself are processes, on this machine.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from machines import COMMAND, Machines, stop
from PIL import Image

from labcolor.batch.cluster import connect
from labcolor.batch.cluster.recipe import Recipe
from labcolor.batch.cluster.worker import fault
from labcolor.batch.journal import Journal
from labcolor.batch.options import OutputOptions
from labcolor.batch.paths import journal_of, parts_of
from labcolor.errors import ClusterError, UsageError

pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

# A worker that takes its time, so that it can be caught at work, and dies of one photograph.
SLOW = """
import os, signal, time
from labcolor.batch.cluster import worker
from labcolor.batch.make import make
def slow(task, *others):
    if task.name.endswith("deadly.png"):
        os.kill(os.getpid(), signal.SIGKILL)
    made = make(task, *others)
    time.sleep(0.15)
    return made
worker.make = slow
"""
OF_ANOTHER_VERSION = """
from importlib.metadata import version
from distributed import versions
versions.version = lambda name: "99.0" if name == "labcolor" else version(name)
"""
WITH_OTHER_WEIGHTS = """
from labcolor.batch import settings
settings.identity_of_weights = lambda *names: {"weights": "others"}
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cluster")


@pytest.fixture(scope="module")
def scans(place: Path) -> Path:
    root = place / "scans"
    for index in range(24):
        path = root / f"{index % 3}" / f"{index:02}.{('jpg', 'png', 'tif')[index // 8]}"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.linear_gradient("L").resize((120 + index, 80)).save(path)
    (root / "broken.png").write_bytes(b"no picture")
    return root


@pytest.fixture(scope="module")
def undisturbed(scans: Path) -> Path:
    """Run plain folder mode."""
    output = scans.parent / "undisturbed"
    run = subprocess.run(command(scans, output), capture_output=True, check=False)
    assert run.returncode == 3
    return output


@pytest.fixture(scope="module")
def machines(place: Path) -> Iterator[Machines]:
    """Start a scheduler with two workers."""
    here = place / "machines"
    here.mkdir()
    all_of_them = Machines(here)
    try:
        all_of_them.worker(SLOW)
        all_of_them.worker(SLOW)
        yield all_of_them
    finally:
        all_of_them.stop()


def command(scans: Path, output: Path, address: str = "") -> list[str]:
    words = [*COMMAND, str(scans), "-o", str(output), "-q", "--compare"]
    words += ["--report", f"{output}.json", "--overwrite"]
    return [*words, "--cluster", address] if address else words


def go(scans: Path, output: Path, address: str = "") -> subprocess.CompletedProcess[str]:
    words = command(scans, output, address)
    return subprocess.run(words, capture_output=True, text=True, check=False, timeout=120)


def started(scans: Path, output: Path, address: str, done: int) -> subprocess.Popen[bytes]:
    """Begin a run, and wait until so many photographs are done."""
    process = subprocess.Popen(
        command(scans, output, address), stderr=subprocess.PIPE, start_new_session=True
    )
    while count(output, "done") < done:
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.01)
    return process


def ended(process: subprocess.Popen[bytes]) -> tuple[int, str]:
    _, said = process.communicate(timeout=120)
    return process.returncode, said.decode()


def lines(output: Path) -> list[dict[str, Any]]:
    try:
        return [json.loads(one) for one in journal_of(output).read_bytes().splitlines()]
    except (FileNotFoundError, ValueError):  # not there yet, or not whole
        return []


def count(output: Path, event: str) -> int:
    return sum(line["event"] == event for line in lines(output))


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".labcolor" not in path.parts
    }


def check(output: Path, undisturbed: Path, *, killed: bool = False) -> None:
    """Compare with an undisturbed run: the same bytes, each made once, and nothing is left.

    A driver that is killed between a name and the line that tells of it leaves that one out.
    """
    assert contents(output) == contents(undisturbed)
    assert not parts_of(output).exists()
    names = [line["output"] for line in lines(output) if line["event"] == "done"]
    assert sorted(names) == sorted(set(names))
    assert len({line["output"] for line in lines(output) if line["event"] == "intent"}) == 24
    assert killed or len(names) == 24


def test_bytes_journal_and_report_are_those_of_folder_mode(
    scans: Path, tmp_path: Path, machines: Machines, undisturbed: Path
) -> None:
    """But for the order, and the seconds that it took."""
    output = tmp_path / "out"
    run = go(scans, output, machines.address)
    assert (run.returncode, run.stdout) == (3, "")
    assert run.stderr.startswith(f"failed: {scans}/broken.png")
    assert len(run.stderr.splitlines()) == 1
    check(output, undisturbed)

    def told(folder: Path) -> list[dict[str, Any]]:
        kept = sorted(lines(folder), key=lambda line: (line["event"], line.get("output", "")))
        for line in kept:
            line.pop("started", line.get("facts", {}).pop("seconds", None))
        return kept

    def reported(folder: Path) -> Any:
        report = json.loads(Path(f"{folder}.json").read_text().replace(str(folder), "out"))
        for row in report["photographs"]:
            row.pop("seconds")
        return report

    assert told(output) == told(undisturbed)
    assert reported(output) == reported(undisturbed)
    again = go(scans, output)  # folder mode finds all of it done, but for the one that failed
    assert again.returncode == 3
    assert count(output, "intent") == 24


def test_workers_may_be_killed(
    scans: Path, tmp_path: Path, machines: Machines, undisturbed: Path
) -> None:
    output = tmp_path / "out"
    process = started(scans, output, machines.address, done=1)
    for number in range(4):
        pids = machines.pids()
        if pids:
            os.kill(pids[number % len(pids)], signal.SIGKILL)
        done = count(output, "done")
        machines.wait(lambda: process.poll() is not None or count(output, "done") > done)  # noqa: B023
    assert ended(process)[0] == 3
    check(output, undisturbed)


def test_the_driver_may_be_killed_and_folder_mode_goes_on(
    scans: Path, tmp_path: Path, machines: Machines, undisturbed: Path
) -> None:
    output = tmp_path / "out"
    process = started(scans, output, machines.address, done=5)
    process.kill()
    ended(process)
    assert 5 <= count(output, "done") < 24
    assert go(scans, output).returncode == 3
    check(output, undisturbed, killed=True)


def test_folder_mode_may_be_killed_and_a_cluster_goes_on(
    scans: Path, tmp_path: Path, machines: Machines, undisturbed: Path
) -> None:
    output = tmp_path / "out"
    process = started(scans, output, "", done=2)
    process.kill()
    ended(process)
    assert go(scans, output, machines.address).returncode == 3
    check(output, undisturbed, killed=True)


def test_a_worker_that_was_taken_for_dead_may_come_back(
    scans: Path, tmp_path: Path, machines: Machines, undisturbed: Path
) -> None:
    """Its photograph is another's by then; what it makes of it gets no name."""
    output = tmp_path / "out"
    alone = machines.worker(SLOW, "--no-nanny")  # which would end it, and start another
    try:
        process = started(scans, output, machines.address, done=1)
        alone.send_signal(signal.SIGSTOP)
        machines.wait(lambda: process.poll() is not None or count(output, "done") >= 16)
        alone.send_signal(signal.SIGCONT)
        assert ended(process)[0] == 3
    finally:
        stop(alone)
    check(output, undisturbed)


def test_a_photograph_that_kills_its_worker_fails_alone(
    tmp_path: Path, machines: Machines
) -> None:
    few = tmp_path / "few"
    few.mkdir()
    for index in range(4):
        Image.linear_gradient("L").save(few / f"{index}.png")
    Image.linear_gradient("L").save(few / "deadly.png")
    machines.wait(lambda: len(machines.pids()) == 2)
    output = tmp_path / "out"
    run = go(few, output, machines.address)
    assert run.returncode == 3
    assert run.stderr.startswith(f"failed: {few}/deadly.png killed every worker that tried it")
    assert len(run.stderr.splitlines()) == 1
    assert sum(record.done for record in Journal(output).records.values()) == 4
    assert not parts_of(output).exists()


@pytest.mark.parametrize(
    ("preload", "why"),
    [
        (OF_ANOTHER_VERSION, "has labcolor 99.0, this is"),
        (WITH_OTHER_WEIGHTS, "cannot take part: its weights are not those of this run."),
    ],
    ids=["version", "weights"],
)
def test_workers_of_another_kind_are_refused(
    scans: Path, tmp_path: Path, machines: Machines, preload: str, why: str
) -> None:
    stranger = machines.worker(preload)
    try:
        run = go(scans, tmp_path / "out", machines.address)
    finally:
        stop(stranger)
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.startswith("labcolor: The worker tcp://127.0.0.1:")
    assert why in run.stderr
    assert len(run.stderr.splitlines()) == 1
    assert not contents(tmp_path / "out")


def test_the_scheduler_may_be_killed_and_the_same_command_goes_on(
    scans: Path, tmp_path: Path, undisturbed: Path
) -> None:
    """What is in hand then is made again; one sentence says that the scheduler is gone."""
    machines, output = Machines(tmp_path), tmp_path / "out"
    try:
        machines.worker(SLOW)
        process = started(scans, output, machines.address, done=3)
        machines.scheduler.kill()
        code, said = ended(process)
    finally:
        machines.stop()
    assert code == 1
    assert said.splitlines()[-1].startswith("labcolor: The scheduler is gone;")
    assert said.rstrip().endswith("photographs wait; the same command goes on with them.")
    assert not parts_of(output).exists()
    assert go(scans, output).returncode == 3
    check(output, undisturbed)


def test_local_processes_need_no_scheduler(scans: Path, tmp_path: Path, undisturbed: Path) -> None:
    output = tmp_path / "out"
    assert go(scans, output, "local:2").returncode == 3
    check(output, undisturbed)


def test_nobody_at_an_address_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connect, "PATIENCE", 0.5)
    nobody = connect.connected("tcp://127.0.0.1:1", Recipe({}, OutputOptions(), {}), tmp_path)
    with pytest.raises(ClusterError, match="No Dask scheduler answers"):
        nobody.__enter__()


@pytest.mark.parametrize("address", ["somewhere", "local:", "local:0", "local:two"])
def test_an_address_that_is_none_is_wrong_usage(tmp_path: Path, address: str) -> None:
    nothing = connect.connected(address, Recipe({}, OutputOptions(), {}), tmp_path)
    with pytest.raises(UsageError, match=f"^{address} is not the address of a cluster"):
        nothing.__enter__()


def test_without_dask_a_sentence_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    wanted = connect.connected("local:2", Recipe({}, OutputOptions(), {}), tmp_path)
    with pytest.raises(ClusterError, match=r"pip install 'labcolor\[cluster\]'"):
        wanted.__enter__()


def test_a_worker_that_does_not_see_the_results_says_so(tmp_path: Path) -> None:
    why = fault(Recipe({}, OutputOptions(), {}), tmp_path / "out" / ".labcolor" / "probe")
    assert why.startswith(f"it cannot see {tmp_path / 'out'};")
