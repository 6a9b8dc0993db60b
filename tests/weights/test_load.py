"""What `weights` may be, and what comes of it."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import logging

import numpy as np
import pytest
from pth_standin import archive, pth, stream

from labcolor.color.bins import prior
from labcolor.errors import UsageError, WeightsError
from labcolor.model.methods import METHODS
from labcolor.onnx.wire import Message
from labcolor.weights import load as loading
from labcolor.weights import store
from labcolor.weights.embedded import Settings
from labcolor.weights.load import load

REBALANCED, NOT_REBALANCED = METHODS["class_weights_model"], METHODS["class_wo_weights_model"]


def caffemodel(path):
    """Write a Caffe file with one small layer."""
    shape = Message().integer(1, 3)
    blob = Message().message(7, shape).data(5, np.ones(3, "<f4").tobytes())
    path.write_bytes(
        Message().message(100, Message().text(1, "bw_conv1_1").message(7, blob)).tobytes()
    )
    return path


@pytest.fixture
def published(tmp_path):
    """Pretend that the file of `class_weights_model` is a small one."""
    file = caffemodel(tmp_path / "small.caffemodel")
    content = file.read_bytes()
    entry = dataclasses.replace(
        REBALANCED.published,
        bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )
    method = dataclasses.replace(REBALANCED, published=entry)
    return method, file


def test_embedded_weights_are_the_default():
    weights = load(REBALANCED)
    assert weights.source == "embedded"
    assert weights.settings.gives == REBALANCED.gives
    assert weights.settings.trained_rebalance == 1
    assert 0 <= weights.settings.rebalance <= 1
    np.testing.assert_array_equal(weights.prior, prior())
    assert all(tensor.dtype == np.float16 for pair in weights.layers.values() for tensor in pair)


def test_published_weights_that_were_not_fetched_name_the_fetch():
    with pytest.raises(WeightsError, match="labcolor fetch class_weights_model"):
        load(REBALANCED, "published")


def test_a_caffe_file_carries_the_rebalancing_of_its_method(tmp_path):
    """S is S₀, and T exactly 1 / 2.606, the filler in the prototxt."""
    file = caffemodel(tmp_path / "any.caffemodel")
    for method, trained in ((REBALANCED, 1), (NOT_REBALANCED, 0)):
        how = load(method, file).settings
        assert how.network == "zhang16"
        assert how.trained_rebalance == how.rebalance == trained
        assert how.temperature == 1 / 2.606


ECCV16 = {"model1.0.weight": np.full((1, 1, 1, 1), 300.0, np.float32)} | {
    f"{norm}.{part}": np.full(1, number, np.float32)
    for norm in ("model1.4", "model2.4", *(f"model{n}.6" for n in range(3, 8)))
    for number, part in enumerate(("weight", "bias", "running_mean", "running_var"))
}


@pytest.mark.parametrize("container", [archive, stream])
def test_the_authors_pytorch_file_is_used_as_their_caffe_file_is(tmp_path, container):
    """By its content, in either container: the same names, units, S and T."""
    path = tmp_path / "any.bin"
    path.write_bytes(pth(ECCV16, container))
    weights = load(REBALANCED, path)
    assert weights.settings == load(REBALANCED, caffemodel(tmp_path / "a.bin")).settings
    [weight] = weights.layers["bw_conv1_1"]
    np.testing.assert_allclose(weight, 3)
    assert [each.item() for each in weights.layers["conv4_3norm"]] == [2, 3, 1, 0, 1]


@pytest.mark.parametrize("container", [archive, stream])
def test_siggraph17_takes_hints_and_gives_ab(tmp_path, container):
    """It is the published network of one method only."""
    path = tmp_path / "any.bin"
    path.write_bytes(pth({"model1.0.weight": np.ones((1, 4, 1, 1), np.float32)}, container))
    weights = load(METHODS["reg_full_model"], path)
    assert weights.settings == Settings("siggraph17", "ab", hints=True, side=256)
    assert list(weights.layers) == ["model1.0"]


@pytest.mark.parametrize("name", ["class_weights_model", "reg_full_model"])
def test_a_web_page_is_named_whatever_it_was_to_be(tmp_path, name):
    path = tmp_path / "weights.pth"
    path.write_bytes(b"<!DOCTYPE html><title>404</title>")
    with pytest.raises(WeightsError, match=r"weights\.pth is an HTML page"):
        load(METHODS[name], path)


def test_a_program_in_place_of_weights_is_refused(tmp_path):
    path = tmp_path / "weights.pth"
    path.write_bytes(b"\x80\x02cos\nsystem\nX\x02\x00\x00\x00id\x85R.")
    with pytest.raises(WeightsError, match=r"names 'os\.system'"):
        load(METHODS["reg_full_model"], path)


def test_an_unknown_file_is_noted_only(tmp_path, caplog):
    caplog.set_level(logging.INFO, "labcolor")
    load(REBALANCED, caffemodel(tmp_path / "mine.caffemodel"))
    assert "mine.caffemodel has an unknown checksum" in caplog.text


def test_a_known_file_is_recognised(published, caplog):
    caplog.set_level(logging.INFO, "labcolor")
    method, file = published
    load(method, file, [method])
    assert "as its authors published it" in caplog.text


def test_the_file_of_another_method_is_refused(published):
    method, file = published
    with pytest.raises(UsageError, match="--method class_weights_model"):
        load(NOT_REBALANCED, file, [method])


def test_our_prior_stands_in_for_the_authors_and_that_is_said(tmp_path, caplog):
    caplog.set_level(logging.INFO, "labcolor")
    weights = load(REBALANCED, caffemodel(tmp_path / "any.caffemodel"))
    np.testing.assert_array_equal(weights.prior, prior())
    assert "labcolor's own" in caplog.text


def test_the_authors_prior_is_used_where_it_was_fetched(tmp_path, monkeypatch):
    theirs = np.full(313, 1 / 313)
    path = tmp_path / "prior_probs.npy"
    np.save(path, theirs)
    monkeypatch.setattr(store, "prior", lambda _: path)
    weights = load(REBALANCED, caffemodel(tmp_path / "any.caffemodel"))
    np.testing.assert_allclose(weights.prior, theirs, rtol=1e-6)


def test_methods_that_labcolor_reads_no_published_weights_of_say_so(tmp_path):
    with pytest.raises(WeightsError, match="reg_part_model"):
        load(METHODS["reg_part_model"], caffemodel(tmp_path / "any.caffemodel"))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(WeightsError, match=r"nowhere\.caffemodel"):
        load(REBALANCED, tmp_path / "nowhere.caffemodel")


def npz(path, **settings):
    complete = {
        "network": "lite",
        "gives": "distribution",
        "hints": False,
        "side": 160,
        "trained_rebalance": 1.0,
        "rebalance": 0.5,
        "temperature": 0.9,
    }
    tensors = {"head.weight": np.ones((2, 1, 1, 1), "f2"), "head.bias": np.zeros(2, "f2")}
    np.savez(path, settings=np.array(json.dumps(complete | settings)), **tensors)
    return path


def test_a_file_of_ones_own_training(tmp_path):
    weights = load(REBALANCED, npz(tmp_path / "mine.npz"))
    assert (weights.settings.rebalance, weights.settings.temperature) == (0.5, 0.9)
    assert [each.dtype for each in weights.layers["head"]] == [np.float16, np.float16]


def test_weights_for_a_network_of_the_future_are_refused(tmp_path):
    with pytest.raises(WeightsError, match="'larger'"):
        load(REBALANCED, npz(tmp_path / "mine.npz", network="larger"))


@pytest.mark.parametrize("fault", ["cut", "no settings", "unknown setting", "pickled"])
def test_damaged_npz_files_are_named(tmp_path, fault):
    path = npz(tmp_path / "mine.npz", **({"extra": 1} if fault == "unknown setting" else {}))
    if fault == "cut":
        content = bytearray(path.read_bytes())
        content[60:400] = bytes(340)
        path.write_bytes(content)
    elif fault == "no settings":
        np.savez(path, weight=np.ones(3))
    elif fault == "pickled":
        np.savez(path, settings=np.array([object()], dtype=object))
    with pytest.raises(WeightsError, match=r"mine\.npz is damaged"):
        load(REBALANCED, path)


def test_released_temperature():
    assert pytest.approx(0.3838, abs=1e-4) == loading.RELEASED_TEMPERATURE
