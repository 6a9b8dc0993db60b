"""Times the command on one photograph, from a cold start, against importing OpenCV and NumPy.

    python benchmarks/cold.py [--megapixels 1] [--rounds 15] [--threads 2]

`python -c "import cv2, numpy"` is what any program that colours with OpenCV spends before its
first line; it and the command run in turns, each in a process of its own, with bytecode that is
compiled already, as pip leaves it. Linux and macOS only.
"""
# ruff: noqa: PLC0415  the measuring process is to stay small

from __future__ import annotations

import argparse
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

LIMIT = 2.5
IMPORTS = (sys.executable, "-c", "import cv2, numpy")
COMMAND = (sys.executable, "-c", "from labcolor.cli import main; main()")
KINDS = {"grey": 1, "colour": 3}


class Run(NamedTuple):
    """What one process took: seconds of the clock and of the processor, and bytes at its peak."""

    clock: float
    processor: float
    peak: float


def make(path: Path, megapixels: float, channels: int) -> None:
    """Write a photograph of smooth shapes and grain, 3 : 2."""
    import cv2
    import numpy as np

    from labcolor.photo import Photo, write

    rng = np.random.default_rng(0)
    height = round((megapixels * 1e6 / 1.5) ** 0.5)
    size = (round(1.5 * height), height)
    small = rng.random((24, 36, channels), np.float32).squeeze()
    shapes = cv2.resize(small, size, interpolation=cv2.INTER_CUBIC)
    shapes += rng.normal(0, 0.02, shapes.shape).astype(np.float32)
    write(Photo((np.clip(shapes, 0, 1) * 255).astype(np.uint8)), path)


def run(command: tuple[str, ...], environment: dict[str, str]) -> Run:
    """Run a command to its end."""
    began = time.perf_counter()
    process = subprocess.Popen(command, env=environment)
    # wait4 tells of one child, where RUSAGE_CHILDREN has the sum of all
    _, status, usage = os.wait4(process.pid, 0)
    clock = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)} failed.")
    peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return Run(clock, usage.ru_utime + usage.ru_stime, peak)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megapixels", type=float, default=1)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--threads", type=int, help="as for labcolor; by default all cores")
    options = parser.parse_args()
    threads = ("--threads", str(options.threads)) if options.threads else ()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = os.environ | {"PYTHONPYCACHEPREFIX": str(folder / "bytecode")}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        ways = {"import cv2, numpy": IMPORTS}
        for kind, channels in KINDS.items():
            photo = folder / f"{kind}.jpg"
            arguments = (photo, options.megapixels, channels)
            maker = multiprocessing.get_context("spawn").Process(target=make, args=arguments)
            maker.start()
            maker.join()
            result = ("-o", str(folder / "result.jpg"), "--overwrite", "--quiet")
            ways[f"labcolor, {kind}"] = (*COMMAND, str(photo), *result, *threads)
        for command in ways.values():  # compiles, and fills the system's cache
            run(command, environment)
        runs: dict[str, list[Run]] = {way: [] for way in ways}
        for _ in range(options.rounds):
            for way, command in ways.items():
                runs[way].append(run(command, environment))

    print(
        f"{options.megapixels:g} megapixels, medians of {options.rounds} rounds in turns; "
        f"the limit of the ratio is {LIMIT}"
    )
    print(f"{'':<20}{'clock':>9}{'ratio':>7}{'processor':>11}{'ratio':>7}{'peak':>9}")
    medians = {
        way: Run(*map(statistics.median, zip(*found, strict=True))) for way, found in runs.items()
    }
    first = medians["import cv2, numpy"]
    for way, it in medians.items():
        print(
            f"{way:<20}{it.clock:>7.3f} s{it.clock / first.clock:>7.2f}{it.processor:>9.3f} s"
            f"{it.processor / first.processor:>7.2f}{it.peak / 1e6:>6.0f} MB"
        )


if __name__ == "__main__":
    main()
