from __future__ import annotations

import numpy as np
import pytest
import skimage.data

from labcolor.color import palette
from labcolor.color.bins import BINS, prior
from labcolor.color.lab import srgb_from_lab
from labcolor.color.palette import Palette, palette_of


def of_one_colour(lightness: float, a: float, b: float) -> np.ndarray:
    rgb = srgb_from_lab(np.full((40, 60, 3), (lightness, a, b), np.float32))
    return np.rint(rgb[..., ::-1] * 255).astype(np.uint8)


def flat(name: str, lightness: float) -> Palette:
    return Palette(name, prior(), np.full(16, lightness, np.float32))


def test_the_palette_of_one_colour_lies_around_its_bin() -> None:
    """A Gaussian of σ = 5 leaves most in the bin and all near it."""
    shares = palette_of(of_one_colour(60, 30, -20)).shares
    assert shares.sum() == pytest.approx(1, abs=1e-5)
    assert BINS[shares.argmax()].tolist() == [30, -20]
    assert shares @ BINS == pytest.approx([30, -20], abs=0.2)
    assert np.hypot(*(BINS[shares > 1e-4] - (30, -20)).T).max() <= 20


def test_depth_does_not_change_a_palette() -> None:
    """8 and 16 bits of one photograph have the same colours."""
    bgr = skimage.data.astronaut()[..., ::-1].copy()
    deep = bgr.astype(np.uint16) * 257
    assert palette_of(deep).shares == pytest.approx(palette_of(bgr).shares, abs=1e-4)


def test_no_shift_where_the_palette_is_the_prior() -> None:
    """What is as frequent as everywhere is neither drawn nor pushed."""
    assert palette.shift(flat("usual", 50), prior(), 1) == pytest.approx(0, abs=1e-6)


def test_the_shift_is_the_log_ratio_times_strength() -> None:
    """α·log((h + ε) / (p + ε)): more where the reference has more, in proportion to strength."""
    red = palette_of(of_one_colour(60, 40, 30))
    full, half = (palette.shift(red, prior(), strength) for strength in (1, 0.5))
    assert half == pytest.approx(full / 2, abs=1e-6)
    assert full[red.shares > prior()].min() > 0
    assert full[red.shares < prior()].max() < 0
    assert not palette.shift(red, prior(), 0).any()


def test_of_several_each_counts_alike() -> None:
    """The mean histogram is that of the pictures side by side."""
    red, blue = of_one_colour(60, 40, 30), of_one_colour(60, 0, -40)
    together = palette_of(np.hstack([red, blue]))
    mean = palette.mean([palette_of(red), palette_of(blue)])
    assert mean.shares == pytest.approx(together.shares, abs=0.01)


@pytest.mark.parametrize(("lightness", "name"), [(20, "dark"), (48, "middle"), (95, "light")])
def test_the_nearest_has_the_lightness_most_alike(lightness: float, name: str) -> None:
    """The distance of distributions of L* decides."""
    several = [flat("dark", 15), flat("middle", 50), flat("light", 85)]
    assert palette.nearest(several, np.full((9, 9), lightness, np.float32)).name == name
