"""Networks that people bring along: each kind gives what its TOML says that it gives."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import onnx
import pytest
from custom_standin import SIDE, write
from onnx import TensorProto, helper, numpy_helper
from skimage.color import lab2rgb, rgb2lab

from labcolor import Colorizer
from labcolor.color.bins import BINS
from labcolor.errors import UsageError, WeightsError
from labcolor.model.custom_spec import Settings
from labcolor.onnx.graph import Graph

IMAGENET = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
AB = (
    '[input]\nkind = "L"\nsize = 32\noffset = 50\nscale = 50\n[output]\nkind = "ab"\nscale = 110\n'
)
RGB = """
[input]
kind = "rgb"
size = 32
offset = [0.485, 0.456, 0.406]
scale = [0.229, 0.224, 0.225]
[output]
kind = "rgb"
offset = [0.485, 0.456, 0.406]
scale = [0.229, 0.224, 0.225]
"""
BIN = '[input]\nkind = "L"\nsize = 32\noffset = 50\nscale = 100\n[output]\nkind = "distribution"\n'


@pytest.fixture(scope="module")
def photo() -> np.ndarray:
    """Return a smooth grey picture, as large as the network's square, so that no pixel is lost."""
    y, x = np.mgrid[0:SIDE, 0:SIDE]
    return (60 + 4 * y + x).astype(np.uint8)


def lightness(photo: np.ndarray) -> np.ndarray:
    return rgb2lab(np.stack([photo / 255] * 3, -1))[..., 0]


def test_ab_of_a_network_that_works_in_numbers_from_minus_1_to_1(tmp_path, photo):
    """Its a is 0.2 and its b −0.1 times L*, all brought to −1…1."""
    path = write(tmp_path / "pix.onnx", AB, np.array([[0.2], [-0.1]]))
    expected = (lightness(photo)[..., None] - 50) / 50 * (0.2, -0.1) * 110
    np.testing.assert_allclose(Colorizer(network=path).chroma(photo), expected, atol=0.01)


def test_rgb_of_a_network_that_works_in_numbers_of_imagenet(tmp_path, photo):
    """A picture tinted by ImageNet's numbers has the ab that scikit-image finds in it."""
    path = write(tmp_path / "deo.onnx", RGB, np.diag([1.0, 0.9, 0.7]))
    mean, deviation = IMAGENET
    grey = lab2rgb(np.stack([lightness(photo), *np.zeros((2, SIDE, SIDE))], -1))
    tinted = (grey - mean) / deviation * (1.0, 0.9, 0.7) * deviation + mean
    expected = rgb2lab(np.clip(tinted, 0, 1))[..., 1:]
    assert np.abs(expected).max() > 5
    np.testing.assert_allclose(Colorizer(network=path).chroma(photo), expected, atol=0.05)


@pytest.mark.parametrize("softmax", [False, True])
def test_a_distribution_comes_before_or_after_its_softmax(tmp_path, photo, softmax):
    """Both give the expectation of the bins, and at a low temperature the likeliest one."""
    weight = np.random.default_rng(1).normal(size=(313, 1)) * 9
    toml = BIN + "softmax = true\n" if softmax else BIN
    path = write(tmp_path / "class.onnx", toml, weight, softmax=softmax)
    logits = (lightness(photo)[..., None] - 50) / 100 * weight[:, 0]
    share = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
    colorizer = Colorizer(network=path)
    np.testing.assert_allclose(colorizer.chroma(photo), share @ BINS, atol=0.02)
    np.testing.assert_allclose(
        colorizer.distribution(photo), share.transpose(2, 0, 1), rtol=1e-3, atol=1e-7
    )
    mode = Colorizer(network=path, temperature=0).chroma(photo)[0, 0]
    np.testing.assert_allclose(mode, BINS[logits[0, 0].argmax()], atol=1e-3)


