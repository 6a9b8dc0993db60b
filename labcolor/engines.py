"""What runs networks, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from labcolor.engine import Backend, Engine, resolve_backend
from labcolor.errors import BackendError, UsageError
from labcolor.network import Network

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ENGINES = ("auto", "opencv", "numpy", "openvino", "openvino-bfloat16")
"""The fastest of the next two; OpenCV's own; for the published networks NumPy, with the same
colours; OpenVINO in float32, with the same colours; OpenVINO in bfloat16."""


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
    if engine in ("auto", "opencv"):
        return resolve_backend(backend)
    if backend == "cuda":
        message = f"The engine {engine} runs on the CPU only; leave --engine out for CUDA."
        raise BackendError(message)
    if engine != "numpy":
        from labcolor.openvino import check_openvino

        check_openvino()
    return resolve_backend("cpu" if backend == "auto" else backend)


def choose(engine: str, network: Network, backend: Backend) -> str:
    """Return the engine, or for "auto" the one that is the fastest for a network.

    That is NumPy for the published networks on a CPU, if its matrix product is a fast one; for
    all else OpenCV.

    Parameters
    ----------
    engine, backend : str
        As `resolve` took and returned them.

    Raises
    ------
    UsageError
        NumPy was asked for and cannot run the network.
    """
    if engine == "numpy" and network.steps is None:
        message = (
            f"The engine numpy runs the published networks only, not {network.name} from "
            f"{network.source}; leave --engine out."
        )
        raise UsageError(message)
    if engine != "auto":
        return engine
    if backend == "cuda" or network.steps is None:
        return "opencv"
    from labcolor.blas import fast

    return "numpy" if fast() else "opencv"


def start(
    engine: str,
    network: Network,
    backend: Backend,
    threads: int | None = None,
    *,
    once: bool = False,
) -> Running:
    """Make a network ready to run.

    Parameters
    ----------
    engine : str
        As `choose` returned it.
    network : Network
    backend : str
        As `resolve` returned it.
    threads : int, optional
        How many threads run it, and all that OpenCV does; by default all the cores.
    once : bool
        Whether it is for one pass only, which NumPy is then ready for sooner.

    Raises
    ------
    WeightsError
        The engine cannot read the model.
    BackendError
        The CPU does not compute in what the engine is for.
    UsageError
        The number of threads is not positive, or the network does not take its size.
    """
    if engine == "numpy" and network.steps:
        from labcolor.blas import Blas

        return Blas(network.steps, threads, once=once)
    if engine == "opencv":
        return Engine(network.write(), backend, threads, name=network.source)
    from labcolor.openvino import OpenVino, Precision

    precision: Precision = "bfloat16" if engine == "openvino-bfloat16" else "float32"
    return OpenVino(network.write(), threads, precision=precision, name=network.source)
