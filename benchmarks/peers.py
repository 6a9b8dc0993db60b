"""The whole path, from file to file, side by side with what others do with the same network.

    python benchmarks/peers.py [--only "12 MP"] [--rounds 5] [--threads 2] [--processor]

Every program colours the same photographs with the same weights (stand-ins of the published
shapes; speed does not depend on the numbers), on the same number of threads, in turns. *Cold* is a
process of its own for one photograph, from its start to its end; *warm* the second and later
photographs of one that stays, from reading to writing; *MB* the peaks of resident memory of the
two. `peers/` has a program for each. What a peer lacks is said; benchmarks/README.md says how to
install it. Linux and macOS only.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

PROGRAMS = Path(__file__).resolve().parent / "peers"
COMMAND = (sys.executable, "-c", "from labcolor.cli import main; main()")
ITSELF = "labcolor_itself.py"
MB = 1e6
IN_BYTES = 1 if sys.platform == "darwin" else 1024


class Peer(NamedTuple):
    """A way of colouring photographs."""

    name: str
    program: str
    needs: tuple[str, ...] = ()
    model: str = ""
    options: tuple[str, ...] | None = None  # of labcolor's own command

    def missing(self) -> list[str]:
        """Name the packages that are not there."""
        return [each for each in self.needs if not importlib.util.find_spec(each)]

    def once(self, folder: Path, threads: int, source: Path, target: Path) -> list[str]:
        """Return the command that colours one photograph."""
        if self.options is None:
            return self.waiting(folder, threads, source, target)[:-1]
        options = [each.format(folder=folder) for each in self.options]
        ends = [str(source), "-o", str(target), "--threads", str(threads), "--quiet"]
        return [*COMMAND, *ends, *options]

    def waiting(self, folder: Path, threads: int, source: Path, target: Path) -> list[str]:
        """Return the command that colours a photograph whenever it is told to."""
        model = self.model.format(folder=folder)
        program = str(PROGRAMS / self.program)
        return [sys.executable, program, model, str(threads), str(source), str(target), "warm"]


FILES = "{folder}"
PUBLISHED = "{folder}/v2.caffemodel"
PEERS = (
    Peer("labcolor", ITSELF, (), f"auto:{PUBLISHED}", ("--weights", PUBLISHED)),
    Peer("OpenCV's sample", "opencv_sample.py", (), FILES),
    Peer("the authors' demo", "authors_demo.py", ("torch", "skimage", "matplotlib"), FILES),
    Peer("ONNX Runtime", "onnx_runtime.py", ("onnxruntime",), FILES),
    *(
        Peer(
            f"labcolor --engine {engine}",
            ITSELF,
            (engine.partition("-")[0],),
            f"{engine}:{PUBLISHED}",
            ("--weights", PUBLISHED, "--engine", engine),
        )
        for engine in ("onnxruntime", "openvino", "openvino-bfloat16")
    ),
    Peer("labcolor, its own network", ITSELF, (), "auto:embedded", ()),
)

PHOTOGRAPHS = {
    "1 MP, JPEG": (1, ".jpg"),
    "12 MP, JPEG": (12, ".jpg"),
    "24 MP, JPEG": (24, ".jpg"),
    "100 MP, TIFF of 16 bits": (100, ".tiff"),
}


class FailedError(Exception):
    """A program ended with a complaint."""


class Seconds(NamedTuple):
    """Of the clock, and of all processors."""

    clock: float
    processor: float


class Process:
    """A program that is running, and what it costs.

    Parameters
    ----------
    command : list of str
        What runs.
    options : Namespace
        Of this script.
    """

    def __init__(self, command: list[str], options: argparse.Namespace) -> None:
        names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
        limit = int(options.memory * 1e9)
        self._began = time.perf_counter()
        self._process = subprocess.Popen(
            command,
            env=os.environ | dict.fromkeys(names, str(options.threads)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # so that a program with too much in memory fails, and not the machine
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (limit, limit)),  # noqa: PLW1509  no threads here
        )

    def photograph(self) -> Seconds:
        """Have a photograph coloured by a program that waits for the word."""
        try:
            print(file=self._process.stdin, flush=True)
        except BrokenPipeError:
            self.end()
        answer = self._process.stdout.readline()
        if not answer:
            self.end()
        return Seconds(*map(float, answer.split()))

    def end(self) -> tuple[Seconds, float]:
        """Wait for the end; return the seconds since the start, and the peak in bytes."""
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        with self._process.stdout, self._process.stderr:
            complaint = self._process.stderr.read()
        # wait4 tells of one child, where RUSAGE_CHILDREN has the largest of all
        _, status, usage = os.wait4(self._process.pid, 0)
        clock = time.perf_counter() - self._began
        self._process.returncode = os.waitstatus_to_exitcode(status)
        if self._process.returncode:
            last = complaint.strip().rpartition("\n")[2]
            raise FailedError(last or f"it ended with {self._process.returncode}")
        return Seconds(clock, usage.ru_utime + usage.ru_stime), usage.ru_maxrss * IN_BYTES


class Measured(NamedTuple):
    """What one peer took for one photograph, cold and warm."""

    cold: list[Seconds]
    warm: list[Seconds]
    peaks: list[float]  # of the two


def measure(
    peers: Sequence[Peer], folder: Path, source: Path, options: argparse.Namespace
) -> dict[str, Measured | str]:
    """Let the peers colour a photograph in turns, cold and then warm; a failure is a sentence."""
    found: dict[str, Measured | str] = {each.name: Measured([], [], [0, 0]) for each in peers}
    for warm in (False, True):
        waiting = {}
        for number in range(options.rounds + 1):
            for peer in peers:
                one = found[peer.name]
                if isinstance(one, str):
                    continue
                task = (folder, options.threads, source, folder / f"colour{source.suffix}")
                try:
                    if not warm:
                        seconds, one.peaks[0] = Process(peer.once(*task), options).end()
                    else:
                        if peer not in waiting:
                            waiting[peer] = Process(peer.waiting(*task), options)
                        seconds = waiting[peer].photograph()
                except FailedError as error:
                    found[peer.name] = str(error)
                    waiting.pop(peer, None)
                    continue
                finally:
                    task[-1].unlink(missing_ok=True)
                if number:  # the first one fills the caches
                    (one.warm if warm else one.cold).append(seconds)
        for peer, process in waiting.items():
            found[peer.name].peaks[1] = process.end()[1]
    return found


def table(found: dict[str, Measured | str], *, processor: bool) -> Iterator[str]:
    """Write medians, and their ratios to those of the first row."""
    yield "| | cold s | ratio | MB | warm s | ratio | MB |"
    yield "|---|---|---|---|---|---|---|"
    base: list[float] = []
    for name, one in found.items():
        if isinstance(one, str):
            if not base:
                sys.exit(f"{name} failed: {one}")
            yield f"| {name} | {one} | | | | | |"
            continue
        medians = [statistics.median(s[processor] for s in each) for each in (one.cold, one.warm)]
        base = base or medians
        cells = [
            f"{median:.2f} | {median / first:.2f} | {peak / MB:.0f}"
            for median, first, peak in zip(medians, base, one.peaks, strict=True)
        ]
        yield f"| {name} | {' | '.join(cells)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", metavar="WORDS", help='a photograph, as "24 MP"')
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--folder", type=Path, help="where files are written")
    parser.add_argument("--memory", type=float, default=12, help="GB that a program may take")
    parser.add_argument(
        "--processor", action="store_true", help="time of the processors, for a busy machine"
    )
    options = parser.parse_args()
    here = [peer for peer in PEERS if not peer.missing()]
    for peer in PEERS:
        if peer.missing():
            print(f"{peer.name} is left out: {', '.join(peer.missing())} missing.")
    with tempfile.TemporaryDirectory(dir=options.folder) as temporary:
        folder = Path(temporary)
        make = [sys.executable, str(PROGRAMS / "standin.py")]
        subprocess.run([*make, "network", temporary], check=True)
        for name, (megapixels, suffix) in PHOTOGRAPHS.items():
            if options.only not in name:
                continue
            source = folder / f"photograph{suffix}"
            subprocess.run([*make, "photograph", str(source), str(megapixels)], check=True)
            found = measure(here, folder, source, options)
            print(f"\n{name}, {options.threads} threads, medians of {options.rounds}\n")
            print("\n".join(table(found, processor=options.processor)), flush=True)


if __name__ == "__main__":
    main()
