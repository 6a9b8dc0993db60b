"""Runs a network with cv2.dnn: the bytes of an ONNX model go in, a callable comes out."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labcolor.engines.protocol import Backend
from labcolor.errors import BackendError, UsageError, WeightsError, without_opencv
from labcolor.quiet import quiet

_log = logging.getLogger("labcolor")

_OLDEST = (4, 11)
_CUDA_OPENCV = (
    "an OpenCV 4 built with CUDA, cuDNN and OPENCV_DNN_CUDA, which PyPI's wheels never are: "
    "https://github.com/cudawarped/opencv-python-cuda-wheels has some"
)


def resolve_backend(backend: str = "auto") -> Backend:
    """Choose what networks run on.

    Parameters
    ----------
    backend : {"auto", "cpu", "cuda"}
        What was asked for; "auto" takes CUDA where it is there, else the CPU, and logs which at
        level INFO.

    Returns
    -------
    {"cpu", "cuda"}
        What is there and will be used.

    Raises
    ------
    BackendError
        "cuda" was asked for, and this OpenCV or this machine has none; or OpenCV is too old.
    UsageError
        There is no backend of that name.
    """
    _check_opencv()
    check_backend_name(backend)
    if backend == "cpu":
        return "cpu"
    obstacle = _cuda_obstacle()
    if obstacle is None:
        _log.info("Networks run on CUDA.")
        return "cuda"
    if backend == "cuda":
        raise BackendError(obstacle)
    _log.info("Networks run on the CPU.")
    _log.debug("%s", obstacle)  # most people want no CUDA; who does asks for it, and is told
    return "cpu"


def check_backend_name(backend: str) -> None:
    """Refuse what is none of "auto", "cpu" and "cuda" with a `UsageError`."""
    if backend not in ("auto", "cpu", "cuda"):
        raise UsageError(f"There is no backend {backend!r}: it is auto, cpu or cuda.")


def set_threads(threads: int | None, name: str) -> None:
    """Let OpenCV, which does all that engines do not, use as many threads as an engine is to.

    Parameters
    ----------
    threads : int, optional
        None leaves the number as it is.
    name : str
        What an error calls the engine.

    Raises
    ------
    UsageError
        `threads` is not positive.
    """
    if threads is None:
        return
    if threads < 1:
        raise UsageError(f"{name} cannot run on {threads} threads: at least 1 is needed.")
    import cv2

    cv2.setNumThreads(threads)


class OpenCv:
    """A network that is ready to run.

    Calls from several threads are safe and wait for one another: a cv2.dnn.Net holds the
    activations of its last pass, one pass keeps all the cores busy, and a net for each thread
    would take as many gigabytes of Winograd weights as there are threads.

    Parameters
    ----------
    onnx : bytes
        The model, with one input and one output.
    backend : {"auto", "cpu", "cuda"}, optional
        What to run it on; see `resolve_backend`.
    threads : int, optional
        How many threads OpenCV uses. It has one pool for the whole process, so this is set for
        everything that OpenCV does from now on, and the last engine's number holds. Without it,
        the number stays as it is: all the cores, unless somebody has set another.
    name : str, optional
        What an error calls the network, such as the path of its file.

    Attributes
    ----------
    backend : {"cpu", "cuda"}
        What it runs on.

    Raises
    ------
    BackendError
        As `resolve_backend`.
    WeightsError
        OpenCV cannot read the model.
    UsageError
        There is no backend of that name, or `threads` is not positive.
    """

    def __init__(
        self,
        onnx: bytes,
        backend: str = "auto",
        threads: int | None = None,
        *,
        name: str = "this network",
    ) -> None:
        self.backend = resolve_backend(backend)
        set_threads(threads, "OpenCV")
        import cv2

        self._name = name
        with self._errors("read", "; simplifying it with onnxsim may help"), quiet():
            self._net = cv2.dnn.readNetFromONNX(np.frombuffer(onnx, np.uint8))
        if self.backend == "cuda":
            self._net.setPreferableBackend(cv2.dnn.DNN_BACKEND_CUDA)
            self._net.setPreferableTarget(cv2.dnn.DNN_TARGET_CUDA)
        self._lock = threading.Lock()

    def __call__(self, x: NDArray[np.float32]) -> NDArray[np.float32]:
        """Run the network; see `labcolor.engines.protocol.Engine`."""
        with self._lock, self._errors("run"):
            self._net.setInput(x)
            return np.asarray(self._net.forward())

    @contextmanager
    def _errors(self, what: str, advice: str = "") -> Iterator[None]:
        """Let OpenCV's complaints be ours; of its lack of memory others can say more."""
        import cv2

        try:
            yield
        except cv2.error as error:
            if error.code == cv2.Error.StsNoMem:
                raise
            reason = " ".join(error.err.split()).strip("<> .")
            message = f"OpenCV {cv2.__version__} cannot {what} {self._name}: {reason}{advice}."
            raise WeightsError(message) from error


def _check_opencv() -> None:
    """Refuse an OpenCV that is missing, too old or without networks."""
    try:
        import cv2
    except ImportError as error:
        message = without_opencv(error)
        raise BackendError(message) from error
    if _version(cv2) < _OLDEST or not hasattr(cv2, "dnn"):
        message = (
            f"OpenCV {cv2.__version__} is older than 4.11 or lacks its dnn module; "
            "install a newer one: pip install --upgrade 'opencv-python<5'."
        )
        raise BackendError(message)


def _cuda_obstacle() -> str | None:
    """Say what keeps networks from running on CUDA, and what to do about it; None for nothing."""
    import cv2

    if _version(cv2) >= (5, 0):
        # the classic engine, which had other backends, is left out when a model is not a file
        return f"OpenCV {cv2.__version__} runs networks on the CPU only; install {_CUDA_OPENCV}."
    if not re.search(r"NVIDIA CUDA:\s+YES", cv2.getBuildInformation()):
        return f"This OpenCV {cv2.__version__} is built without CUDA; install {_CUDA_OPENCV}."
    if cv2.cuda.getCudaEnabledDeviceCount() < 1:
        return "OpenCV sees no CUDA device; check with nvidia-smi that the driver sees the card."
    if cv2.dnn.DNN_TARGET_CUDA not in cv2.dnn.getAvailableTargets(cv2.dnn.DNN_BACKEND_CUDA):
        return (
            f"This OpenCV {cv2.__version__} has CUDA, but not for networks on this card; "
            f"install {_CUDA_OPENCV}."
        )
    return None


def _version(cv2: Any) -> tuple[int, ...]:
    """Return OpenCV's major and minor version."""
    return tuple(map(int, cv2.__version__.split(".")[:2]))
