"""Networks run on what was asked for, or say why they do not."""

from __future__ import annotations

import logging
import re
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest

from labcolor.engines.opencv import OpenCv, resolve_backend
from labcolor.errors import BackendError, UsageError, WeightsError

CUDA_BUILD = "  NVIDIA CUDA:                   YES (ver 13.1.80, CUFFT CUBLAS)\n"


def pretend(monkeypatch, *, version="4.13.0", build=CUDA_BUILD, devices=1, targets=(6, 7)):
    """Make this OpenCV look like another one."""
    monkeypatch.setattr(cv2, "__version__", version)
    monkeypatch.setattr(cv2, "getBuildInformation", lambda: build)
    monkeypatch.setattr(cv2.cuda, "getCudaEnabledDeviceCount", lambda: devices)
    monkeypatch.setattr(cv2.dnn, "getAvailableTargets", lambda _: targets)


def test_a_network_runs(tripling):
    x = np.arange(24, dtype=np.float32).reshape(1, 1, 4, 6)

    y = OpenCv(tripling)(x)

    assert y.dtype == np.float32
    np.testing.assert_array_equal(y, 3 * x + 1)


def test_a_result_outlives_the_next_call(tripling):
    """The net's own buffer is not handed out."""
    engine = OpenCv(tripling, "cpu")
    first = engine(np.zeros((1, 1, 4, 6), np.float32))
    engine(np.ones((1, 1, 4, 6), np.float32))

    assert (first == 1).all()


def test_threads_do_not_get_each_others_results(tripling):
    """cv2.dnn.Net alone would mix them up."""
    engine = OpenCv(tripling, "cpu")
    inputs = [np.full((1, 1, 4, 6), i, np.float32) for i in range(200)]

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(engine, inputs))

    assert all((y == 3 * i + 1).all() for i, y in enumerate(results))


def test_auto_takes_cuda_where_it_is_and_logs_it(monkeypatch, caplog):
    pretend(monkeypatch)

    with caplog.at_level(logging.INFO, "labcolor"):
        assert resolve_backend("auto") == "cuda"

    assert "CUDA" in caplog.text
    assert resolve_backend("cuda") == "cuda"
    assert resolve_backend("cpu") == "cpu"


OBSTACLES = [
    pytest.param({"version": "5.0.0"}, "CPU only; install an OpenCV 4 built with CUDA", id="5"),
    pytest.param({"build": "  FFMPEG: YES\n"}, "built without CUDA; install", id="no CUDA"),
    pytest.param(
        {"build": "  NVIDIA CUDA:     NO\n"}, "built without CUDA; install", id="CUDA: NO"
    ),
    pytest.param({"devices": 0}, "sees no CUDA device; check", id="no device"),
    pytest.param({"devices": -1}, "sees no CUDA device; check", id="no driver"),
    pytest.param({"targets": ()}, "not for networks on this card; install", id="no cuDNN"),
]


@pytest.mark.parametrize(("opencv", "complaint"), OBSTACLES)
def test_cuda_that_is_not_there_is_an_error_and_never_the_cpu(
    monkeypatch, tripling, opencv, complaint
):
    """Each way of lacking it has its own remedy."""
    pretend(monkeypatch, **opencv)

    with pytest.raises(BackendError, match=complaint):
        resolve_backend("cuda")
    with pytest.raises(BackendError, match=complaint):
        OpenCv(tripling, "cuda")


@pytest.mark.parametrize(("opencv", "complaint"), OBSTACLES)
def test_auto_takes_the_cpu_where_there_is_no_cuda(
    monkeypatch, caplog, tripling, opencv, complaint
):
    """It says so, and why not CUDA only to who looks for that."""
    pretend(monkeypatch, **opencv)

    with caplog.at_level(logging.DEBUG, "labcolor"):
        engine = OpenCv(tripling, "auto")

    assert engine.backend == "cpu"
    said = {record.levelname: record.getMessage() for record in caplog.records}
    assert said["INFO"] == "Networks run on the CPU."
    assert re.search(complaint, said["DEBUG"])


@pytest.mark.parametrize("version", ["4.10.0", "3.4.18", "4.8.1-dev"])
def test_an_old_opencv_is_refused(monkeypatch, version):
    monkeypatch.setattr(cv2, "__version__", version)

    with pytest.raises(BackendError, match=f"OpenCV {version} .* pip install --upgrade"):
        resolve_backend("cpu")


def test_an_opencv_without_networks_is_refused(monkeypatch):
    """Distributions build some without the dnn module."""
    monkeypatch.delattr(cv2, "dnn")

    with pytest.raises(BackendError, match="lacks its dnn module"):
        resolve_backend("cpu")


def test_an_unknown_backend_is_wrong_usage():
    with pytest.raises(UsageError, match="'tpu'"):
        resolve_backend("tpu")


def test_a_model_that_opencv_cannot_read_is_bad_weights():
    """The C++ exception does not get through."""
    with pytest.raises(WeightsError, match=f"OpenCV {cv2.__version__} cannot read this network"):
        OpenCv(b"\x08\x08\x12\x04not onnx at all", "cpu")


def test_threads_are_those_of_opencv(tripling):
    """The number holds for the process; without one it is left alone."""
    before = cv2.getNumThreads()
    try:
        OpenCv(tripling, "cpu", threads=1)
        assert cv2.getNumThreads() == 1
        OpenCv(tripling, "cpu")
        assert cv2.getNumThreads() == 1
    finally:
        cv2.setNumThreads(before)


@pytest.mark.parametrize("threads", [0, -1])
def test_no_threads_are_wrong_usage(tripling, threads):
    with pytest.raises(UsageError, match="at least 1"):
        OpenCv(tripling, "cpu", threads=threads)
