"""Engines go by names; an optional one that is missing is named with what brings it."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from labcolor import engines
from labcolor.engines.opencv import OpenCv
from labcolor.errors import BackendError, UsageError
from labcolor.onnx.graph import Graph


def positive() -> bytes:
    """Return a network that gives what it is given, where that is positive."""
    net = Graph("positive", (1, 1, 2, 2))
    return net.tobytes(net.relu(net.input), (1, 1, 2, 2))


@pytest.mark.parametrize("name", ["auto", "opencv"])
def test_cv2_dnn_is_the_default_and_runs_on_what_was_asked_for(name):
    engine, backend = engines.resolve(name, "cpu")

    running = engines.start(engine, positive(), backend)

    assert engine == "opencv"
    assert isinstance(running, OpenCv)
    assert running.backend == "cpu"
    np.testing.assert_array_equal(running(np.ones((1, 1, 2, 2), np.float32)), 1)


@pytest.mark.parametrize("name", ["tensorrt", "numpy"])
def test_an_unknown_engine_is_wrong_usage(name):
    with pytest.raises(UsageError, match=f"no engine '{name}': it is auto, opencv, onnxruntime, "):
        engines.resolve(name)


@pytest.mark.parametrize(
    ("engine", "package"),
    [
        ("onnxruntime", "onnxruntime"),
        ("openvino", "openvino"),
        ("openvino-bfloat16", "openvino"),
    ],
)
def test_a_missing_package_is_named_with_what_brings_it(monkeypatch, engine, package):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(BackendError, match=rf"pip install 'labcolor\[{package}\]'"):
        engines.resolve(engine)


def test_openvino_is_not_for_cuda():
    """Whether it is there or not."""
    with pytest.raises(BackendError, match="runs on the CPU only"):
        engines.resolve("openvino", "cuda")


def test_no_threads_are_wrong_usage():
    with pytest.raises(UsageError, match="cannot run on 0 threads: at least 1"):
        engines.start("opencv", positive(), "cpu", 0)
