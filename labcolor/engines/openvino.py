"""Runs a network with OpenVINO, an optional package, on the same ONNX bytes as cv2.dnn."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from labcolor.engines.opencv import set_threads
from labcolor.engines.protocol import Backend
from labcolor.errors import BackendError, WeightsError

Precision: TypeAlias = Literal["float32", "bfloat16"]

_HINTS: dict[Precision, str] = {"float32": "f32", "bfloat16": "bf16"}
_TELEMETRY = "openvino_telemetry"


def check_openvino() -> None:
    """Refuse an OpenVINO that is not there.

    Raises
    ------
    BackendError
        It cannot be imported.
    """
    _openvino()


class OpenVino:
    """A network that is ready to run; see `labcolor.engines.protocol.Engine`.

    Calls from several threads are safe and wait for one another, since one pass keeps all the
    cores busy.

    Parameters
    ----------
    onnx : bytes
        The model, with one input and one output.
    threads : int, optional
        How many threads run it; by default all the cores. As OpenCV does everything else, its
        number is set too, for the whole process.
    precision : {"float32", "bfloat16"}
        What products are computed in. float32 gives OpenCV's ab to 2e-4; bfloat16 takes half the
        time, and with the embedded weights moves ab by 0.2 to 0.4 in the mean, 3 at most, of
        `reg_full_model` by 1.3 and 7.
    name : str, optional
        What an error calls the network, such as the path of its file.

    Attributes
    ----------
    backend : {"cpu"}
        What it runs on.

    Raises
    ------
    BackendError
        OpenVINO is not installed, or bfloat16 was asked for and the CPU does not compute in it.
    WeightsError
        OpenVINO cannot read the model.
    UsageError
        `threads` is not positive.
    """

    backend: Backend = "cpu"

    def __init__(
        self,
        onnx: bytes,
        threads: int | None = None,
        *,
        precision: Precision = "float32",
        name: str = "this network",
    ) -> None:
        set_threads(threads, "OpenVINO")
        core = _openvino().Core()
        if precision == "bfloat16":
            _check_bfloat16(core)
        self._name = name
        settings: dict[str, Any] = {
            "INFERENCE_PRECISION_HINT": _HINTS[precision],
            "PERFORMANCE_HINT": "LATENCY",
        }
        if threads is not None:
            settings["INFERENCE_NUM_THREADS"] = threads
        with self._errors("read"):
            model = core.read_model(onnx)
            self._request = core.compile_model(model, "CPU", settings).create_infer_request()
        self._lock = threading.Lock()

    def __call__(self, x: NDArray[np.float32]) -> NDArray[np.float32]:
        """Run the network; see `labcolor.engines.protocol.Engine`."""
        with self._lock, self._errors("run"):
            (y,) = self._request.infer([x], share_inputs=True).values()
            return np.asarray(y)

    @contextmanager
    def _errors(self, what: str) -> Iterator[None]:
        """Let OpenVINO's complaints be ours, without the lines of its source."""
        try:
            yield
        except RuntimeError as error:
            lines = [
                line.strip(" .")
                for line in str(error).splitlines()
                if line.strip() and not line.startswith(("Exception from", "Check '"))
            ]
            version = _openvino().get_version().partition("-")[0]
            message = f"OpenVINO {version} cannot {what} {self._name}: {'; '.join(lines)}."
            raise WeightsError(message) from error


def _openvino() -> Any:
    """Import OpenVINO, but not what reports that to Google Analytics: only `fetch` goes online."""
    absent = _TELEMETRY not in sys.modules
    if absent:
        sys.modules[_TELEMETRY] = None  # type: ignore[assignment]
    try:
        import openvino
    except ImportError as error:
        message = (
            f"OpenVINO cannot be imported ({error}); install it: pip install 'labcolor[openvino]'."
        )
        raise BackendError(message) from error
    finally:
        if absent:
            del sys.modules[_TELEMETRY]
    return openvino


def _check_bfloat16(core: Any) -> None:
    """Refuse to emulate: it would be slower than float32, and no better."""
    if "BF16" not in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES"):
        message = "This CPU does not compute in bfloat16; --engine openvino runs in float32."
        raise BackendError(message)
