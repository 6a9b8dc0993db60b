"""One forward pass of Zhang et al.'s network, side by side with what the public demos do.

    python benchmarks/forward.py --threads 2

The same weights (stand-ins of the published shapes; speed does not depend on the numbers), the
same input and the same number of threads, in turns in one process. "stock Caffe" is what every
public demo runs, `cv2.dnn.readNetFromCaffe` on the released files, which OpenCV 5 cannot;
"stock ONNX" the same layers through `readNetFromONNX`; "rewritten" what labcolor runs.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "networks")]

from zhang16_standin import caffemodel, prototxt, standin_layers, standin_lightness  # noqa: E402

from labcolor.color.bins import BINS  # noqa: E402
from labcolor.engine import Engine  # noqa: E402
from labcolor.networks import zhang16  # noqa: E402

Forward = Callable[[np.ndarray], np.ndarray]


def stock_caffe(layers: dict[str, tuple[np.ndarray, ...]], size: tuple[int, int]) -> Forward:
    """Return the released files in OpenCV's Caffe importer, filled as the demos fill them."""
    deploy = np.frombuffer(prototxt(size).encode(), np.uint8)
    net = cv2.dnn.readNetFromCaffe(deploy, np.frombuffer(caffemodel(layers), np.uint8))
    centres = BINS.T.reshape(2, 313, 1, 1).astype(np.float32)
    net.getLayer(net.getLayerId("class8_ab")).blobs = [centres]
    net.getLayer(net.getLayerId("conv8_313_rh")).blobs = [np.full((1, 313), 2.606, np.float32)]

    def forward(x: np.ndarray) -> np.ndarray:
        net.setInput(x)
        return net.forward()

    return forward


def seconds_in_turns(forwards: dict[str, Forward], x: np.ndarray, rounds: int) -> dict[str, list]:
    """Run A B C A B C …; the first round, which prepares the kernels, does not count."""
    times: dict[str, list[float]] = {name: [] for name in forwards}
    for _ in range(rounds + 1):
        for name, forward in forwards.items():
            start = time.perf_counter()
            forward(x)
            times[name].append(time.perf_counter() - start)
    return {name: each[1:] for name, each in times.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--threads", type=int, default=cv2.getNumThreads())
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--side", type=int, default=224, help="of the square input")
    options = parser.parse_args()

    size = (options.side, options.side)
    layers = standin_layers()
    forwards: dict[str, Forward] = {}
    if hasattr(cv2.dnn, "readNetFromCaffe"):
        forwards["stock Caffe"] = stock_caffe(layers, size)
    forwards["stock ONNX"] = Engine(zhang16.graph(layers, size, rewrite=False), "cpu")
    forwards["rewritten"] = Engine(zhang16.graph(layers, size), "cpu", threads=options.threads)

    times = seconds_in_turns(forwards, standin_lightness(size), options.rounds)
    print(f"OpenCV {cv2.__version__}, {options.threads} threads, 1×1×{size[0]}×{size[1]}")
    print(f"{'':12} {'min ms':>8} {'median ms':>10} {'rewritten is':>13}")
    fastest = min(times["rewritten"])
    for name, each in times.items():
        least, middle = min(each), statistics.median(each)
        print(f"{name:12} {least * 1e3:8.1f} {middle * 1e3:10.1f} {least / fastest:12.2f}×")


if __name__ == "__main__":
    main()
