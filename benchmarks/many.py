"""A run over many small photographs in folder mode: planning, seconds a photograph, memory, again.

    python benchmarks/many.py [NUMBER] [FOLDER]

The photographs are 32×32 pixels, each another picture, a thousand a folder, so that what is
measured is the network at its own size and all that a run does about a photograph. In FOLDER,
which is kept, a run that was stopped goes on.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

A_FOLDER = 1000
SIDE = 32


def make(scans: Path, number: int) -> None:
    """Put the photographs there: noise that is smooth."""
    rng = np.random.default_rng(0)
    for index in range(number):
        path = scans / f"{index // A_FOLDER:03}" / f"photograph-{index:06}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        coarse = Image.fromarray(rng.integers(0, 256, (4, 4), np.uint8))
        coarse.resize((SIDE, SIDE), Image.Resampling.BICUBIC).save(path)


def labcolor(name: str, number: int, *arguments: str | Path) -> None:
    """Run the command; say what it took."""
    command = [sys.executable, "-m", "labcolor", *map(str, arguments)]
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, code, usage = os.wait4(process.pid, 0)
    took, busy = time.perf_counter() - began, usage.ru_utime + usage.ru_stime
    print(
        f"{name}: {took:.1f} s, {busy:.1f} s of the processor ({1000 * took / number:.2f} and "
        f"{1000 * busy / number:.2f} ms a photograph), {usage.ru_maxrss / 1024:.0f} MB at the peak"
        f", exit code {os.waitstatus_to_exitcode(code)}",
        flush=True,
    )


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(sys.argv[2] if len(sys.argv) > 2 else temporary)
        scans, colour = folder / "scans", folder / "colour"
        if not scans.exists():
            make(scans, number)
        labcolor("plan", number, scans, "-o", colour, "--dry-run", "-q")
        labcolor("run", number, scans, "-o", colour, "-q")
        labcolor("again", number, scans, "-o", colour, "-q")


if __name__ == "__main__":
    main()
