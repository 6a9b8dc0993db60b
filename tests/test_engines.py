"""Engines go by names, and published networks have one that is faster."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from labcolor import engines
from labcolor.engine import Engine
from labcolor.errors import BackendError, UsageError
from labcolor.network import Network
from labcolor.networks import Steps
from labcolor.networks.ends import Input, Output
from labcolor.networks.onnx import Graph


@pytest.fixture
def without_openvino(monkeypatch):
    monkeypatch.setitem(sys.modules, "openvino", None)


TWICE = {"twice": [np.full((1, 1, 1, 1), 2, np.float32), np.ones(1, np.float32)]}


def twice(net, x, layers):
    """Add, or compute, 2x + 1."""
    return net.conv(x, *layers["twice"], name="twice")


def a_network(steps=None):
    """Return a network that gives what it is given, where that is positive."""
    net = Graph("identity", (1, 1, 2, 2))
    onnx = net.tobytes(net.relu(net.input), (1, 1, 2, 2))
    ends = Input(hints=False), Output("ab")
    return Network("identity", "embedded", lambda: onnx, 2, *ends, steps=steps)


def test_opencv_is_there_and_runs_on_what_was_asked_for():
    running = engines.start("opencv", a_network(), engines.resolve("opencv", "cpu"))

    assert isinstance(running, Engine)
    assert running.backend == "cpu"
    np.testing.assert_array_equal(running(np.ones((1, 1, 2, 2), np.float32)), 1)


def test_an_unknown_engine_is_wrong_usage():
    with pytest.raises(UsageError, match="no engine 'tensorrt': it is auto, opencv, numpy, "):
        engines.resolve("tensorrt")


@pytest.mark.parametrize("engine", ["openvino", "openvino-bfloat16"])
@pytest.mark.usefixtures("without_openvino")
def test_a_missing_package_is_named_with_what_brings_it(engine):
    with pytest.raises(BackendError, match=r"pip install 'labcolor\[openvino\]'"):
        engines.resolve(engine)


@pytest.mark.parametrize("engine", ["openvino", "numpy"])
def test_others_are_not_for_cuda(engine):
    """Whether they are there or not."""
    with pytest.raises(BackendError, match="runs on the CPU only"):
        engines.resolve(engine, "cuda")


@pytest.mark.parametrize(
    ("asked", "backend", "computable", "blas", "expected"),
    [
        ("auto", "cpu", True, "scipy-openblas", "numpy"),
        ("auto", "cpu", True, "Accelerate", "numpy"),
        ("auto", "cpu", True, "blas", "opencv"),
        ("auto", "cpu", False, "scipy-openblas", "opencv"),
        ("auto", "cuda", True, "scipy-openblas", "opencv"),
        ("opencv", "cpu", True, "scipy-openblas", "opencv"),
        ("numpy", "cpu", True, "blas", "numpy"),
        ("openvino", "cpu", True, "scipy-openblas", "openvino"),
    ],
)
def test_numpy_runs_published_networks_where_its_product_is_fast(
    monkeypatch, asked, backend, computable, blas, expected
):
    built = {"Build Dependencies": {"blas": {"name": blas}}}
    monkeypatch.setattr(np, "show_config", lambda **_: built)
    network = a_network(steps=Steps(twice, TWICE) if computable else None)

    assert engines.choose(asked, network, backend) == expected


def test_numpy_is_refused_for_what_it_cannot_run():
    message = "numpy runs the published networks only, not identity from embedded; leave --engine"
    with pytest.raises(UsageError, match=message):
        engines.choose("numpy", a_network(), "cpu")


def test_numpy_runs_what_a_network_does_layer_by_layer():
    """Whatever the threads; a result stays as it is when others follow."""
    running = engines.start("numpy", a_network(steps=Steps(twice, TWICE)), "cpu", 3)
    inputs = [np.full((1, 1, 4, 6), i, np.float32) for i in range(20)]

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(running, inputs))

    assert running.backend == "cpu"
    assert all((y == 2 * i + 1).all() and y.shape == (1, 1, 4, 6) for i, y in enumerate(results))


@pytest.mark.parametrize("engine", ["opencv", "numpy"])
def test_no_threads_are_wrong_usage(engine):
    network = a_network(steps=Steps(twice, TWICE))
    with pytest.raises(UsageError, match="cannot run on 0 threads: at least 1"):
        engines.start(engine, network, "cpu", 0)
