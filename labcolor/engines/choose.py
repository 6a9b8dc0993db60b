"""Engines by name."""

from __future__ import annotations

from labcolor.engines.protocol import Backend, Engine
from labcolor.errors import BackendError, UsageError

ENGINES = ("auto", "opencv", "onnxruntime", "openvino", "openvino-bfloat16")
"""The default, which is the next one; cv2.dnn; ONNX Runtime and OpenVINO, which are optional
packages and give the same colours; OpenVINO in bfloat16."""


def resolve(engine: str, backend: str = "auto") -> tuple[str, Backend]:
    """Choose the engine, and what it runs networks on.

    Parameters
    ----------
    engine : str
        One of `ENGINES`.
    backend : {"auto", "cpu", "cuda"}
        What was asked for; see `labcolor.engines.opencv.resolve_backend`.

    Returns
    -------
    engine : str
        Its name, which is never "auto".
    backend : {"cpu", "cuda"}
        What is there and will be used.

    Raises
    ------
    BackendError
        The engine is not installed, or not for that backend.
    UsageError
        There is no engine or no backend of that name.
    """
    from labcolor.engines.opencv import resolve_backend

    if engine not in ENGINES:
        message = f"There is no engine {engine!r}: it is {', '.join(ENGINES)}."
        raise UsageError(message)
    if engine in ("auto", "opencv"):
        return "opencv", resolve_backend(backend)
    if engine == "onnxruntime":
        from labcolor.engines.onnxruntime import resolve_provider

        return engine, resolve_provider(backend)
    if backend == "cuda":
        message = f"The engine {engine} runs on the CPU only; leave --engine out for CUDA."
        raise BackendError(message)
    from labcolor.engines.openvino import check_openvino

    check_openvino()
    return engine, resolve_backend("cpu" if backend == "auto" else backend)


def start(
    engine: str,
    onnx: bytes,
    backend: Backend = "cpu",
    threads: int | None = None,
    *,
    name: str = "this network",
) -> Engine:
    """Make a network ready to run.

    Parameters
    ----------
    engine, backend : str
        As `resolve` returned them.
    onnx : bytes
        The model, with one input and one output.
    threads : int, optional
        How many threads run it, and all that OpenCV does; by default all the cores.
    name : str, optional
        What an error calls the network, such as the path of its file.

    Raises
    ------
    WeightsError
        The engine cannot read the model.
    BackendError
        The CPU does not compute in what the engine is for.
    UsageError
        The number of threads is not positive.
    """
    if engine == "opencv":
        from labcolor.engines.opencv import OpenCv

        return OpenCv(onnx, backend, threads, name=name)
    if engine == "onnxruntime":
        from labcolor.engines.onnxruntime import OnnxRuntime

        return OnnxRuntime(onnx, backend, threads, name=name)
    from labcolor.engines.openvino import OpenVino, Precision

    precision: Precision = "bfloat16" if engine == "openvino-bfloat16" else "float32"
    return OpenVino(onnx, threads, precision=precision, name=name)
