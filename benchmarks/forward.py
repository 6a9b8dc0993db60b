"""One forward pass of a network, side by side with what others do.

    python benchmarks/forward.py [--threads 2] [--method NAME] [--processor]

Without a method it is Zhang et al.'s network, with stand-in weights of the published shapes (speed
does not depend on the numbers), on the same input and number of threads, in turns in one process.
"stock Caffe" is what every public demo runs, `cv2.dnn.readNetFromCaffe` on the released files,
which OpenCV 5 cannot; "opencv" the same layers through `readNetFromONNX`, which is what labcolor
runs. With a method it is labcolor's own network of that name. The optional engines take part where
they are installed.

*Ready* is what it takes from the weights in memory to the end of the first pass, each in a process
of its own; Linux and macOS only.
"""

from __future__ import annotations

import argparse
import importlib.util
import multiprocessing
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import cv2
import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "networks")]

from zhang16_standin import caffemodel, prototxt, standin_layers, standin_lightness  # noqa: E402

from labcolor import engines  # noqa: E402
from labcolor.color.bins import BINS, prior  # noqa: E402
from labcolor.model.network import Network, of_method, of_weights  # noqa: E402
from labcolor.weights.embedded import Settings  # noqa: E402
from labcolor.weights.load import Weights  # noqa: E402

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


def engines_at_hand(network: Network, threads: int) -> dict[str, Callable[[], Forward]]:
    """Return how each engine that is installed makes a network ready."""
    installed = [one for one in engines.ENGINES[1:] if one == "opencv" or is_installed(one)]
    return {
        one: partial(lambda one: engines.start(one, network.write(), "cpu", threads), one)
        for one in installed
    }


def is_installed(engine: str) -> bool:
    return importlib.util.find_spec(engine.partition("-")[0]) is not None


def published(side: int, threads: int) -> dict[str, Callable[[], Forward]]:
    """Return all ways of running Zhang et al.'s network."""
    size, layers = (side, side), standin_layers()
    made: dict[str, Callable[[], Forward]] = {}
    if hasattr(cv2.dnn, "readNetFromCaffe"):
        made["stock Caffe"] = partial(stock_caffe, layers, size)
    settings = Settings("zhang16", "distribution", hints=False, side=side)
    network = of_weights("the network", Weights("stand-in", layers, prior(), settings))
    return made | engines_at_hand(network, threads)


def apart(measure: Callable[[], float]) -> float:
    """Measure in a process of its own, which has the weights and no nets yet."""
    answer, question = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(target=lambda: question.send(measure()))
    process.start()
    seconds = answer.recv()
    process.join()
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--threads", type=int, default=cv2.getNumThreads())
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--side", type=int, help="of the square input")
    parser.add_argument("--method", help="of labcolor's own, instead of the published network")
    parser.add_argument(
        "--processor", action="store_true", help="time of the processors, for a busy machine"
    )
    options = parser.parse_args()
    clock = time.process_time if options.processor else time.perf_counter

    cv2.setNumThreads(options.threads)
    if options.method:
        network = of_method(options.method, "embedded", options.side)
        side = network.side
        x = np.zeros((1, 4 if network.input.hints else 1, side, side), np.float32)
        x[:, :1] = standin_lightness((side, side))
        made = engines_at_hand(network, options.threads)
    else:
        side = options.side or 224
        x = standin_lightness((side, side))
        made = published(side, options.threads)

    def seconds(work: Callable[[], object]) -> float:
        began = clock()
        work()
        return clock() - began

    def first_pass(make: Callable[[], Forward]) -> float:
        return seconds(lambda: make()(x))

    ready: dict[str, list[float]] = {name: [] for name in made}
    for _ in range(3):
        for name, make in made.items():
            ready[name].append(apart(partial(first_pass, make)))
    forwards = {name: make() for name, make in made.items()}
    times: dict[str, list[float]] = {name: [] for name in made}
    for round_ in range(options.rounds + 1):  # A B C A B C …
        for name, forward in forwards.items():
            one = seconds(partial(forward, x))
            if round_:
                times[name].append(one)

    print(f"OpenCV {cv2.__version__}, {options.threads} threads, {'×'.join(map(str, x.shape))}")
    print(f"{'':18} {'ready ms':>9} {'min ms':>8} {'median ms':>10} {'of the first':>13}")
    first = min(next(iter(times.values())))
    for name, each in times.items():
        least, middle = min(each) * 1e3, statistics.median(each) * 1e3
        ratio = min(each) / first
        print(f"{name:18} {min(ready[name]) * 1e3:9.0f} {least:8.1f} {middle:10.1f} {ratio:13.2f}")


if __name__ == "__main__":
    main()
