"""Measures the memory that a large scan takes above what the network itself takes.

    python benchmarks/memory.py [--megapixels 100] [--only grey] [--folder /var/tmp]

For each kind of scan the command runs in a process of its own, on the scan and on a tiny picture
of the same kind; the difference of the two peaks of resident memory is what the scan costs.
Linux and macOS only. Needs some GB of disk for a while.
"""
# ruff: noqa: PLC0415  the measuring process is to stay small

from __future__ import annotations

import argparse
import multiprocessing
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

# A child's peak counts from the memory of the process that it was forked from: so this one leaves
# NumPy, and the making of the scans, to others.
COMMAND = (sys.executable, "-c", "from labcolor.cli import main; main()")
MB = 1e6


class Kind(NamedTuple):
    """What is scanned."""

    suffix: str
    bits: int
    channels: int

    def __str__(self) -> str:
        colour = "grey" if self.channels == 1 else "colour"
        return f"{self.bits}-bit {colour} {self.suffix}"

    def decoded(self, pixels: int) -> int:
        """Return the bytes of the decoded scan."""
        return pixels * self.channels * self.bits // 8

    def limit(self, pixels: int) -> float:
        """Return what the command may take for 100 megapixels above the network."""
        deep = (self.bits, self.channels) == (16, 3)
        return 2 * self.decoded(pixels) + 500 * MB if deep else 1500 * MB


KINDS = (
    Kind("jpg", 8, 1),
    Kind("jpg", 8, 3),
    Kind("png", 8, 3),
    Kind("tif", 8, 3),
    Kind("png", 16, 1),
    Kind("tif", 16, 1),
    Kind("png", 16, 3),
    Kind("tif", 16, 3),
)


def make(path: Path, kind: Kind, width: int, height: int) -> None:
    """Write a scan: soft shapes, and grain that no compression gets rid of."""
    import cv2
    import numpy as np

    from labcolor.photo import Photo, write

    rng = np.random.default_rng(0)
    dtype = np.uint8 if kind.bits == 8 else np.uint16
    small = rng.integers(0, 256, (12, 18, kind.channels), np.uint8).squeeze()
    pixels = cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR).astype(dtype)
    grain = rng.integers(0, 8, (256, width, kind.channels), np.uint8).squeeze()
    for top in range(0, height, len(grain)):
        rows = pixels[top : top + len(grain)]
        rows //= 2
        rows += grain[: len(rows)]
        rows *= np.iinfo(dtype).max // 255
    write(Photo(pixels), path)


def peak(source: Path, target: Path) -> float:
    """Run the command; return the peak of its resident memory in bytes."""
    # wait4 tells of one child, where RUSAGE_CHILDREN has the largest of all
    process = subprocess.Popen([*COMMAND, str(source), "-o", str(target), "--quiet"])
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"labcolor could not colour {source}.")
    target.unlink()
    return usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def cost(kind: Kind, width: int, height: int, folder: Path) -> tuple[float, float]:
    """Return the peaks of a tiny picture and of the scan."""
    peaks = []
    for size in ((48, 32), (width, height)):
        source = folder / f"scan.{kind.suffix}"
        maker = multiprocessing.get_context("spawn").Process(
            target=make, args=(source, kind, *size)
        )
        maker.start()
        maker.join()
        peaks.append(peak(source, folder / f"colour.{kind.suffix}"))
        source.unlink()
    return peaks[0], peaks[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megapixels", type=float, default=100)
    parser.add_argument("--only", default="", metavar="WORDS", help='such as "grey" or "16-bit"')
    parser.add_argument("--folder", type=Path, help="where the scans are written")
    options = parser.parse_args()
    height = round((options.megapixels * 1e6 / 1.5) ** 0.5)
    width = round(1.5 * height)
    print(f"{width} × {height} pixels; megabytes (10⁶ bytes) of resident memory")
    print(f"{'scan':<18}{'decoded':>9}{'peak':>9}{'tiny':>9}{'above':>9}{'limit':>9}")
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        for kind in KINDS:
            if options.only not in str(kind):
                continue
            own, all_of_it = cost(kind, width, height, Path(folder))
            pixels = width * height
            numbers = (
                *(kind.decoded(pixels), all_of_it, own),
                *(all_of_it - own, kind.limit(pixels)),
            )
            columns = "".join(f"{number / MB:9.0f}" for number in numbers)
            verdict = "" if all_of_it - own <= kind.limit(pixels) else "  above the limit"
            print(f"{kind!s:<18}{columns}{verdict}", flush=True)


if __name__ == "__main__":
    main()
