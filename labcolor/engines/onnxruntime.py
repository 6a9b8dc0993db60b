"""Runs a network with ONNX Runtime, an optional package, on the same ONNX bytes as cv2.dnn."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labcolor.engines.opencv import check_backend_name, set_threads
from labcolor.engines.protocol import Backend
from labcolor.errors import BackendError, WeightsError

_log = logging.getLogger("labcolor")

_PROVIDERS: dict[Backend, str] = {"cpu": "CPUExecutionProvider", "cuda": "CUDAExecutionProvider"}
_ERRORS_ONLY = 3  # of the levels of its log


def resolve_provider(backend: str = "auto") -> Backend:
    """Choose what ONNX Runtime runs networks on.

    Parameters
    ----------
    backend : {"auto", "cpu", "cuda"}
        "auto" takes CUDA where the GPU build is installed, else the CPU.

    Raises
    ------
    BackendError
        ONNX Runtime is not installed, or "cuda" was asked for and its build has no CUDA.
    UsageError
        There is no backend of that name.
    """
    check_backend_name(backend)
    has_cuda = _PROVIDERS["cuda"] in _onnxruntime().get_available_providers()
    if backend == "cuda" and not has_cuda:
        raise BackendError(
            "This ONNX Runtime is built without CUDA; install its GPU build: "
            "pip uninstall onnxruntime && pip install onnxruntime-gpu."
        )
    chosen: Backend = "cuda" if has_cuda and backend != "cpu" else "cpu"
    _log.info("ONNX Runtime runs networks on %s.", "CUDA" if chosen == "cuda" else "the CPU")
    return chosen


class OnnxRuntime:
    """A network that is ready to run; see `labcolor.engines.protocol.Engine`.

    Calls from several threads wait for one another, since one pass keeps all the cores busy.

    Parameters
    ----------
    onnx : bytes
        The model, with one input and one output.
    backend : {"cpu", "cuda"}
        As `resolve_provider` returned it.
    threads : int, optional
        How many threads run it; by default all the cores. As OpenCV does everything else, its
        number is set too, for the whole process.
    name : str, optional
        What an error calls the network, such as the path of its file.

    Raises
    ------
    BackendError
        CUDA was asked for, and its libraries cannot be loaded.
    WeightsError
        ONNX Runtime cannot read the model.
    UsageError
        `threads` is not positive.
    """

    def __init__(
        self,
        onnx: bytes,
        backend: Backend = "cpu",
        threads: int | None = None,
        *,
        name: str = "this network",
    ) -> None:
        set_threads(threads, "ONNX Runtime")
        runtime = _onnxruntime()
        options = runtime.SessionOptions()
        options.log_severity_level = _ERRORS_ONLY
        options.intra_op_num_threads = threads or 0
        self.backend, self._name = backend, name
        with self._errors("read"):
            self._session = runtime.InferenceSession(onnx, options, [_PROVIDERS[backend]])
        # where CUDA's libraries are missing it takes the CPU and only logs that
        if _PROVIDERS[backend] not in self._session.get_providers():
            raise BackendError(
                "ONNX Runtime has CUDA but cannot use it here; check with nvidia-smi that the "
                "driver sees the card, and install CUDA and cuDNN; or use --backend cpu."
            )
        self._input = self._session.get_inputs()[0].name
        self._lock = threading.Lock()

    def __call__(self, x: NDArray[np.float32]) -> NDArray[np.float32]:
        """Run the network; see `labcolor.engines.protocol.Engine`."""
        with self._lock, self._errors("run"):
            return np.asarray(self._session.run(None, {self._input: x})[0])

    @contextmanager
    def _errors(self, what: str) -> Iterator[None]:
        """Turn ONNX Runtime's exceptions, which have no common ancestor, into ours."""
        try:
            yield
        except Exception as error:
            version = _onnxruntime().__version__
            reason = str(error).partition(" : ")[2].strip(" .\n") or str(error).strip(" .\n")
            reason = reason.splitlines()[0]
            message = f"ONNX Runtime {version} cannot {what} {self._name}: {reason}."
            raise WeightsError(message) from error


def _onnxruntime() -> Any:
    try:
        import onnxruntime
    except ImportError as error:
        message = (
            f"ONNX Runtime cannot be imported ({error}); install it: "
            "pip install 'labcolor[onnxruntime]'."
        )
        raise BackendError(message) from error
    return onnxruntime