@pytest.mark.parametrize(
    ("gives", "toml", "words"),
    [
        (True, BIN, "a distribution .* set softmax = true in .output. of its TOML"),
        (True, BIN + "softmax = false\n", "set softmax = true"),
        (
            False,
            BIN + "softmax = true\n",
            "numbers that are not a distribution .* set softmax = false",
        ),
    ],
)
def test_numbers_that_contradict_the_softmax_are_refused(tmp_path, photo, gives, toml, words):
    """The mistake shows at the first photograph, and the sentence has the line to write."""
    weight = np.random.default_rng(1).normal(size=(313, 1))
    path = write(tmp_path / "class.onnx", toml, weight, softmax=gives)
    with pytest.raises(WeightsError, match=f"class.onnx gave .*{words}"):
        Colorizer(network=path).chroma(photo)


def test_bins_of_its_own(tmp_path, photo):
    """Two bins beside the TOML, the second one all but certain once the scale is 100."""
    centres = np.array([[10.0, 20.0], [-30.0, 40.0]])
    np.save(tmp_path / "centres.npy", centres)
    toml = BIN + 'bins = "centres.npy"\nscale = 100\n'
    path = write(tmp_path / "two.onnx", toml, np.array([[-1.0], [-2.0]]))
    dark = np.full_like(photo, 20)
    np.testing.assert_allclose(Colorizer(network=path).chroma(dark)[5, 5], centres[1], atol=0.01)


def test_the_photograph_keeps_its_size_its_depth_and_its_lightness(tmp_path):
    path = write(tmp_path / "pix.onnx", AB, np.array([[0.2], [-0.1]]))
    photo = np.tile(np.linspace(20000, 40000, 333).astype(np.uint16), (250, 1))
    result = Colorizer(network=path)(photo)
    assert (result.shape, result.dtype) == ((250, 333, 3), np.uint16)
    after = rgb2lab(result[..., ::-1] / 65535)[..., 0]
    before = rgb2lab(np.stack([photo / 65535] * 3, -1))[..., 0]
    np.testing.assert_allclose(after, before, atol=0.002)


def exported(path: Path, sizes: tuple[int | str, ...]) -> Path:
    """Write a network with the onnx package, as exporters do, its sizes free or not."""
    value = helper.make_tensor_value_info
    weight = np.array([0.5, -0.5], np.float32).reshape(2, 1, 1, 1)
    node = helper.make_node("Conv", ["x", "w"], ["y"], kernel_shape=[1, 1])
    graph = helper.make_graph(
        [node],
        "generator",
        [value("x", TensorProto.FLOAT, sizes)],
        [value("y", TensorProto.FLOAT, (sizes[0], 2, *sizes[2:]))],
        [numpy_helper.from_array(weight, "w")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], ir_version=8)
    onnx.save(model, path)
    path.with_suffix(".toml").write_text(AB)
    return path


def test_free_sizes_follow_the_settings_and_the_option(tmp_path, photo):
    path = exported(tmp_path / "free.onnx", ("n", 1, "h", "w"))
    assert Colorizer(network=path).chroma(photo).shape == (32, 32, 2)
    assert Colorizer(network=path, input_size=64).chroma(photo).shape == (64, 64, 2)


