"""Times a Colorizer that is called in a loop on small photographs, as a program of yours may do.

A library cannot set OPENBLAS_NUM_THREADS, which is read when NumPy is imported, so this must not
matter: the loop runs in processes with the variable and without, in turns, alone and beside a
process that keeps a core busy.

    python benchmarks/loop.py [--rounds 7]
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys

LIMIT = 1.2  # without the variable, against with it
SIZES = ((334, 300), (500, 400), (700, 600), (1000, 1000))
LOOP = f"""
import time
import numpy as np
from labcolor import Colorizer

colorize = Colorizer()
rng = np.random.default_rng(0)
for size in {SIZES}:
    photo = rng.integers(0, 256, size, dtype=np.uint8)
    colorize(photo)
    times = []
    for _ in range(10):
        began = time.perf_counter()
        colorize(photo)
        times.append(time.perf_counter() - began)
    print(sorted(times)[5])
"""
BUSY = "while True: pass"


def loop(*, single: bool) -> list[float]:
    """Return the median seconds of a call for each size."""
    environment = {name: value for name, value in os.environ.items() if "_NUM_THREADS" not in name}
    if single:
        environment["OPENBLAS_NUM_THREADS"] = "1"
    command = (sys.executable, "-c", LOOP)
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=True, timeout=120
    )
    return [float(line) for line in done.stdout.split()]


def measure(rounds: int) -> dict[bool, list[float]]:
    """Run both kinds of process in turns; give the medians by whether the variable was set."""
    times: dict[bool, list[list[float]]] = {False: [], True: []}
    for _ in range(rounds):
        for single, runs in times.items():
            runs.append(loop(single=single))
    return {
        single: [statistics.median(column) for column in zip(*runs, strict=True)]
        for single, runs in times.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    for beside in ("alone", "beside a busy process"):
        busy = subprocess.Popen((sys.executable, "-c", BUSY)) if beside != "alone" else None
        try:
            times = measure(options.rounds)
        finally:
            if busy:
                busy.kill()
                busy.wait()
        print(f"{beside}, {os.cpu_count()} cores, medians of {options.rounds} rounds in turns")
        for size, free, single in zip(SIZES, times[False], times[True], strict=True):
            print(
                f"  {size[0]} rows of {size[1]:<5}  {1e3 * free:6.1f} ms, with one thread of the "
                f"BLAS {1e3 * single:6.1f}  ratio {free / single:.2f}  limit {LIMIT}"
            )


if __name__ == "__main__":
    main()
