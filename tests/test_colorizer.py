"""The line from photograph to photograph, through the library's face."""

from __future__ import annotations

import threading

import cv2
import numpy as np
import pytest
from PIL import Image
from skimage import data
from skimage.color import rgb2lab

import labcolor
from labcolor import Colorizer
from labcolor.color.bins import BINS
from labcolor.errors import LabcolorError, PhotoError, UsageError


@pytest.fixture(scope="module")
def colorizer():
    return Colorizer()


@pytest.fixture(scope="module")
def photo():
    """Return a NASA portrait in grey, (512, 512) uint8."""
    return cv2.cvtColor(data.astronaut(), cv2.COLOR_RGB2GRAY)


def lightness_of(pixels):
    rgb = np.stack([pixels] * 3, -1) if pixels.ndim == 2 else pixels[..., ::-1]
    return rgb2lab(rgb / np.iinfo(pixels.dtype).max)[..., 0]


def in_gamut(bgr):
    return ((bgr > 0) & (bgr < np.iinfo(bgr.dtype).max)).all(-1)


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.uint8, 0.26), (np.uint16, 0.002)])
@pytest.mark.parametrize("channels", [1, 3])
def test_size_depth_and_lightness_are_kept(colorizer, photo, dtype, tolerance, channels):
    pixels = photo.astype(dtype) * (np.iinfo(dtype).max // 255)
    pixels = pixels if channels == 1 else cv2.merge([pixels] * 3)
    result = colorizer(pixels)
    assert result.shape == (512, 512, 3)
    assert result.dtype == dtype
    difference = np.abs(lightness_of(result) - lightness_of(pixels))
    assert difference[in_gamut(result)].max() <= tolerance


def test_it_gives_colour(colorizer, photo):
    """More than a tint: the mean chroma of the portrait is well above zero."""
    assert np.hypot(*np.moveaxis(colorizer.chroma(photo), -1, 0)).mean() > 3


def test_grey_and_colour_versions_of_a_photograph_come_out_alike(colorizer, photo):
    np.testing.assert_allclose(
        colorizer.chroma(photo), colorizer.chroma(cv2.merge([photo] * 3)), atol=0.05
    )


def test_eight_and_sixteen_bit_come_out_alike(colorizer, photo):
    deep = photo.astype(np.uint16) * 257
    np.testing.assert_allclose(colorizer.chroma(photo), colorizer.chroma(deep), atol=0.05)


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (300, 1), (7, 5), (333, 1000)])
def test_any_size(colorizer, shape):
    pixels = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    assert colorizer(pixels).shape == (*shape, 3)


@pytest.mark.parametrize("size", [64, 80, 256])
def test_input_sizes_that_are_multiples_of_16(photo, size):
    """The output grid is a quarter of what the network sees."""
    assert Colorizer(input_size=size).chroma(photo).shape == (size // 4, size // 4, 2)


def test_distribution_is_one_and_its_annealed_mean_is_the_chroma(colorizer, photo):
    distribution = colorizer.distribution(photo)
    chroma = colorizer.chroma(photo)
    assert distribution.shape == (313, *chroma.shape[:2])
    np.testing.assert_allclose(distribution.sum(0), 1, atol=1e-4)
    annealed = distribution.astype(np.float64) ** (1 / colorizer.temperature)
    annealed /= annealed.sum(0)
    np.testing.assert_allclose(chroma, np.einsum("qhw,qc->hwc", annealed, BINS), atol=0.02)


def mean_chroma(photo, **options):
    return np.hypot(*np.moveaxis(Colorizer(**options).chroma(photo), -1, 0)).mean()


def test_more_rebalancing_is_more_vivid(photo):
    safe, middle, vivid = (mean_chroma(photo, rebalance=s) for s in (0, 0.5, 1))
    assert safe < middle < vivid


def test_strength_multiplies_ab(photo):
    assert mean_chroma(photo, strength=2) == pytest.approx(2 * mean_chroma(photo), rel=1e-5)


def test_strength_zero_gives_the_photograph_back(photo):
    np.testing.assert_array_equal(Colorizer(strength=0)(photo), cv2.merge([photo] * 3))


def test_temperature_zero_gives_centres_of_bins(photo):
    chroma = Colorizer(temperature=0).chroma(photo).reshape(-1, 2)
    distance = np.abs(chroma[:, None] - BINS).sum(-1).min(1)
    assert distance.max() < 1e-3


def test_several_threads_share_one(colorizer, photo):
    """Pictures of different sizes at once come out as they do one after the other."""
    pictures = [photo[: 100 + 50 * i, : 300 - 40 * i] for i in range(5)]
    alone = [colorizer(each) for each in pictures]
    together = [None] * len(pictures)

    def work(i):
        together[i] = colorizer(pictures[i])

    threads = [threading.Thread(target=work, args=(i,)) for i in range(len(pictures))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for expected, result in zip(alone, together, strict=True):
        np.testing.assert_array_equal(result, expected)


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((4, 4), np.float32),
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((0, 4), np.uint8),
        np.zeros(4, np.uint8),
        [[1, 2], [3, 4]],
        None,
    ],
    ids=["float", "four channels", "empty", "a row", "a list", "None"],
)
def test_what_is_no_photograph_is_refused(colorizer, image):
    with pytest.raises(PhotoError, match="uint8 or uint16"):
        colorizer(image)


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"method": "class_weight_model"}, "class_weights_model"),
        ({"backend": "gpu"}, "cuda"),
        ({"temperature": -1}, "temperature"),
        ({"temperature": float("nan")}, "temperature"),
        ({"rebalance": 1.5}, "rebalance"),
        ({"strength": 5}, "strength"),
        ({"input_size": 100}, "multiples of 16"),
        ({"input_size": 0}, "multiples of 16"),
    ],
)
def test_wrong_options_are_refused_by_name(options, word):
    with pytest.raises(UsageError, match=word):
        Colorizer(**options)