def test_fixed_sizes_are_held_against_the_settings(tmp_path):
    path = exported(tmp_path / "fixed.onnx", (1, 1, 32, 32))
    with pytest.raises(WeightsError, match=r"fixed.onnx takes 1 × 1 × 32 × 32, not .* 64 × 64"):
        Colorizer(network=path, input_size=64)


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        (AB.replace('"L"', '"rgb"'), "takes 1 × 1 × 32 × 32, not 1 × 3 × 32 × 32"),
        (AB.replace('"ab"', '"rgb"'), "gives 1 × 2 × 32 × 32, not 1 × 3"),
        (BIN, "gives 1 × 2 × 32 × 32, not 1 × 313"),
        (AB.replace("size = 32", ""), "size of .input. must"),
        (AB.replace("size = 32", "size = 32.5"), "size of .input. must"),
        (AB.replace("size = 32", "size = true"), "size of .input. must"),
        (AB.replace('"L"', '"luma"'), 'kind of .input. must be one of "L", "rgb"'),
        (AB.replace('"ab"', '"lab"'), 'kind of .output. must be one of "distribution"'),
        (AB.replace("= 50", "= [50, 50]"), "offset of .input. must be a number"),
        (AB.replace("= 110", "= [1, 2, 3]"), "scale of .output. must be a number or a list of 2"),
        (AB.replace("= 110", "= 0"), "scale of .output. must not be 0"),
        (AB.replace("= 110", "= nan"), "scale of .output. must be"),
        (AB + "gamma = 2\n", "gamma of .output. is not known: there are kind, offset, scale"),
        (AB + 'bins = "b.npy"\n', "bins of .output. is for the kind distribution"),
        (AB + "softmax = true\n", "softmax of .output. is for the kind distribution"),
        (BIN + "softmax = 1\n", "softmax of .output. must be true or false"),
        (BIN + "offset = 1\n", "offset of .output. is not for the kind distribution"),
        (BIN + 'bins = "none.npy"\n', "bins of .output. names .*none.npy: No such file"),
        (BIN + 'bins = "two.toml"\n', "bins of .output. names .*two.toml: no .npy file"),
        ('[Input]\nkind = "L"\n', "has 'Input', which labcolor does not know"),
        ("input = 3\n", "'input' as a value"),
        (AB.split("[output]", maxsplit=1)[0], "has no table .output."),
        ("kind = \n", "two.toml is not TOML"),
        ('kind = "\xff"', None),
    ],
)
def test_settings_that_make_no_sense_are_refused_with_file_and_key(tmp_path, toml, words):
    path = write(tmp_path / "two.onnx", "", np.ones((2, 1)))
    path.with_suffix(".toml").write_text(toml, encoding="latin-1")
    with pytest.raises(WeightsError, match=words) as error:
        Colorizer(network=path)
    assert "two." in str(error.value)


DOCUMENTED = re.findall(
    r"```toml\n(.*?)```", (Path(__file__).parents[2] / "docs/networks.md").read_text("utf-8"), re.S
)


@pytest.mark.parametrize("toml", DOCUMENTED)
def test_recipes_in_the_documentation_are_read(tmp_path, toml):
    """Each makes sense, and fits a network of the planes and the size that it names."""
    path = tmp_path / "recipe.onnx"
    path.with_suffix(".toml").write_text(toml, encoding="utf-8")
    settings = Settings(path)
    seen, given, side = settings.input(), settings.output(), settings.size()
    net = Graph("generator", (1, seen.channels, side, side))
    x = net.conv(net.input, np.zeros((given.channels, seen.channels, 1, 1), np.float32))
    path.write_bytes(net.tobytes(x, (1, given.channels, side, side)))
    grey = np.full((40, 50), 128, np.uint8)
    assert Colorizer(network=path).chroma(grey).shape == (side, side, 2)


def test_bins_that_are_no_bins(tmp_path):
    path = write(tmp_path / "two.onnx", BIN + 'bins = "b.npy"\n', np.ones((2, 1)))
    for array in (np.ones((2, 3)), np.ones(2), np.full((2, 2), np.nan), np.array(["a"])):
        np.save(tmp_path / "b.npy", array)
        with pytest.raises(WeightsError, match=r"bins of .output. names .*b.npy, which is not"):
            Colorizer(network=path)


def test_files_that_are_not_there_or_something_else(tmp_path):
    for path, words in (
        (tmp_path / "none.onnx", "cannot be read .No such file"),
        (tmp_path, "is a folder"),
    ):
        with pytest.raises(WeightsError, match=words):
            Colorizer(network=path)
    path = write(tmp_path / "my.onnx", AB, np.ones((2, 1)))
    for content, words in (
        (b"<!DOCTYPE html>", "an HTML page"),
        (b"PK\x03\x04....", "a PyTorch file"),
        (path.read_bytes()[:-20], "damaged"),
        (b"", "empty"),
        (b"\x08\x07", "not an ONNX file"),
    ):
        path.write_bytes(content)
        with pytest.raises(WeightsError, match=f"my.onnx is .*{words}"):
            Colorizer(network=path)
    path.with_suffix(".toml").unlink()
    with pytest.raises(WeightsError, match=r"my.toml is missing: .*my.onnx"):
        Colorizer(network=path)


