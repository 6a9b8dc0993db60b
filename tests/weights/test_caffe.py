"""Caffe models are read as Caffe wrote them, and nothing else is taken for one."""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import numpy as np
import pytest

from labcolor.errors import WeightsError
from labcolor.onnx.wire import Message, encode_varint
from labcolor.weights.caffe import read_caffemodel

NUMBERS = np.arange(24, dtype=np.float32).reshape(2, 3, 2, 2) - 11.5


def packed(field, array):
    """Return one length-delimited field with all numbers."""
    return Message().data(field, array.tobytes()).tobytes()


def unpacked(field, array):
    """Return one 32- or 64-bit field for each number."""
    tag = encode_varint(field << 3 | (5 if array.itemsize == 4 else 1))
    return b"".join(tag + number.tobytes() for number in array.ravel())


def blob_shape(*sizes, pack=True):
    dims = Message()
    if pack:
        dims.data(1, b"".join(map(encode_varint, sizes)))
    else:
        for size in sizes:
            dims.integer(1, size)
    return Message().message(7, dims).tobytes()


def legacy_shape(*sizes):
    message = Message()
    for field, size in enumerate(sizes, 1):
        message.integer(field, size)
    return message.tobytes()


def caffemodel(*blobs, name="conv1", layers=100, fields=(1, 7)):
    """Return a model of one layer, with a few fields that are of no interest."""
    layer = Message().text(fields[0], name).text(2 if layers == 100 else 3, "Convolution")
    for blob in blobs:
        layer.data(fields[1], blob)
    return Message().text(1, "net").message(layers, layer).integer(5, 0).tobytes()


@pytest.mark.parametrize("data", [packed(5, NUMBERS), unpacked(5, NUMBERS)], ids=["packed", "not"])
@pytest.mark.parametrize(
    "shape",
    [blob_shape(2, 3, 2, 2), blob_shape(2, 3, 2, 2, pack=False), legacy_shape(2, 3, 2, 2)],
    ids=["shape", "shape-not-packed", "legacy"],
)
def test_every_form_of_a_blob_is_read(tmp_path, shape, data):
    """Shape before data and after it, as protobuf allows any order."""
    path = tmp_path / "a.caffemodel"
    path.write_bytes(caffemodel(shape + data, data + shape))

    layers = read_caffemodel(path)

    assert list(layers) == ["conv1"]
    for blob in layers["conv1"]:
        assert blob.dtype == np.float32
        np.testing.assert_array_equal(blob, NUMBERS)


@pytest.mark.parametrize("form", [packed, unpacked])
def test_doubles_become_float32(tmp_path, form):
    """double_data is what a Caffe that computed in double precision has written."""
    path = tmp_path / "a.caffemodel"
    path.write_bytes(caffemodel(blob_shape(2, 12) + form(8, NUMBERS.astype(np.float64))))

    [blob] = read_caffemodel(path)["conv1"]

    assert blob.dtype == np.float32
    np.testing.assert_array_equal(blob, NUMBERS.reshape(2, 12))


def test_v1_layers_are_read(tmp_path):
    """V1LayerParameter has its name in field 4 and its blobs in field 6."""
    path = tmp_path / "a.caffemodel"
    blob = legacy_shape(2, 3, 2, 2) + packed(5, NUMBERS)
    path.write_bytes(caffemodel(blob, layers=2, fields=(4, 6)))

    np.testing.assert_array_equal(read_caffemodel(path)["conv1"][0], NUMBERS)


def test_layers_without_blobs_are_left_out(tmp_path):
    """ReLUs and Python layers have nothing to read."""
    path = tmp_path / "a.caffemodel"
    conv = caffemodel(blob_shape(24) + packed(5, NUMBERS))
    path.write_bytes(caffemodel(name="relu") + conv)

    assert list(read_caffemodel(path)) == ["conv1"]


