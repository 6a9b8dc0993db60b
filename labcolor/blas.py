"""Runs a published network with NumPy: the same numbers as from cv2.dnn, in half the time."""

from __future__ import annotations

import threading

import numpy as np
from numpy.typing import NDArray

from labcolor.engine import Backend, set_threads
from labcolor.networks import Steps
from labcolor.networks.arrays import Arrays

_FAST = ("openblas", "mkl", "accelerate", "blis", "armpl")


def fast() -> bool:
    """Whether NumPy's matrix product is known to be a fast one.

    PyPI's wheels come with OpenBLAS or Accelerate. Where NumPy was built against whatever the
    system calls its BLAS, that may be the reference, a hundred times slower.
    """
    found = np.show_config(mode="dicts")["Build Dependencies"]["blas"]["name"]
    return any(name in found.lower() for name in _FAST)


class Blas:
    """A network that is ready to run, with the face of `labcolor.engine.Engine`.

    Calls from several threads are safe and wait for one another, since one pass keeps all the
    cores busy and the next uses its memory again.

    Parameters
    ----------
    steps : Steps
        The network.
    threads : int, optional
        How many threads share a layer; by default as many as OpenCV has. As OpenCV does
        everything else, its number is set too, for the whole process.
    once : bool
        Whether there is one pass only: weights are then used as they are, not prepared.

    Attributes
    ----------
    backend : {"cpu"}
        What it runs on.

    Raises
    ------
    UsageError
        `threads` is not positive.
    """

    backend: Backend = "cpu"

    def __init__(self, steps: Steps, threads: int | None = None, *, once: bool = False) -> None:
        set_threads(threads, "NumPy")
        import cv2

        self._steps = steps
        self._net = Arrays(cv2.getNumThreads(), once=once)
        self._lock = threading.Lock()

    def __call__(self, x: NDArray[np.float32]) -> NDArray[np.float32]:
        """Run the network; see `labcolor.engine.Engine.__call__`."""
        with self._lock:
            y = self._steps.run(self._net, self._net.planes(x[0]), self._steps.layers)
            return np.ascontiguousarray(y.inside.transpose(2, 0, 1)[None])
