"""How far the whole line may be off, as docs/exactness.md says; single steps have tests apart."""

from __future__ import annotations

from functools import partial

import cv2
import numpy as np
import pytest
from own_standin import NETWORKS, standin_layers, standin_planes
from skimage import data
from skimage.color import lab2rgb, rgb2lab

from labcolor import Colorizer
from labcolor.color.guided import Guided
from labcolor.color.lightness import lightness
from labcolor.color.merge import merge
from labcolor.color.reduce import reduce
from labcolor.engines.opencv import OpenCv
from labcolor.networks.registry import graph

SIDE = 144


@pytest.fixture(scope="module")
def photo() -> np.ndarray:
    return cv2.cvtColor(data.astronaut(), cv2.COLOR_RGB2GRAY)


def exact_lightness(grey: np.ndarray) -> np.ndarray:
    return rgb2lab(np.dstack([grey] * 3))[..., 0]


def distance(ab: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.hypot(*np.moveaxis(ab - other, -1, 0))


def test_what_the_network_sees(photo: np.ndarray) -> None:
    """L* of a photograph reduced in float32 is within 1e-4 of float64's."""
    square = cv2.resize(photo / 255.0, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    np.testing.assert_allclose(
        lightness(reduce(photo, SIDE)), exact_lightness(square), rtol=0, atol=1e-4
    )


def test_what_the_network_makes_of_it(photo: np.ndarray) -> None:
    """Between the photograph and its square in 16 bits, reduced in float64, ab differs by 0.02."""
    colorizer = Colorizer(input_size=SIDE)
    square = cv2.resize(photo / 255.0, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    exact = colorizer.chroma(np.rint(square * 65535).astype(np.uint16))
    assert distance(colorizer.chroma(photo), exact).max() < 0.02


@pytest.mark.filterwarnings("ignore:Conversion from CIE-LAB")
@pytest.mark.parametrize(("dtype", "most"), [(np.uint8, 0.9), (np.uint16, 0.01)])
def test_pixels_have_the_ab_that_is_meant(photo: np.ndarray, dtype: type, most: float) -> None:
    """Merging in strips against scikit-image in float64, where sRGB has the colour.

    Rounding alone moves ab by up to 0.86 at 8 bit and by 0.003 at 16.
    """
    top = np.iinfo(dtype).max
    pixels = photo.astype(dtype) * dtype(top // 255)
    rng = np.random.default_rng(0)
    ab = cv2.GaussianBlur(rng.normal(0, 60, (36, 36, 2)).astype(np.float32), (0, 0), 2)
    chroma = Guided(ab, lightness(reduce(photo, SIDE)), *photo.shape)
    l_star = exact_lightness(photo / 255)
    full = chroma.rows(0, l_star.astype(np.float32)).transpose(1, 2, 0)
    meant = np.dstack([l_star, full])
    inside = np.abs(rgb2lab(lab2rgb(meant)) - meant).max(-1) < 1e-3
    result = rgb2lab(merge(pixels, chroma)[..., ::-1] / top)
    assert inside.mean() > 0.8
    assert distance(result[..., 1:], full)[inside].max() < most


@pytest.mark.parametrize("name", ["hinted", "vgg", "parts"])
def test_weights_of_half_the_bits(name: str) -> None:
    """float16 moves the answer by less than a hundredth of its largest value."""
    architecture, options = NETWORKS[name]
    write = partial(graph, architecture, size=(96, 96), **options)
    layers, planes = standin_layers(name), standin_planes(name, (96, 96))
    halves = {layer: [t.astype(np.float16) for t in tensors] for layer, tensors in layers.items()}
    full, half = (OpenCv(write(layers=each))(planes) for each in (layers, halves))
    assert np.abs(full - half).max() < 0.01 * np.abs(full).max()
