"""A film whose segments several workers colour is the one of folder mode, whoever is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from machines import COMMAND, Machines

from labcolor.batch.paths import journal_of

sys.path.insert(0, str(Path(__file__).parents[1] / "film"))
from clips import pan, write

pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

# A worker that takes its time, and says which steps it took; one segment is the end of it.
SLOW = """
import os, signal, time
from labcolor.batch.cluster import film_steps
def told(name):
    step = getattr(film_steps, name)
    def slow(task, *others):
        with open({log!r}, "a") as log:
            number = others[3].number if name in ("scout", "colour") else 0
            print(name, number, os.getpid(), file=log)
        if name == "colour" and number == 2 and task.name.endswith("deadly.mkv"):
            os.kill(os.getpid(), signal.SIGKILL)
        made = step(task, *others)
        if name == "colour":
            time.sleep(0.5)
        return made
    slow.__module__, slow.__qualname__ = film_steps.__name__, name
    setattr(film_steps, name, slow)
for name in ("begin", "scout", "colour", "finish"):
    if not hasattr(film_steps, "is_slow"):  # a worker is preloaded more than once
        told(name)
film_steps.is_slow = True
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cluster-films")


@pytest.fixture(scope="module")
def films(place: Path) -> Path:
    """Make a film of 105 seconds, two pictures a second, of five shots, one longer than 30 s."""
    shots = [pan(count, seed=number) for number, count in enumerate((24, 76, 30, 40, 40))]
    (place / "films").mkdir()
    pictures = [picture for shot in shots for picture in shot]
    write(place / "films" / "film.mkv", pictures, rate=2, sound="aac")
    return place / "films"


@pytest.fixture(scope="module")
def undisturbed(films: Path) -> bytes:
    """Run plain folder mode."""
    output = films.parent / "undisturbed"
    assert go(films, output).returncode == 0
    return (output / "film.mkv").read_bytes()


@pytest.fixture(scope="module")
def machines(place: Path) -> Iterator[Machines]:
    here = place / "machines"
    here.mkdir()
    both = Machines(here)
    try:
        for _ in range(2):
            both.worker(SLOW.format(log=str(here / "steps")))
        yield both
    finally:
        both.stop()


def command(films: Path, output: Path, address: str = "") -> list[str]:
    words = [*COMMAND, str(films), "-o", str(output), "-q", "--every", "8"]
    return [*words, "--cluster", address] if address else words


def go(films: Path, output: Path, address: str = "") -> subprocess.CompletedProcess[str]:
    words = command(films, output, address)
    return subprocess.run(words, capture_output=True, text=True, check=False, timeout=300)


def begun(films: Path, output: Path, machines: Machines, segments: int) -> subprocess.Popen[bytes]:
    """Begin a run, and wait until so many segments are there."""
    process = subprocess.Popen(command(films, output, machines.address), stderr=subprocess.PIPE)
    machines.wait(lambda: process.poll() is not None or len(made(output)) >= segments)
    assert process.poll() is None
    return process


def made(output: Path) -> list[int]:
    """Name the segments that are whole, in the order in which they were."""
    try:
        (journal,) = output.glob(".labcolor/films/.labcolor-film/*/journal.jsonl")
        lines = [json.loads(line) for line in journal.read_bytes().splitlines()]
    except ValueError:  # not there yet, or not whole
        return []
    except OSError:
        return []
    return [line["number"] for line in lines if line["event"] == "segment"]


def ended(process: subprocess.Popen[bytes]) -> tuple[int, str]:
    _, said = process.communicate(timeout=120)
    return process.returncode, said.decode()


def steps(machines: Machines) -> list[tuple[str, int, int]]:
    """Tell which steps the workers took so far: what, of which segment, and which worker."""
    lines = (machines.place / "steps").read_text().splitlines()
    return [(name, int(number), int(pid)) for name, number, pid in map(str.split, lines)]


def check(output: Path, undisturbed: bytes) -> None:
    """Compare with an undisturbed run: the same bytes, made once, and nothing is left."""
    assert (output / "film.mkv").read_bytes() == undisturbed
    left = [path for path in (output / ".labcolor").rglob("*") if path.is_file()]
    assert {path.name for path in left} <= {"journal.jsonl", "lock"}
    events = [json.loads(line) for line in journal_of(output).read_bytes().splitlines()]
    assert [event["event"] for event in events].count("done") == 1


