"""Measures how well the parts of a run over many photographs overlap.

    python benchmarks/folder.py [--photographs 200] [--megapixels 12] [--jobs N] [--folder F]

The wall time of a run over JPEGs is held against what its parts take on one thread each, the
network alone and all the rest alone, in seconds of CPU, divided by the cores that this process
may use (`taskset` says which). At 1.00 no core ever waits; the limit is 1.15. On a machine that
does other things too, look at the ratio of CPU: what the run's own overlap costs.
"""
# ruff: noqa: PLC0415, D102

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from labcolor.batch.run import Run
    from labcolor.colorizer import Colorizer

LIMIT = 1.15


class WithoutNetwork:
    """Does all that a colorizer does to a photograph, but for asking the network."""

    def __init__(self, colorizer: Colorizer) -> None:
        import numpy as np

        self.method, self.source = colorizer.method, colorizer.source
        self.side = colorizer.input_size
        self.chroma = colorizer.chroma(np.full((64, 64), 99, np.uint8))

    def __call__(self, image: Any) -> Any:
        from labcolor.color.merge import merge
        from labcolor.color.reduce import reduce
        from labcolor.color.upsample import Bilinear

        reduce(image, self.side)
        return merge(image, Bilinear(self.chroma, *image.shape[:2]))


class Silent:
    """A watcher who says nothing."""

    def started(self, item: object) -> None:
        pass

    def finished(self, result: object) -> None:
        pass

    def stopping(self) -> None:
        pass


def make(folder: Path, number: int, pixels: float) -> None:
    """Write black-and-white photographs: cut-outs of a few real ones, enlarged, with grain."""
    import cv2
    import numpy as np
    import skimage.data
    from PIL import Image

    height = round((pixels * 3 / 4) ** 0.5)
    size = (round(height * 4 / 3), height)
    rng = np.random.default_rng(0)
    pictures = [skimage.data.astronaut(), skimage.data.coffee(), skimage.data.chelsea()]
    folder.mkdir()
    for index in range(number):
        grey = cv2.cvtColor(pictures[index % len(pictures)], cv2.COLOR_RGB2GRAY)
        top, left = rng.integers(0, grey.shape[0] // 4), rng.integers(0, grey.shape[1] // 4)
        large = cv2.resize(grey[top:, left:], size, interpolation=cv2.INTER_CUBIC)
        grain = cv2.randn(np.empty_like(large, np.int16), 0, 3)
        scan = np.clip(large + grain, 0, 255).astype(np.uint8)
        Image.fromarray(scan).save(folder / f"{index:04}.jpg", quality=92)


def planned(scans: Path, output: Path, colorizer: Any, jobs: int) -> Run:
    from labcolor.batch.destination import destination
    from labcolor.batch.executor import ThreadExecutor
    from labcolor.batch.find import find
    from labcolor.batch.journal import Journal
    from labcolor.batch.options import OutputOptions
    from labcolor.batch.plan import ExistingResults, make_plan
    from labcolor.batch.run import Run

    journal = Journal(output)
    rule = destination([scans], output)[1]
    existing = ExistingResults(journal, lambda own: (own, ""))
    plan = make_plan([scans], find([scans], output=output), rule, existing)
    plan.measure()
    return Run(plan, journal, ThreadExecutor(colorizer, OutputOptions(), jobs), {}, Silent())


def spent(work: Callable[[], object]) -> tuple[float, float]:
    """Return wall time and CPU time of all threads."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photographs", type=int, default=200)
    parser.add_argument("--megapixels", type=float, default=12)
    parser.add_argument("--jobs", type=int)
    parser.add_argument("--folder", type=Path, help="where the photographs are made")
    options = parser.parse_args()

    import cv2
    import numpy as np

    from labcolor.batch.cores import cores
    from labcolor.colorizer import Colorizer

    number, jobs = options.photographs, options.jobs or cores() + 1
    with tempfile.TemporaryDirectory(dir=options.folder) as temporary:
        scans = Path(temporary, "scans")
        make(scans, number, options.megapixels * 1e6)
        colorizer = Colorizer(threads=1)
        side = colorizer.input_size
        seen = np.random.default_rng(0).integers(0, 256, (side, side), np.uint8)
        colorizer(seen)  # the first pass sets the network up
        rest = WithoutNetwork(colorizer)
        _, network_cpu = spent(lambda: [colorizer.chroma(seen) for _ in range(number)])
        _, rest_cpu = spent(lambda: planned(scans, Path(temporary, "rest"), rest, 1).go())
        cv2.setNumThreads(cores())
        wall, cpu = spent(lambda: planned(scans, Path(temporary, "whole"), colorizer, jobs).go())
    ideal = (network_cpu + rest_cpu) / cores()
    print(f"{number} JPEGs of {options.megapixels:g} MP, {cores()} cores, {jobs} jobs; seconds")
    print(f"{'network alone, CPU':<24}{network_cpu:9.2f}")
    print(f"{'the rest alone, CPU':<24}{rest_cpu:9.2f}")
    print(f"{'both, over the cores':<24}{ideal:9.2f}")
    verdict = "" if wall <= LIMIT * ideal else "  above the limit"
    print(f"{'the run, wall':<24}{wall:9.2f}{wall / ideal:9.2f}{verdict}")
    print(f"{'the run, CPU':<24}{cpu:9.2f}{cpu / (network_cpu + rest_cpu):9.2f}")


if __name__ == "__main__":
    main()
