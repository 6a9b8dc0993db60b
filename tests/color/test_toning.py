"""Photographs of scikit-image, in colour and as prints of all kinds."""

from __future__ import annotations

import io
from functools import lru_cache

import cv2
import numpy as np
import pytest
import skimage.data
from PIL import Image
from skimage.color import rgb2gray

from labcolor.color.toning import THRESHOLD, has_colour, residual_chroma

PHOTOGRAPHS = ("astronaut", "coffee", "chelsea", "rocket")
SEPIA = np.array([[0.393, 0.349, 0.272], [0.769, 0.686, 0.534], [0.189, 0.168, 0.131]])


def photograph(name: str) -> np.ndarray:
    """RGB, 0…1."""
    return getattr(skimage.data, name)() / 255


@lru_cache
def monochrome(name: str) -> np.ndarray:
    picture = photograph(name)
    return rgb2gray(picture) if picture.ndim == 3 else picture


def between(grey: np.ndarray, dark: tuple, light: tuple) -> np.ndarray:
    return np.array(dark) + grey[..., None] * (np.array(light) - dark)


def grey(g: np.ndarray) -> np.ndarray:
    return np.dstack([g] * 3)


def sepia(g: np.ndarray) -> np.ndarray:
    """Tone by the matrix of a hundred photo programs, which clips the lights."""
    return grey(g) @ SEPIA


def albumen(g: np.ndarray) -> np.ndarray:
    return between(g, (0.15, 0.08, 0.04), (0.98, 0.9, 0.72))


def cyanotype(g: np.ndarray) -> np.ndarray:
    return np.dstack([g**1.8, g**1.2, 0.25 + 0.75 * g**0.7])


def split_toned(g: np.ndarray) -> np.ndarray:
    """Warm lights over cold shadows."""
    shift = np.sin(np.pi * g) * (g - 0.3)
    return np.dstack([g + 0.1 * shift, g, g - 0.15 * shift])


def faded(g: np.ndarray) -> np.ndarray:
    return between(0.25 + 0.6 * g, (0.2, 0.15, 0.08), (1, 0.93, 0.75))


def yellowed(g: np.ndarray) -> np.ndarray:
    """Paper that has gone yellow from its edges and from one side."""
    y, x = (axis / length - 0.5 for axis, length in zip(np.indices(g.shape), g.shape, strict=True))
    much = np.clip((np.hypot(x, y) - 0.35) * 2, 0, 1) * 0.7 + 0.2 * (x + 0.5)
    return albumen(g) * (1 - much[..., None] * (1 - np.array([0.95, 0.85, 0.6])))