def test_segments_go_to_several_workers(
    films: Path, tmp_path: Path, machines: Machines, undisturbed: bytes
) -> None:
    """Each segment is coloured once, and no worker has all of them."""
    before = len(steps(machines)) if (machines.place / "steps").exists() else 0
    run = go(films, tmp_path / "out", machines.address)
    assert run.returncode == 0, run.stderr
    check(tmp_path / "out", undisturbed)
    taken = steps(machines)[before:]
    coloured = [number for name, number, _ in taken if name == "colour"]
    assert sorted(coloured) == list(range(len(coloured)))
    assert len(coloured) >= 5
    assert len({pid for name, _, pid in taken if name == "colour"}) == 2
    again = go(films, tmp_path / "out")  # folder mode finds it done
    assert again.returncode == 0
    check(tmp_path / "out", undisturbed)


def test_a_worker_may_be_killed_within_a_segment(
    films: Path, tmp_path: Path, machines: Machines, undisturbed: bytes
) -> None:
    output = tmp_path / "out"
    process = begun(films, output, machines, segments=1)
    for _ in range(4):
        pids = machines.pids()
        if pids:
            os.kill(pids[-1], signal.SIGKILL)
        there = len(made(output))
        machines.wait(lambda: process.poll() is not None or len(made(output)) != there)  # noqa: B023
    code, said = ended(process)
    assert code == 0, said
    check(output, undisturbed)


@pytest.mark.parametrize("again_on_a_cluster", [True, False], ids=["cluster", "folder mode"])
def test_the_driver_may_be_killed(
    films: Path,
    tmp_path: Path,
    machines: Machines,
    undisturbed: bytes,
    again_on_a_cluster: bool,
) -> None:
    output = tmp_path / "out"
    process = begun(films, output, machines, segments=2)
    process.kill()
    ended(process)
    there = len(made(output))
    assert there >= 2
    before = len(steps(machines))
    machines.wait(lambda: len(machines.pids()) == 2)
    address = machines.address if again_on_a_cluster else ""
    run = go(films, output, address)
    assert run.returncode == 0, run.stderr
    check(output, undisturbed)
    coloured = [number for name, number, _ in steps(machines)[before:] if name == "colour"]
    assert len(coloured) <= len(set(coloured)) == len(coloured)
    assert not again_on_a_cluster or coloured


def test_ctrl_c_waits_for_no_more_than_a_segment(
    films: Path, tmp_path: Path, machines: Machines, undisturbed: bytes
) -> None:
    output = tmp_path / "out"
    machines.wait(lambda: len(machines.pids()) == 2)
    process = begun(films, output, machines, segments=1)
    process.send_signal(signal.SIGINT)
    code, _ = ended(process)
    assert code == 130
    assert not (output / "film.mkv").exists()
    there = made(output)
    assert 1 <= len(there) <= 4
    assert not list(output.rglob("*.part"))
    assert go(films, output).returncode == 0
    check(output, undisturbed)


def test_a_segment_that_kills_its_worker_fails_its_film_alone(
    films: Path, tmp_path: Path, machines: Machines, undisturbed: bytes
) -> None:
    several = tmp_path / "several"
    several.mkdir()
    for name in ("deadly.mkv", "film.mkv"):
        (several / name).hardlink_to(films / "film.mkv")
    machines.wait(lambda: len(machines.pids()) == 2)
    run = go(several, tmp_path / "out", machines.address)
    assert run.returncode == 3
    assert run.stderr.splitlines()[0].startswith(
        f"failed: {several}/deadly.mkv killed every worker that tried it"
    )
    assert (tmp_path / "out" / "film.mkv").read_bytes() == undisturbed
    assert not (tmp_path / "out" / "deadly.mkv").exists()


def test_a_worker_that_was_taken_for_dead_may_come_back(
    films: Path, tmp_path: Path, machines: Machines, undisturbed: bytes
) -> None:
    """Its segment is another's by then; what it makes of it gets no name."""
    output = tmp_path / "out"
    machines.wait(lambda: len(machines.pids()) == 2)
    process = begun(films, output, machines, segments=1)
    stopped = machines.pids()[0]
    os.kill(stopped, signal.SIGSTOP)
    time.sleep(4)  # longer than the scheduler waits for a word of it
    os.kill(stopped, signal.SIGCONT)
    code, said = ended(process)
    assert code == 0, said
    check(output, undisturbed)
