"""Colourfulness against the formula of the paper, written out."""

from __future__ import annotations

import numpy as np
import pytest
from skimage import data

from labcolor.metrics import colourfulness


def as_printed(rgb):
    """Hasler & Süsstrunk (2003), section 7, in float64."""
    red, green, blue = np.moveaxis(rgb.astype(np.float64), -1, 0)
    rg = red - green
    yb = 0.5 * (red + green) - blue
    sigma = np.sqrt(rg.var() + yb.var())
    mu = np.sqrt(rg.mean() ** 2 + yb.mean() ** 2)
    return sigma + 0.3 * mu


@pytest.mark.parametrize("photograph", [data.astronaut, data.coffee, data.chelsea])
def test_photographs(photograph):
    rgb = photograph()
    assert colourfulness(rgb[..., ::-1]) == pytest.approx(as_printed(rgb), rel=1e-9)


def test_grey_has_none():
    grey = np.repeat(data.camera()[..., None], 3, axis=-1)
    assert colourfulness(grey) == 0


def test_one_colour_everywhere_counts_by_its_distance_from_grey():
    """No spread; 0.3 times the length of (rg, yb) = (255, 127.5)."""
    red = np.zeros((4, 4, 3), np.uint8)
    red[..., 2] = 255
    assert colourfulness(red) == pytest.approx(0.3 * np.hypot(255, 127.5))


@pytest.mark.parametrize(
    "picture", [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 3), np.float32)], ids=["grey", "float"]
)
def test_what_is_no_8_bit_colour_picture_is_refused(picture):
    with pytest.raises(ValueError, match="uint8"):
        colourfulness(picture)