def model_of(path: Path) -> onnx.ModelProto:
    return onnx.load(exported(path, (1, 1, 32, 32)))


def test_numbers_in_another_file_are_refused(tmp_path):
    model = model_of(tmp_path / "big.onnx")
    onnx.save(
        model,
        tmp_path / "big.onnx",
        save_as_external_data=True,
        size_threshold=0,
        location="big.data",
    )
    with pytest.raises(WeightsError, match=r"big.onnx keeps its weights in another file"):
        Colorizer(network=tmp_path / "big.onnx")


def test_one_input_and_one_output(tmp_path):
    model = model_of(tmp_path / "more.onnx")
    model.graph.output.append(helper.make_tensor_value_info("w", TensorProto.FLOAT, (2, 1, 1, 1)))
    onnx.save(model, tmp_path / "more.onnx")
    with pytest.raises(WeightsError, match=r"has 2 outputs .y, w., where labcolor needs one"):
        Colorizer(network=tmp_path / "more.onnx")


def test_weights_that_are_listed_as_inputs_are_none(tmp_path, photo):
    """Exporters did so until version 4 of the format."""
    model = model_of(tmp_path / "old.onnx")
    model.graph.input.append(helper.make_tensor_value_info("w", TensorProto.FLOAT, (2, 1, 1, 1)))
    onnx.save(model, tmp_path / "old.onnx")
    assert Colorizer(network=tmp_path / "old.onnx").chroma(photo).shape == (32, 32, 2)


def test_what_opencv_cannot_read_is_told_with_its_reason(tmp_path, capfd):
    model = model_of(tmp_path / "odd.onnx")
    model.graph.node[0].op_type = "Conjuring"
    onnx.save(model, tmp_path / "odd.onnx")
    with pytest.raises(WeightsError, match=r"OpenCV .* cannot read .*odd.onnx: .*Conjuring"):
        Colorizer(network=tmp_path / "odd.onnx")
    assert capfd.readouterr().err == ""


def test_numbers_that_are_none_are_refused(tmp_path, photo):
    path = write(tmp_path / "bad.onnx", AB, np.full((2, 1), np.nan))
    with pytest.raises(WeightsError, match=r"bad.onnx gave numbers that are not finite"):
        Colorizer(network=path).chroma(photo)


def test_shapes_that_only_show_in_the_answer(tmp_path, photo):
    """The file names the sizes of its output, and that is all."""
    model = model_of(tmp_path / "mum.onnx")
    for number, size in enumerate(model.graph.output[0].type.tensor_type.shape.dim):
        size.dim_param = f"size_{number}"
    onnx.save(model, tmp_path / "mum.onnx")
    toml = AB.replace('"ab"', '"rgb"')
    (tmp_path / "mum.toml").write_text(toml)
    colorizer = Colorizer(network=tmp_path / "mum.onnx")
    with pytest.raises(WeightsError, match=r"gave 1 × 2 × 32 × 32 .*1 × 3 × height × width"):
        colorizer.chroma(photo)


@pytest.mark.parametrize(
    ("toml", "options", "words"),
    [
        (AB, {"method": "reg_full_model"}, "name no method or weights"),
        (AB, {"weights": "published"}, "name no method or weights"),
        (AB, {"rebalance": 1}, "gives ab directly"),
        (AB, {"temperature": 1}, "gives ab directly"),
        (BIN, {"rebalance": 1}, "no rebalance to set"),
        (AB, {"input_size": 0}, "at least 1"),
    ],
)
def test_options_that_it_has_no_use_for(tmp_path, toml, options, words):
    path = write(tmp_path / "my.onnx", toml, np.ones((2 if toml == AB else 313, 1)))
    with pytest.raises(UsageError, match=words):
        Colorizer(network=path, **options)
