"""Killed at any moment, a run leaves no half of a picture and loses nothing that was done.

LABCOLOR_KILLS says at how many random moments it is tried; the seed of a failure is in its name.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from functools import lru_cache
from pathlib import Path

import pytest
from PIL import Image

from labcolor.batch.destination import destination
from labcolor.batch.executor import ThreadExecutor
from labcolor.batch.find import find
from labcolor.batch.journal import Journal
from labcolor.batch.options import OutputOptions
from labcolor.batch.paths import journal_of, parts_of
from labcolor.batch.plan import ExistingResults, make_plan
from labcolor.batch.run import Run
from labcolor.batch.settings import identity, settings
from labcolor.colorizer import Colorizer

KILLS = int(os.environ.get("LABCOLOR_KILLS", "10"))
COMMAND = (sys.executable, "-c", "from labcolor.cli import main; main()")
# What a run does for each picture, and at which of them it is to be killed, before or after.
PRECISE = """
import os, signal, sys
from labcolor.batch import commit
from labcolor.batch.journal import Journal
owner, name, after, number = sys.argv[1:5]
owner = {"commit": commit, "journal": Journal}[owner]
step, calls = getattr(owner, name), []
def deadly(*args, **options):
    calls.append(args)
    if after == "after":
        step(*args, **options)
    if len(calls) == int(number):
        os.kill(os.getpid(), signal.SIGKILL)
    return step(*args, **options) if after != "after" else None
setattr(owner, name, deadly)
from labcolor.cli import main
main(sys.argv[5:])
"""

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")


@pytest.fixture(scope="module")
def scans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Photographs of several formats in several folders."""
    root = tmp_path_factory.mktemp("kill") / "scans"
    for index in range(9):
        path = root / f"{index % 3}" / f"{index}.{('jpg', 'png', 'tif')[index // 3]}"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.linear_gradient("L").resize((120 + index, 80)).save(path)
    return root


@pytest.fixture(scope="module")
def whole(scans: Path) -> tuple[dict[str, bytes], float]:
    """Run undisturbed: what is made, and how long the work takes."""
    output = scans.parent / "whole"
    with subprocess.Popen([*COMMAND, str(scans), "-o", str(output), "-q"]) as process:
        began = wait_for_journal(output, process)
    assert process.returncode == 0
    return contents(output), time.monotonic() - began


class Silent:
    """A watcher who says nothing."""

    def started(self, item: object) -> None: ...
    def finished(self, result: object) -> None: ...
    def stopping(self) -> None: ...


def wait_for_journal(output: Path, process: subprocess.Popen[bytes]) -> float:
    """Wait until the work begins."""
    while not journal_of(output).is_file():
        assert process.poll() is None
        time.sleep(0.002)
    return time.monotonic()


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".labcolor" not in path.parts
    }


def go_on(scans: Path, output: Path) -> None:
    """Do what the command does, in this process, which takes a tenth of the time."""
    colorizer, output_options = once_for_all(), OutputOptions()
    chosen = settings(colorizer, "embedded", output_options)
    rule = destination([scans], output)[1]
    journal = Journal(output)
    existing = ExistingResults(journal, lambda _: ("", identity(chosen)))
    plan = make_plan([scans], find([scans], output=output), rule, existing)
    Run(
        plan,
        journal,
        ThreadExecutor(lambda _: colorizer, output_options, 2),
        {identity(chosen): chosen},
        Silent(),
    ).go()


@lru_cache(maxsize=1)
def once_for_all() -> Colorizer:
    return Colorizer()


def check_and_go_on(scans: Path, output: Path, whole: dict[str, bytes]) -> None:
    """Look at what a kill has left, let another run finish it, and compare."""
    left = contents(output)
    assert {name: whole[name] for name in left} == left
    journal = Journal(output)
    assert all(journal.is_own(name) for name in left)
    files = {name: (output / name).stat().st_ino for name in left}
    go_on(scans, output)
    assert contents(output) == whole
    assert {name: (output / name).stat().st_ino for name in left} == files  # not made again
    assert not parts_of(output).exists()


@pytest.mark.parametrize("seed", range(KILLS))
def test_a_kill_at_a_random_moment_costs_only_what_was_in_hand(
    scans: Path, tmp_path: Path, whole: tuple[dict[str, bytes], float], seed: int
) -> None:
    """Every file under a final name is whole, and the next run makes the rest, to the byte."""
    pictures, seconds = whole
    output = tmp_path / "out"
    with subprocess.Popen([*COMMAND, str(scans), "-o", str(output), "-q"]) as process:
        wait_for_journal(output, process)
        time.sleep(random.Random(seed).uniform(0, seconds))
        process.send_signal(signal.SIGKILL)
    check_and_go_on(scans, output, pictures)


@pytest.mark.parametrize(
    ("owner", "step", "when"),
    [
        ("journal", "intend", "before"),
        ("journal", "intend", "after"),
        ("commit", "move_without_replacing", "after"),
        ("journal", "finish", "after"),
    ],
    ids=["before the intent", "before the name", "before the journal knows", "between two"],
)
def test_a_kill_between_two_steps(
    scans: Path,
    tmp_path: Path,
    whole: tuple[dict[str, bytes], float],
    owner: str,
    step: str,
    when: str,
) -> None:
    """At the very moments that matter most."""
    output = tmp_path / "out"
    args = (owner, step, when, "4", str(scans), "-o", str(output), "-q")
    process = subprocess.run([sys.executable, "-c", PRECISE, *args], check=False, timeout=60)
    assert process.returncode == -signal.SIGKILL
    check_and_go_on(scans, output, whole[0])
