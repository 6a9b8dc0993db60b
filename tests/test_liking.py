from __future__ import annotations

import numpy as np
import pytest
import skimage.data

from labcolor import Colorizer
from labcolor.color import palette
from labcolor.color.bins import rebalancing_weights
from labcolor.color.lab import lab_from_srgb, srgb_from_lab
from labcolor.color.palette import Palette, palette_of
from labcolor.errors import UsageError
from labcolor.model.network import of_method

CLASSIFIERS = ("class_weights_model", "class_wo_weights_model")


def of_hue(a: float, b: float) -> Palette:
    """Make the palette of one hue, half of it strong and half of it weak."""
    lab = np.full((48, 48, 3), 55, np.float32)
    lab[::2, :, 1:], lab[1::2, :, 1:] = (a, b), (a / 3, b / 3)
    return palette_of(np.rint(srgb_from_lab(lab)[..., ::-1] * 255).astype(np.uint8))


RED, BLUE = of_hue(45, 30), of_hue(0, -45)


def lab_of(bgr: np.ndarray) -> np.ndarray:
    return lab_from_srgb(bgr[..., ::-1] / np.float32(np.iinfo(bgr.dtype).max))


@pytest.fixture(scope="module")
def photo() -> np.ndarray:
    """Return a grey photograph, (256, 256)."""
    return lab_as_grey(skimage.data.astronaut()[::2, ::2])


def lab_as_grey(rgb: np.ndarray) -> np.ndarray:
    lab = lab_from_srgb(rgb / np.float32(255))
    lab[..., 1:] = 0
    return np.rint(srgb_from_lab(lab)[..., 0] * 255).astype(np.uint8)


@pytest.mark.parametrize("method", CLASSIFIERS)
def test_colours_follow_the_reference_and_lightness_does_not(
    method: str, photo: np.ndarray
) -> None:
    """Red draws to red and blue to blue; L* stays to within rounding."""
    colorizer = Colorizer(method)
    red, blue = (lab_of(colorizer.liking(one)(photo)) for one in (RED, BLUE))
    assert red[..., 2].mean() > blue[..., 2].mean() + 5
    grey = lab_of(np.dstack([photo] * 3))[..., 0]
    for lab in (red, blue):
        assert np.abs(lab[..., 0] - grey).max() <= 0.26


@pytest.mark.parametrize("method", CLASSIFIERS)
def test_the_logits_move_by_the_formula(method: str, photo: np.ndarray) -> None:
    """Logits + S·log w + α·log((h + ε) / (p + ε)), and nothing else."""
    plain = Colorizer(method)
    liking = plain.liking(RED)
    prior = of_method(method).prior
    assert prior is not None
    weights = np.log(rebalancing_weights(prior, 0.5).astype(np.float64))
    wanted = (liking.rebalance - plain.rebalance) * weights
    wanted += palette.shift(RED, prior, 1)
    before, after = (
        np.log(one.distribution(photo)[:, ::6, ::6].astype(np.float64)) for one in (plain, liking)
    )
    moved = (after - before).reshape(313, -1)
    seen = before.reshape(313, -1) > -15  # float32 has lost the rest
    off = moved - wanted[:, None]
    for column in range(off.shape[1]):
        there = off[seen[:, column], column]
        assert there - there.mean() == pytest.approx(0, abs=2e-3)


def test_strength_0_changes_nothing(photo: np.ndarray) -> None:
    """No reference counts for nothing at strength 0, and less at ½ than at 1."""
    plain = Colorizer()
    results = [Colorizer(like=RED, like_strength=x)(photo).astype(int) for x in (0, 0.5, 1)]
    assert np.array_equal(results[0], plain(photo))
    assert np.array_equal(results[1], plain.liking(RED, 0.5)(photo))
    half, full = (np.abs(one - results[0]).mean() for one in results[1:])
    assert 0 < half < full


def test_a_chosen_rebalance_stays(photo: np.ndarray) -> None:
    """A palette brings its own rebalance, unless somebody chose one."""
    assert Colorizer(like=RED).rebalance == palette.REBALANCE
    assert Colorizer(like=RED, rebalance=0.1).rebalance == 0.1
    changed = Colorizer(like=RED).adjusted(rebalance=0.1)
    assert np.array_equal(changed(photo), Colorizer(like=RED, rebalance=0.1)(photo))
    assert changed.liking(None).rebalance == 0.1


def test_liking_leaves_the_colorizer_as_it_was(photo: np.ndarray) -> None:
    """Colorizers with other references share a network, and nothing else."""
    colorizer = Colorizer(like=RED)
    before = colorizer(photo)
    blue = colorizer.liking(BLUE)
    assert not np.array_equal(blue(photo), before)
    assert np.array_equal(colorizer(photo), before)
    assert np.array_equal(blue.liking(None)(photo), Colorizer()(photo))


def test_closer_looks_and_variants_follow_too(photo: np.ndarray) -> None:
    """Every way to colour takes the reference."""
    red, blue = (Colorizer(detail=2, like=one) for one in (RED, BLUE))
    assert lab_of(red(photo))[..., 2].mean() > lab_of(blue(photo))[..., 2].mean() + 5
    liking = Colorizer(like=RED)
    assert np.array_equal(next(liking.variants(photo, 2)), liking(photo))
    assert red.uncertainty(photo).shape == blue.uncertainty(photo).shape


@pytest.mark.parametrize("strength", [-0.1, 1.1, float("nan")])
def test_strength_out_of_range_is_refused(strength: float) -> None:
    """The range is said."""
    with pytest.raises(UsageError, match="from 0 to 1"):
        Colorizer(like=RED, like_strength=strength)


@pytest.mark.parametrize("method", ["reg_full_model", "reg_part_model"])
def test_a_method_without_bins_takes_no_reference(method: str) -> None:
    """Which methods do is said."""
    with pytest.raises(UsageError, match=r"class_weights_model and class_wo_weights_model"):
        Colorizer(method, like="kodachrome")
