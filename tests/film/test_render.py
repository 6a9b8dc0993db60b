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
    """Decode Y'CbCr to sRGB as BT.601 and BT.709 write it.

    Chroma is interpolated from where H.264 has it: in the columns of even pixels, and between two
    rows (ITU-T H.264, figure 6-1).
    """
    red, blue = shares
    height, width = planes[0].shape
    rows, columns = planes[1].shape
    y, x = np.mgrid[:height, :width].astype(np.float32)
    y = (y + 0.5) * rows / height - 0.5
    x = x / 2 if columns < width else x
    luma = (planes[0].astype(np.float32) - levels.black) / levels.span
    cb, cr = (
        (
            cv2.remap(
                plane.astype(np.float32), x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
            )
            - levels.neutral
        )
        / levels.chroma_span
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


def test_chroma_lies_where_it_is_looked_for() -> None:
    """Where colour is a matter of lightness, a ramp of it has its chroma in the right columns."""

    class OfLightness:
        """a and b in proportion to L*."""

        def rows(self, _: int, light: np.ndarray) -> np.ndarray:
            return np.stack([0.2 * light, 0.1 * light])

    codes = np.repeat(np.linspace(160, 640, 128)[None], 16, 0).round().astype(np.uint16)
    levels, shares = Levels(10), (0.2126, 0.0722)
    lab = lab_from_srgb(
        decoded(Renderer(levels, shares, (1, 1))(codes, OfLightness()), levels, shares)
    )
    inner = lab[4:-4, 4:-4]
    away = inner[..., 1] - 0.2 * inner[..., 0]
    assert abs(away.mean()) < 0.01  # half a pixel would make 0.04


def test_luma_answers_for_what_chroma_lacks() -> None:
    """As exact as rounding of luma alone lets it be, within a hundredth of L* in the mean."""
    codes = pan(1, width=256, height=128)[0] // 3 + 16  # dark, where a code is much of L*
    levels, shares = Levels(8), (0.299, 0.114)
    ab = np.random.default_rng(0).uniform(5, 25, (9, 18, 2)).astype(np.float32)
    render = Renderer(levels, shares, (1, 1))
    planes = render(codes, Bilinear(ab, *render.chroma_shape(*codes.shape)))
    wanted = lightness(levels.shares(codes))
    errors = [
        np.abs(lab_from_srgb(decoded((luma, *planes[1:]), levels, shares))[..., 0] - wanted)
        for luma in (planes[0], planes[0] - 1, planes[0] + 1)
    ]
    assert errors[0].mean() < np.min(errors, 0).mean() + 0.01
