"""Engines go by names, and each has its way of writing a published network."""

from __future__ import annotations

import sys

import cv2
import numpy as np
import pytest

from labcolor import engines
from labcolor.engine import Engine
from labcolor.errors import BackendError, UsageError
from labcolor.networks.onnx import Graph


@pytest.fixture
def without_openvino(monkeypatch):
    monkeypatch.setitem(sys.modules, "openvino", None)


def test_opencv_is_there_and_runs_on_what_was_asked_for():
    net = Graph("identity", (1, 1, 2, 2))
    onnx = net.tobytes(net.relu(net.input), (1, 1, 2, 2))

    running = engines.start("opencv", onnx, engines.resolve("opencv", "cpu"), name="a network")

    assert isinstance(running, Engine)
    assert running.backend == "cpu"
    np.testing.assert_array_equal(running(np.ones((1, 1, 2, 2), np.float32)), 1)


def test_an_unknown_engine_is_wrong_usage():
    with pytest.raises(UsageError, match="no engine 'tensorrt': it is opencv, openvino, "):
        engines.resolve("tensorrt")


@pytest.mark.parametrize("engine", ["openvino", "openvino-bfloat16"])
@pytest.mark.usefixtures("without_openvino")
def test_a_missing_package_is_named_with_what_brings_it(engine):
    with pytest.raises(BackendError, match=r"pip install 'labcolor\[openvino\]'"):
        engines.resolve(engine)


def test_openvino_is_not_for_cuda():
    """Whether it is there or not."""
    with pytest.raises(BackendError, match="runs on the CPU only"):
        engines.resolve("openvino", "cuda")


@pytest.mark.parametrize(
    ("engine", "version", "backend", "once", "expected"),
    [
        ("opencv", "4.11.0", "cpu", True, "rows"),
        ("opencv", "4.11.0", "cpu", False, "tiles"),
        ("opencv", "5.0.0", "cpu", True, "none"),
        ("opencv", "4.11.0", "cuda", False, "none"),
        ("openvino", "4.11.0", "cpu", False, "none"),
    ],
)
def test_only_opencv_4_on_a_cpu_gains_from_rewriting(
    monkeypatch, engine, version, backend, once, expected
):
    monkeypatch.setattr(cv2, "__version__", version)
    assert engines.rewriting(engine, backend, once=once) == expected
