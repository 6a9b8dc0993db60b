"""The network agrees with OpenCV's Caffe importer and with PyTorch, given the same weights.

The stand-in weights have the real shapes, so whole passes are made; each net is built once.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from zhang16_standin import caffemodel, prototxt, standin_layers, standin_lightness

from labcolor.color.bins import BINS
from labcolor.engines.opencv import OpenCv
from labcolor.errors import UsageError, WeightsError
from labcolor.networks.registry import graph
from labcolor.weights.caffe import read_caffemodel

VECTOR = Path(__file__).parent / "data" / "zhang16_vector.npz"

needs_caffe = pytest.mark.skipif(
    not hasattr(cv2.dnn, "readNetFromCaffe"), reason="OpenCV 5 has no Caffe importer"
)


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """Return a .caffemodel with what a snapshot of the training has besides the network."""
    extras = {
        "data_l_meansub": (np.ones(1, np.float32), np.full(1, -50, np.float32)),
        "data_ab_ss": (np.ones((2, 1, 1, 1), np.float32), np.zeros(2, np.float32)),
    }
    path = tmp_path_factory.mktemp("zhang16") / "colorization_release_v2.caffemodel"
    path.write_bytes(caffemodel(extras | standin_layers()))
    return path


@pytest.fixture(scope="module")
def layers(released):
    return read_caffemodel(released)


@pytest.fixture(scope="module")
def caffe(released, tmp_path_factory):
    """Return OpenCV's own reading of the file, filled as the public demos fill it."""
    deploy = tmp_path_factory.mktemp("zhang16") / "colorization_deploy_v2.prototxt"
    deploy.write_text(prototxt())
    net = cv2.dnn.readNetFromCaffe(str(deploy), str(released))
    centres = BINS.T.reshape(2, 313, 1, 1).astype(np.float32)
    net.getLayer(net.getLayerId("class8_ab")).blobs = [centres]
    net.getLayer(net.getLayerId("conv8_313_rh")).blobs = [np.full((1, 313), 2.606, np.float32)]
    return net


def annealed_mean(logits):
    """Decode as the published prototxt does: softmax of 2.606 × logits, mean of the centres."""
    scaled = 2.606 * logits[0].astype(np.float64)
    weights = np.exp(scaled - scaled.max(0))
    return np.einsum("qhw,qc->chw", weights / weights.sum(0), BINS)[None]


def zhang16(layers, size, **more):
    return graph("zhang16", layers, size, gives="distribution", **more)


@needs_caffe
@pytest.mark.parametrize("size", [(224, 224), (256, 256), (232, 160)])
def test_ab_is_that_of_opencv_reading_the_caffe_files(layers, caffe, size):
    """The graph gives the colours of the published files, at any multiple of 8."""
    lightness = standin_lightness(size)
    caffe.setInput(lightness)
    expected = caffe.forward("class8_ab")

    logits = OpenCv(zhang16(layers, size), "cpu")(lightness)

    assert logits.shape == (1, 313, size[0] // 4, size[1] // 4)
    assert np.ptp(expected) > 30  # or else the weights would prove little
    # logits differ by 6e-5, which moves ab by up to 1.2e-3 where two distant bins are level
    np.testing.assert_allclose(annealed_mean(logits), expected, rtol=0, atol=2e-3)


def test_logits_and_ab_are_those_of_a_pytorch_transcription(layers):
    """The graph agrees with what make_zhang16_vector.py has stored."""
    size = (40, 48)
    expected = np.load(VECTOR)

    logits = OpenCv(zhang16(layers, size), "cpu")(standin_lightness(size))

    np.testing.assert_allclose(logits[:, ::16], expected["logits"], rtol=0, atol=1e-4)
    np.testing.assert_allclose(annealed_mean(logits), expected["ab"], rtol=0, atol=1e-3)


def test_the_graph_passes_the_checks_of_onnx(layers):
    """ONNX's own checker and shape inference accept the graph, and agree on its output."""
    onnx = pytest.importorskip("onnx")

    model = onnx.load_from_string(zhang16(layers, (64, 80)))

    onnx.checker.check_model(model, full_check=True)
    output = onnx.shape_inference.infer_shapes(model, data_prop=True).graph.output[0]
    assert [each.dim_value for each in output.type.tensor_type.shape.dim] == [1, 313, 16, 20]


def test_a_batchnorm_with_factor_0_counts_as_never_trained(layers):
    """Caffe takes the mean and the variance as 0 then, whatever the file has."""
    onnx = pytest.importorskip("onnx")
    mean, variance, _ = layers["conv7_3norm"]
    untrained = layers | {"conv7_3norm": (mean, variance, np.zeros(1, np.float32))}

    model = onnx.load_from_string(zhang16(untrained, (8, 8)))

    node = [each for each in model.graph.node if each.op_type == "BatchNormalization"][-1]
    constants = {each.name: onnx.numpy_helper.to_array(each) for each in model.graph.initializer}
    assert not constants[node.input[3]].any()
    assert not constants[node.input[4]].any()


def test_tensors_of_four_sizes_are_accepted(layers):
    """Files from before BlobShape have a bias of (1, 1, 1, n)."""
    weight, bias = layers["conv2_1"]
    old = layers | {"conv2_1": (weight, bias.reshape(1, 1, 1, -1))}

    assert zhang16(old, (8, 8)) == zhang16(layers, (8, 8))


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"conv5_2": ()}, "layer conv5_2 is missing"),
        ({"conv8_313": (np.zeros((529, 256, 1, 1)), np.zeros(529))}, "layer conv8_313 has"),
        ({"bw_conv1_1": (np.zeros((64, 3, 3, 3)), np.zeros(64))}, r"\(64, 3, 3, 3\) and \(64,\)"),
        ({"conv3_3norm": (np.zeros(256), np.zeros(256))}, "layer conv3_3norm has"),
    ],
)
def test_weights_of_another_network_are_refused(layers, change, complaint):
    """The error names the file and the first layer that differs."""
    with pytest.raises(WeightsError, match=f"other.caffemodel is not .* {complaint}"):
        zhang16(layers | change, (8, 8), source="other.caffemodel")


@pytest.mark.parametrize("size", [(230, 224), (224, 4), (0, 8)])
def test_sizes_that_the_network_cannot_take_are_refused(size):
    """Eighths of the input must be whole."""
    with pytest.raises(UsageError, match="multiples of 8"):
        zhang16({}, size)
