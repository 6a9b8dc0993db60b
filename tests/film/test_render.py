"""Lightness stays, whatever the codes; grey stays grey."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from clips import pan

from labcolor.color.lab import lab_from_srgb
from labcolor.color.lightness import lightness
from labcolor.color.upsample import Bilinear
from labcolor.film.levels import Levels
from labcolor.film.matrix import Tags
from labcolor.film.render import Renderer


def decoded(
    planes: tuple[np.ndarray, ...], levels: Levels, shares: tuple[float, float]
) -> np.ndarray:
    """Decode Y'CbCr to sRGB as BT.601 and BT.709 write it, chroma interpolated."""
    red, blue = shares
    size = planes[0].shape[::-1]
    luma = (planes[0].astype(np.float32) - levels.black) / levels.span
    cb, cr = (
        (cv2.resize(plane.astype(np.float32), size) - levels.neutral) / levels.chroma_span
        for plane in planes[1:]
    )
    r, b = luma + 2 * (1 - red) * cr, luma + 2 * (1 - blue) * cb
    g = (luma - red * r - blue * b) / (1 - red - blue)
    return np.clip(np.stack([r, g, b], -1), 0, 1)


@pytest.mark.parametrize("subsampling", [(1, 1), (1, 0), (0, 0)])
@pytest.mark.parametrize("height", [480, 1080])
@pytest.mark.parametrize(
    "levels", [Levels(8), Levels(8, full=True), Levels(10), Levels(12)], ids=str
)
def test_lightness_stays(levels: Levels, height: int, subsampling: tuple[int, int]) -> None:
    """The mean difference is 0.15 of L* at most, and one in a hundred is above 0.5."""
    grey = pan(1, width=256, height=128)[0]
    depth = np.uint8 if levels.bits == 8 else np.uint16
    codes = np.round(levels.black + levels.span * (grey / 255.0)).astype(depth)
    shares = Tags(0, 2, 2, 2).completed(height).shares
    render = Renderer(levels, shares, subsampling)
    ab = np.random.default_rng(0).uniform(-30, 40, (9, 18, 2)).astype(np.float32)
    planes = render(codes, Bilinear(ab, *render.chroma_shape(*codes.shape)))
    lab = lab_from_srgb(decoded(planes, levels, shares))
    error = np.abs(lab[..., 0] - lightness(levels.shares(codes)))
    assert error.mean() <= 0.15
    assert np.percentile(error, 99) <= 0.5
    assert np.hypot(lab[..., 1], lab[..., 2]).mean() > 10


@pytest.mark.parametrize("levels", [Levels(8), Levels(10, full=True)], ids=str)
def test_without_chroma_nothing_changes(levels: Levels) -> None:
    """Codes beyond black and white stay too."""
    rng = np.random.default_rng(1)
    depth = np.uint8 if levels.bits == 8 else np.uint16
    codes = rng.integers(0, 1 << levels.bits, (64, 96)).astype(depth)
    render = Renderer(levels, (0.299, 0.114), (1, 1))
    ab = np.zeros((4, 4, 2), np.float32)
    luma, cb, cr = render(codes, Bilinear(ab, *render.chroma_shape(*codes.shape)))
    assert np.array_equal(luma, codes)
    assert {*np.unique(cb), *np.unique(cr)} == {levels.neutral}
