"""Times labcolor's way from ab to pixels against that of OpenCV's colorization sample.

The sample (samples/dnn/colorization.py) turns the whole photograph into float32 Lab, enlarges ab,
and turns the whole back; here it is spared its detour through float64. labcolor does the same work
in strips, with tables where the depth allows one. Both get the same photograph and the same ab, in
turns, so that a slow minute of the machine strikes both; time is that of the processor, so that
other people's work on the machine counts less.

    python benchmarks/strips.py [--megapixels 24] [--bits 8] [--grey] [--rounds 7]
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import cv2
import numpy as np

from labcolor.color.guided import Guided
from labcolor.color.lightness import lightness
from labcolor.color.merge import merge
from labcolor.color.reduce import reduce
from labcolor.color.upsample import Bilinear

LIMITS = {"bilinear": 0.30, "guided": 0.45}
SEEN = 224  # the side of what the network sees


def bilinear(photo: np.ndarray, ab: np.ndarray) -> np.ndarray:
    """Do what `Colorizer` does besides the network."""
    lightness(reduce(photo, SEEN))
    return merge(photo, Bilinear(ab, *photo.shape[:2]))


def guided(photo: np.ndarray, ab: np.ndarray) -> np.ndarray:
    """Do the same along the edges of L*."""
    return merge(photo, Guided(ab, lightness(reduce(photo, SEEN)), *photo.shape[:2]))


def as_a_whole(photo: np.ndarray, ab: np.ndarray) -> np.ndarray:
    """Do what the sample does besides the network, without its detour through float64."""
    top = np.iinfo(photo.dtype).max
    if photo.ndim == 2:
        photo = cv2.cvtColor(photo, cv2.COLOR_GRAY2BGR)
    lab = cv2.cvtColor(photo.astype(np.float32) / np.float32(top), cv2.COLOR_BGR2Lab)
    cv2.resize(lab[..., 0], (SEEN, SEEN))
    lab[..., 1:] = cv2.resize(ab, photo.shape[1::-1])
    bgr = np.clip(cv2.cvtColor(lab, cv2.COLOR_Lab2BGR), 0, 1)
    return (bgr * np.float32(top)).astype(photo.dtype)


def seconds(way: Callable[[np.ndarray, np.ndarray], np.ndarray], *arrays: np.ndarray) -> float:
    began = time.process_time()
    way(*arrays)
    return time.process_time() - began


def scene(megapixels: float, bits: int, *, grey: bool) -> tuple[np.ndarray, np.ndarray]:
    """Make a photograph of smooth shapes and grain, 3 : 2, and ab as the network gives it."""
    rng = np.random.default_rng(0)
    height = round((megapixels * 1e6 / 1.5) ** 0.5)
    size = (round(1.5 * height), height)
    shapes = cv2.resize(rng.random((24, 36, 3), np.float32), size, interpolation=cv2.INTER_CUBIC)
    shapes += rng.normal(0, 0.02, size[::-1]).astype(np.float32)[..., None]
    dtype = np.uint8 if bits == 8 else np.uint16
    photo = (np.clip(shapes, 0, 1) * np.iinfo(dtype).max).astype(dtype)
    ab = cv2.GaussianBlur(rng.normal(0, 60, (56, 56, 2)).astype(np.float32), (0, 0), 2)
    return np.ascontiguousarray(photo[..., 1]) if grey else photo, ab


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megapixels", type=float, default=24)
    parser.add_argument("--bits", type=int, choices=(8, 16), default=8)
    parser.add_argument("--grey", action="store_true", help="a photograph of one channel")
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    arrays = scene(options.megapixels, options.bits, grey=options.grey)

    ways = {"as a whole": as_a_whole, "bilinear": bilinear, "guided": guided}
    for way in ways.values():  # tables, caches, the frequency of the processor
        way(*arrays)
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(options.rounds):
        for name, way in ways.items():
            times[name].append(seconds(way, *arrays))

    kind = "grey" if options.grey else "colour"
    print(
        f"{options.megapixels:g} megapixels, {options.bits} bit {kind}, OpenCV {cv2.__version__}, "
        f"{cv2.getNumThreads()} threads, medians of {options.rounds} rounds in turns"
    )
    whole = times["as a whole"]
    for name, values in times.items():
        middle, least = (of(values) / of(whole) for of in (statistics.median, min))
        limit = f"limit {LIMITS[name]:.2f}" if name in LIMITS else ""
        spread = f"{min(values):.3f}…{max(values):.3f}"
        print(
            f"  {name:<10}  {statistics.median(values):.3f} s ({spread})  ratio {middle:.2f}, "
            f"of the fastest rounds {least:.2f}  {limit}"
        )


if __name__ == "__main__":
    main()