@pytest.mark.skipif(not hasattr(cv2.dnn, "readNetFromCaffe"), reason="OpenCV 5 reads no Caffe")
@pytest.mark.parametrize("shape_of", [blob_shape, legacy_shape])
def test_opencv_reads_the_same_numbers(tmp_path, shape_of):
    """OpenCV's own Caffe importer is built from caffe.proto."""
    path = tmp_path / "a.caffemodel"
    bias = blob_shape(4) + packed(5, NUMBERS[0, 0])
    path.write_bytes(caffemodel(shape_of(4, 3, 2, 1) + packed(5, NUMBERS), bias))
    deploy = b"""input: "x" input_dim: 1 input_dim: 3 input_dim: 5 input_dim: 5
        layer { name: "conv1" type: "Convolution" bottom: "x" top: "conv1"
        convolution_param { num_output: 4 kernel_h: 2 kernel_w: 1 } }"""
    content = np.frombuffer(path.read_bytes(), np.uint8)
    net = cv2.dnn.readNetFromCaffe(np.frombuffer(deploy, np.uint8), content)

    weight, bias = read_caffemodel(path)["conv1"]

    np.testing.assert_array_equal(weight, net.getParam("conv1", 0))
    np.testing.assert_array_equal(bias, net.getParam("conv1", 1).ravel())


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "is empty"),
        (b"<!DOCTYPE html><title>Google Drive - Virus scan warning</title>", "is an HTML page"),
        (b"\n  <html><body>Code: (404)</body></html>", "is an HTML page"),
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:f5af1e\n",
            "is a Git LFS pointer",
        ),
        (b"PK\x03\x04" + bytes(100), "is a PyTorch file"),
        (b"\x80\x02}q\x00(X\x0f", "is a PyTorch file"),
        (b'name: "LtoAB"\nlayer {', "is a text, perhaps the .prototxt"),
        (bytes(range(256)), "is not a Caffe model"),
        (b"\x00" * 64, "is not a Caffe model"),
        (Message().text(1, "net").tobytes(), "is not a Caffe model"),
        (Message().integer(100, 3).tobytes(), "is not a Caffe model"),
        (caffemodel(blob_shape(25) + packed(5, NUMBERS)), "is not a Caffe model"),
        (
            caffemodel(blob_shape(24) + packed(5, NUMBERS))[:60],
            "is not a Caffe model, or only the",
        ),
    ],
)
def test_what_is_no_model_gets_one_error_that_says_what_it_is(tmp_path, content, complaint):
    """The message names the file, what it is and what to do."""
    path = tmp_path / "colorization_release_v2.caffemodel"
    path.write_bytes(content)

    with pytest.raises(WeightsError) as caught:
        read_caffemodel(path)

    assert str(caught.value).startswith(f"{path} {complaint}")
    assert "sha256" in str(caught.value)


@pytest.mark.parametrize("missing", [1, 50, 100])
def test_a_file_that_is_cut_short_is_refused(tmp_path, missing):
    """A download that stopped in the second layer."""
    path = tmp_path / "a.caffemodel"
    blob = blob_shape(24) + packed(5, NUMBERS)
    path.write_bytes((caffemodel(blob) + caffemodel(blob, name="conv2"))[: -missing - 2])

    with pytest.raises(WeightsError, match="is damaged or cut short; get the"):
        read_caffemodel(path)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(WeightsError, match=r"none\.caffemodel cannot be read"):
        read_caffemodel(tmp_path / "none.caffemodel")


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(WeightsError, match="cannot be read"):
        read_caffemodel(tmp_path)


def test_a_file_that_becomes_shorter_while_it_is_read_is_told(tmp_path, monkeypatch):
    """As on a network drive; what was not read is not taken for weights."""
    path = tmp_path / "v2.caffemodel"
    path.write_bytes(bytes(100))
    real = os.stat_result((0o100644, *path.stat()[1:6], 200, *path.stat()[7:]))
    monkeypatch.setattr(Path, "stat", lambda *_, **__: real)
    with pytest.raises(WeightsError, match=r"v2\.caffemodel cannot be read: it became shorter"):
        read_caffemodel(path)
