"""ONNX Runtime gives the colours that OpenCV gives, or says why it cannot."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest
import skimage.data
from pth_standin import pth, stream
from trained_standin import trained_layers, trained_state
from zhang16_standin import caffemodel

from labcolor import Colorizer
from labcolor.engines.onnxruntime import OnnxRuntime, resolve_provider
from labcolor.errors import BackendError, UsageError, WeightsError
from labcolor.model.methods import METHODS

onnxruntime = pytest.importorskip("onnxruntime", reason="an optional package")


@pytest.fixture(scope="module")
def photographs():
    colour = (skimage.data.astronaut(), skimage.data.coffee())
    return [cv2.cvtColor(each, cv2.COLOR_RGB2GRAY) for each in colour]


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """Return stand-ins of the published files, of trained kernels, by method."""
    folder = tmp_path_factory.mktemp("published")
    v2, siggraph17 = folder / "v2.caffemodel", folder / "siggraph17.pth"
    v2.write_bytes(caffemodel(trained_layers()))
    counted = "num_batches_tracked"
    state = {k: v for k, v in trained_state().items() if not k.endswith(counted)}
    siggraph17.write_bytes(pth(state, stream))
    return {"class_weights_model": v2, "reg_full_model": siggraph17}


def assert_alike(photographs, method, weights=None):
    opencv = Colorizer(method, weights, backend="cpu")
    other = Colorizer(method, weights, backend="cpu", engine="onnxruntime")
    for each in photographs:
        ab = opencv.chroma(each)
        assert ab.std() > 2
        np.testing.assert_allclose(other.chroma(each), ab, rtol=0, atol=5e-4)


@pytest.mark.parametrize("method", METHODS)
def test_ab_of_the_embedded_networks_is_that_of_opencv(photographs, method):
    """To 5e-4 in ab."""
    assert_alike(photographs, method)


@pytest.mark.parametrize("method", ["class_weights_model", "reg_full_model"])
def test_ab_of_the_published_networks_is_that_of_opencv(photographs, published, method):
    """To 5e-4 in ab, with trained kernels in the published shapes."""
    assert_alike(photographs, method, published[method])


def test_threads_do_not_get_each_others_results(tripling):
    engine = OnnxRuntime(tripling)
    inputs = [np.full((1, 1, 4, 6), i, np.float32) for i in range(100)]

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(engine, inputs))

    assert engine.backend == "cpu"
    assert all(y.dtype == np.float32 and (y == 3 * i + 1).all() for i, y in enumerate(results))


def test_a_model_that_it_cannot_read_is_bad_weights(capfd):
    with pytest.raises(WeightsError, match=r"^ONNX Runtime \S+ cannot read my\.onnx: [^\n]*\.$"):
        OnnxRuntime(b"\x08\x08\x12\x04not onnx at all", name="my.onnx")
    assert not capfd.readouterr().err


def test_an_input_of_another_shape_is_bad_weights(tripling):
    with pytest.raises(WeightsError, match=r"cannot run this network: [^\n]*dimensions"):
        OnnxRuntime(tripling)(np.zeros((1, 2, 4, 6), np.float32))


def test_no_threads_are_wrong_usage(tripling):
    with pytest.raises(UsageError, match="at least 1"):
        OnnxRuntime(tripling, threads=0)


def test_cuda_is_refused_where_the_build_has_none(monkeypatch):
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ["CPUExecutionProvider"])
    assert resolve_provider("auto") == "cpu"
    with pytest.raises(BackendError, match=r"built without CUDA; .* pip install onnxruntime-gpu"):
        resolve_provider("cuda")


def test_cuda_is_taken_where_it_is_and_never_replaced_by_the_cpu(monkeypatch, tripling):
    """A build with CUDA whose libraries do not load falls back by itself: that is an error."""
    providers = ["CUDAExecutionProvider", "CPUExecutionProvider"]
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: providers)
    assert resolve_provider("auto") == "cuda"
    assert resolve_provider("cpu") == "cpu"

    class Fallback:
        def __init__(self, *_):
            pass

        def get_providers(self):
            return ["CPUExecutionProvider"]

    monkeypatch.setattr(onnxruntime, "InferenceSession", Fallback)
    with pytest.raises(BackendError, match="cannot use it here; check with nvidia-smi"):
        OnnxRuntime(tripling, "cuda")
