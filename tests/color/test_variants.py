"""Versions that are distinct, plausible and of one piece; and what is uncertain."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from scipy.stats import entropy as scipy_entropy
from skimage import data

from labcolor import Colorizer
from labcolor.color.bins import BINS, nearest
from labcolor.color.decode import mean, softmax
from labcolor.color.regions import MOST, regions
from labcolor.color.uncertainty import LEVELS, entropy, uncertainty_map
from labcolor.color.variants import variants
from labcolor.errors import UsageError

GREEN, RED, BLUE, GREY = (-40, 40), (60, 40), (10, -50), (0, 0)


def around(*colours: tuple[float, tuple[int, int]]) -> np.ndarray:
    """Put so much of a distribution, (313,), around each of some colours (σ = 5)."""
    result = np.full(313, 1e-5)
    for share, colour in colours:
        near = np.exp(-((BINS - np.array(colour)) ** 2).sum(1) / 50)
        result += share * near / near.sum()
    return (result / result.sum()).astype(np.float32)


def meadow_and_car() -> tuple[np.ndarray, np.ndarray]:
    """Make a meadow that is surely green, and two halves of a car that is red, blue or grey."""
    distribution = np.empty((313, 24, 24), np.float32)
    distribution[:] = around((1, GREEN))[:, None, None]
    lightness = np.full((96, 96), 70, np.float32)
    car = around((0.5, RED), (0.3, BLUE), (0.2, GREY))
    for rows, columns in ((slice(8, 16), slice(3, 9)), (slice(8, 16), slice(14, 21))):
        distribution[:, rows, columns] = car[:, None, None]
        lightness[4 * rows.start : 4 * rows.stop, 4 * columns.start : 4 * columns.stop] = 30
    return distribution, lightness


def versions(count: int) -> list[np.ndarray]:
    """Mean ab of the versions after the first one."""
    distribution, lightness = meadow_and_car()
    first = mean(distribution)
    found = variants(distribution, first, lightness, BINS, count)
    return [mean(softmax(logits, 0.4)) for logits in found]


def test_the_modes_of_a_thing_are_its_versions() -> None:
    """The car becomes red, blue and grey in turn; the meadow, of which all is known, stays."""
    found = versions(4)
    centres = np.array([version[12, 6] for version in found])
    for colour in (RED, BLUE, GREY):
        assert np.hypot(*(centres - colour).T).min() < 12
    for version in found:
        assert np.hypot(*(version[1, 12] - GREEN)) < 8


def test_a_thing_has_one_colour_in_all_its_pieces() -> None:
    for version in versions(4):
        car = np.concatenate([version[10:14, 5:7], version[10:14, 16:19]], axis=1)
        assert np.ptp(car, axis=(0, 1)).max() < 6


def test_there_are_no_more_versions_than_are_plausible() -> None:
    """Three colours for the car, one for the meadow: the tenth version would be a lie."""
    assert len(versions(9)) < 6


def test_parts_are_shares_of_every_cell() -> None:
    distribution, lightness = meadow_and_car()
    parts = regions(distribution, lightness, BINS)
    assert 2 <= len(parts) <= MOST
    np.testing.assert_allclose(parts.sum(0), 1, atol=1e-5)
    car = parts[:, 12, 6]
    assert car.max() > 0.99
    assert parts[car.argmax(), 12, 17] > 0.99


@pytest.mark.parametrize("shape", [(1, 1), (2, 3), (5, 36)])
def test_any_grid(shape: tuple[int, int]) -> None:
    logits = np.random.default_rng(0).normal(0, 2, (313, *shape)).astype(np.float32)
    distribution = softmax(logits)
    first, seen = mean(distribution), np.full(shape, 50, np.float32)
    for version in variants(distribution, first, seen, BINS, 5):
        assert version.shape == (313, *shape)
        assert np.isfinite(version).all()


@pytest.fixture(scope="module")
def colorizer() -> Colorizer:
    return Colorizer()


@pytest.fixture(scope="module")
def photo() -> np.ndarray:
    return cv2.cvtColor(data.coffee(), cv2.COLOR_RGB2GRAY)[::2, ::2]


def test_the_first_version_is_the_usual_one(colorizer: Colorizer, photo: np.ndarray) -> None:
    found = list(colorizer.variants(photo, 4))
    np.testing.assert_array_equal(found[0], colorizer(photo))
    assert len(found) == 4
    lab = [cv2.cvtColor(one.astype(np.float32) / 255, cv2.COLOR_BGR2Lab) for one in found]
    for n, one in enumerate(lab):
        for other in lab[:n]:
            assert np.hypot(*np.moveaxis((one - other)[..., 1:], -1, 0)).mean() > 3


@pytest.mark.parametrize("how", [{"strength": 0.5}, {"detail": 2}])
def test_the_first_version_is_the_usual_one_however_it_is_made(photo: np.ndarray, how) -> None:
    made = Colorizer(**how)
    np.testing.assert_array_equal(next(iter(made.variants(photo, 2))), made(photo))


def test_versions_are_the_same_again(colorizer: Colorizer, photo: np.ndarray) -> None:
    for one, again in zip(colorizer.variants(photo, 3), colorizer.variants(photo, 3), strict=True):
        np.testing.assert_array_equal(one, again)


@pytest.mark.parametrize("count", [0, 10])
def test_a_count_out_of_range_is_refused(
    colorizer: Colorizer, photo: np.ndarray, count: int
) -> None:
    with pytest.raises(UsageError, match="number of variants must be from 1 to 9"):
        colorizer.variants(photo, count)


def test_networks_that_give_ab_have_no_alternatives(photo: np.ndarray) -> None:
    colorizer = Colorizer("reg_full_vgg_model")
    for ask in (lambda: colorizer.variants(photo, 2), lambda: colorizer.uncertainty(photo)):
        with pytest.raises(UsageError, match="--method class_weights_model and class_wo"):
            ask()


def test_entropy_is_scipys() -> None:
    logits = np.random.default_rng(0).normal(0, 5, (313, 4, 5)).astype(np.float32)
    distribution = softmax(logits)
    np.testing.assert_allclose(
        entropy(distribution), scipy_entropy(distribution, base=2), atol=1e-4
    )


def test_entropy_of_certainty_and_of_ignorance() -> None:
    certain = np.zeros((313, 1, 1), np.float32)
    certain[int(nearest((0, 0), 1)[0][0])] = 1
    assert entropy(certain) == 0
    np.testing.assert_allclose(entropy(np.full((313, 1, 1), 1 / 313)), np.log2(313), rtol=1e-5)


def test_the_map_is_as_large_as_the_photograph_and_linear(colorizer: Colorizer, photo) -> None:
    bits = colorizer.uncertainty(photo)
    drawn = uncertainty_map(bits, *photo.shape)
    assert drawn.shape == photo.shape
    assert drawn.dtype == np.uint8
    small = cv2.resize(drawn.astype(np.float32), bits.shape[::-1], interpolation=cv2.INTER_AREA)
    np.testing.assert_allclose(small.mean() / LEVELS, bits.mean(), atol=0.02)