def foxed(g: np.ndarray) -> np.ndarray:
    """Rusty spots."""
    spots = np.zeros(g.shape, np.float32)
    for x, y in np.random.default_rng(1).integers(0, min(g.shape), (8, 2)).tolist():
        cv2.circle(spots, (x, y), min(g.shape) // 30, 1, -1)
    spots = cv2.GaussianBlur(spots, (0, 0), 4)[..., None]
    return grey(g) * (1 - spots * (1 - np.array([0.8, 0.65, 0.4])))


def stamped(g: np.ndarray) -> np.ndarray:
    """Put a red stamp in a corner."""
    result = grey(g)
    result[-g.shape[0] // 6 :, -g.shape[1] // 6 :] *= (0.9, 0.3, 0.3)
    return result


PRINTS = (grey, sepia, albumen, cyanotype, split_toned, faded, yellowed, foxed, stamped)


def bgr(rgb: np.ndarray, dtype: type = np.uint8) -> np.ndarray:
    top = np.iinfo(dtype).max
    return np.ascontiguousarray(np.rint(np.clip(rgb, 0, 1) * top).astype(dtype)[..., ::-1])


def recompressed(pixels: np.ndarray, quality: int) -> np.ndarray:
    stream = io.BytesIO()
    Image.fromarray(pixels[..., ::-1]).save(stream, "JPEG", quality=quality, subsampling=2)
    return np.ascontiguousarray(np.asarray(Image.open(stream))[..., ::-1])


@pytest.mark.parametrize("name", PHOTOGRAPHS)
@pytest.mark.parametrize("quality", [None, 30])
def test_colour_photographs_have_colour(name: str, quality: int | None) -> None:
    """In any depth, and after a JPEG of low quality."""
    pixels = bgr(photograph(name))
    assert has_colour(recompressed(pixels, quality) if quality else pixels)
    assert has_colour(bgr(photograph(name), np.uint16))


def bars(colours: list[tuple]) -> np.ndarray:
    """Draw flat colours side by side, as a chart has them."""
    return np.repeat(np.array(colours, float)[None].repeat(200, 0), 60, axis=1)


def window(paper: tuple, bar: tuple, button: tuple) -> np.ndarray:
    """Draw a program's window: a bar above, a panel at the side."""
    picture = np.empty((400, 600, 3))
    picture[:], picture[:90], picture[90:, :180] = paper, bar, button
    return picture


RED, YELLOW, GREEN, CYAN, BLUE = (1, 0, 0), (1, 1, 0), (0, 1, 0), (0, 1, 1), (0, 0, 1)


@pytest.mark.parametrize(
    "picture",
    [
        bars([RED, GREEN]),
        bars([BLUE, YELLOW]),
        bars([RED, CYAN]),
        bars([(0, 0, 0), BLUE, RED, GREEN, CYAN, YELLOW, (1, 1, 1)]),
        window((1, 1, 1), (0.1, 0.3, 0.8), (0.95, 0.5, 0.1)),
        window((0.1, 0.5, 0.2), (0.8, 0.1, 0.15), (0.95, 0.9, 0.8)),
    ],
)
@pytest.mark.parametrize("quality", [None, 40])
def test_flat_colours_are_colour(picture: np.ndarray, quality: int | None) -> None:
    """On a screenshot or a chart one L* has one ab too, but no toning jumps between them."""
    pixels = bgr(picture)
    assert has_colour(recompressed(pixels, quality) if quality else pixels)


@pytest.mark.parametrize("ink", [(0.05, 0.1, 0.35), (0.3, 0.05, 0.05), (0.05, 0.25, 0.15)])
@pytest.mark.parametrize("name", ["astronaut", "camera"])
def test_ink_on_paper_of_the_opposite_hue_is_no_colour(name: str, ink: tuple) -> None:
    """Between dark and light the curve goes by way of grey, slowly."""
    for paper in ((0.98, 0.9, 0.72), (0.8, 0.95, 0.98)):
        assert not has_colour(bgr(between(monochrome(name), ink, paper)))


@pytest.mark.parametrize("name", ["astronaut", "chelsea", "camera"])
@pytest.mark.parametrize("made", PRINTS)
@pytest.mark.parametrize("quality", [None, 75])
def test_prints_have_none(name: str, made, quality: int | None) -> None:
    """Toning, fading, yellowing, spots and a stamp make no colour photograph, nor does JPEG."""
    pixels = bgr(made(monochrome(name)))
    assert not has_colour(recompressed(pixels, quality) if quality else pixels)


def test_noise_of_a_scanner_is_no_colour() -> None:
    """Each channel has its own noise in a scan of a grey print."""
    noise = np.random.default_rng(0).normal(0, 0.03, (512, 512, 3))
    assert not has_colour(bgr(grey(skimage.data.camera() / 255) + noise))


def test_grey_needs_no_look() -> None:
    """A picture of one channel, or of three equal ones, has no residual chroma at all."""
    assert residual_chroma(skimage.data.camera()) == 0
    assert residual_chroma(bgr(grey(skimage.data.camera() / 255))) < 0.1


def test_residual_chroma_grows_with_chroma() -> None:
    """A photograph that fades to grey passes the threshold once."""
    picture = photograph("astronaut")
    plain = grey(rgb2gray(picture))
    measured = [
        residual_chroma(bgr(plain + part * (picture - plain))) for part in np.linspace(0, 1, 6)
    ]
    assert measured == sorted(measured)
    assert measured[0] < THRESHOLD < measured[-1]


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 40, 3), (40, 2, 3), (3, 5000, 3)])
def test_any_shape(shape: tuple[int, ...]) -> None:
    """Pictures smaller than what is looked at, or very long, are no failure."""
    assert not has_colour(np.full(shape, 90, np.uint8))