def test_the_face_of_the_library():
    assert set(labcolor.__all__) <= set(dir(labcolor)) | {"Colorizer", "Hints", "METHODS"}
    assert labcolor.METHODS["class_weights_model"].gives == "distribution"
    assert issubclass(PhotoError, LabcolorError)
    with pytest.raises(AttributeError, match="colour"):
        labcolor.colour  # noqa: B018


def test_colours_keep_to_the_edges_unless_told_otherwise(photo):
    """Of the two ways only ab differs: L* is the photograph's within what rounding makes."""
    ways = [Colorizer(upsample=name)(photo) for name in ("guided", "bilinear")]
    np.testing.assert_array_equal(Colorizer()(photo), ways[0])
    assert (ways[0] != ways[1]).any()


def test_unknown_upsampling_is_refused():
    with pytest.raises(UsageError, match="guided or bilinear, not nearest"):
        Colorizer(upsample="nearest")


@pytest.mark.parametrize(
    ("name", "value"),
    [("temperature", 1.0), ("strength", 2), ("method", "reg_full_model")],
)
def test_settings_are_read_only(colorizer, name, value):
    """What would be accepted and ignored is refused, and says what helps."""
    before = getattr(colorizer, name)
    with pytest.raises(AttributeError, match=rf"{name} .* (adjusted\({name}=|make another)"):
        setattr(colorizer, name, value)
    assert getattr(colorizer, name) == before


def test_a_misspelt_setting_is_refused(colorizer):
    with pytest.raises(AttributeError, match="temprature"):
        colorizer.temprature = 1.0


def test_what_is_adjusted_is_read_only_too(colorizer):
    """Its new settings are its attributes."""
    other = colorizer.adjusted(temperature=1.0, strength=0.5)
    assert (other.temperature, other.strength) == (1.0, 0.5)
    with pytest.raises(AttributeError):
        other.strength = 1


def test_dir_shows_what_is_public_and_nothing_else():
    assert dir(labcolor) == sorted(labcolor.__all__)
    assert all(hasattr(labcolor, name) for name in dir(labcolor))
    np.testing.assert_array_equal(labcolor.BINS, Colorizer().bins)


def test_paths_bytes_and_pictures_of_pillow_are_taken(colorizer, photo, tmp_path):
    """Where arrays are; Pillow's come back as Pillow's."""
    path = tmp_path / "a.png"
    Image.fromarray(photo).save(path)
    expected = colorizer(photo)
    np.testing.assert_array_equal(colorizer(path), expected)
    np.testing.assert_array_equal(colorizer(path.read_bytes()), expected)
    picture = colorizer(Image.fromarray(photo))
    assert isinstance(picture, Image.Image)
    np.testing.assert_array_equal(np.asarray(picture)[..., ::-1], expected)
    np.testing.assert_array_equal(colorizer.chroma(str(path)), colorizer.chroma(photo))
    assert colorizer.likely(path, 9, 9) == colorizer.likely(photo, 9, 9)
    np.testing.assert_array_equal(next(colorizer.variants(path, 1)), expected)


@pytest.mark.parametrize(
    "settings",
    [{}, {"temperature": 1.0}, {"rebalance": 0.2}, {"strength": 0.5, "rebalance": 1.0}],
    ids=str,
)
def test_a_distribution_is_rendered_without_the_network(colorizer, photo, monkeypatch, settings):
    """As a colorizer of these settings would colour it."""
    distribution = colorizer.distribution(photo)
    expected = colorizer.adjusted(**settings)(photo)
    monkeypatch.delattr(colorizer._estimator, "_engine")
    result = colorizer.render(photo, distribution, **settings)
    assert np.abs(result.astype(int) - expected).max() <= 1


def test_what_is_no_distribution_is_not_rendered(colorizer, photo):
    with pytest.raises(UsageError, match="shape"):
        colorizer.render(photo, np.zeros((312, 4, 4), np.float32))


def test_assessed_tells_chroma_and_doubt(colorizer, photo):
    """The pixels are the usual ones; more strength is more chroma, and as doubtful."""
    assessed = colorizer.assessed(photo)
    np.testing.assert_array_equal(assessed.pixels, colorizer(photo))
    ab = colorizer.chroma(photo)
    assert assessed.chroma == pytest.approx(np.hypot(ab[..., 0], ab[..., 1]).mean(), rel=1e-5)
    assert assessed.doubt == pytest.approx(colorizer.uncertainty(photo).mean(), rel=1e-5)
    vivid = colorizer.adjusted(strength=2).assessed(photo)
    assert vivid.chroma == pytest.approx(2 * assessed.chroma, rel=1e-5)
    assert vivid.doubt == assessed.doubt
    assert Colorizer("reg_full_model").assessed(photo).doubt is None
