"""What runs networks, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from labcolor.engine import Backend, Engine, gains_from_rewriting, resolve_backend
from labcolor.errors import BackendError, UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from labcolor.networks.rewriting import Rewriting

ENGINES = ("opencv", "openvino", "openvino-bfloat16")
"""OpenCV's own; OpenVINO in float32, with the same colours; OpenVINO in bfloat16."""


class Running(Protocol):
    """A network that is ready to run; may be called from several threads."""

    backend: Backend

    def __call__(self, x: NDArray[np.float32]) -> NDArray[np.float32]:
        """Run the network on an input of its shape, (1, C, H, W)."""


def resolve(engine: str, backend: str = "auto") -> Backend:
    """Choose what an engine runs networks on.

    Parameters
    ----------
    engine : str
        One of `ENGINES`.
    backend : {"auto", "cpu", "cuda"}
        What was asked for; see `labcolor.engine.resolve_backend`.

    Raises
    ------
    BackendError
        The engine is not installed, or not for that backend.
    UsageError
        There is no engine or no backend of that name.
    """
    if engine not in ENGINES:
        message = f"There is no engine {engine!r}: it is {', '.join(ENGINES)}."
        raise UsageError(message)
    if engine == "opencv":
        return resolve_backend(backend)
    if backend == "cuda":
        message = f"The engine {engine} runs on the CPU only; leave --engine out for CUDA."
        raise BackendError(message)
    from labcolor.openvino import check_openvino

    check_openvino()
    return resolve_backend("cpu" if backend == "auto" else backend)


def rewriting(engine: str, backend: Backend, *, once: bool) -> Rewriting:
    """Choose how a published network is written for an engine.

    Parameters
    ----------
    engine, backend : str
        As `resolve` took and returned them.
    once : bool
        Whether it is for one pass only.

    Returns
    -------
    {"none", "rows", "tiles"}
        What gives its answer soonest.
    """
    if engine != "opencv" or not gains_from_rewriting(backend):
        return "none"
    return "rows" if once else "tiles"


def start(
    engine: str, onnx: bytes, backend: Backend, threads: int | None = None, *, name: str
) -> Running:
    """Make a network ready to run.

    Parameters
    ----------
    engine, backend : str
        As `resolve` took and returned them.
    onnx : bytes
        The model, with one input and one output.
    threads : int, optional
        How many threads run it, and all that OpenCV does; by default all the cores.
    name : str
        What an error calls the network, such as the path of its file.

    Raises
    ------
    WeightsError
        The engine cannot read the model.
    BackendError
        The CPU does not compute in what the engine is for.
    """
    if engine == "opencv":
        return Engine(onnx, backend, threads, name=name)
    from labcolor.openvino import OpenVino, Precision

    precision: Precision = "bfloat16" if engine == "openvino-bfloat16" else "float32"
    return OpenVino(onnx, threads, precision=precision, name=name)
