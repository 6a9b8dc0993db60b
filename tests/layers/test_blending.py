from __future__ import annotations

import numpy as np
import pytest

from labcolor.layers.blending import color, over

LUMA = np.array([0.3, 0.59, 0.11])


@pytest.fixture
def colours() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    first, second = random.random((2, 500, 3), np.float32)
    return first, second


def test_color_keeps_luma_and_takes_hue(colours: tuple[np.ndarray, np.ndarray]) -> None:
    """ISO 32000-2, 11.3.5.3: SetLum(Cs, Lum(Cb))."""
    below, above = colours
    mixed = color(below, above)
    assert mixed @ LUMA == pytest.approx(below @ LUMA, abs=1e-5)
    assert mixed.min() >= -1e-5
    assert mixed.max() <= 1 + 1e-5
    chroma, wanted = (one - one.mean(-1, keepdims=True) for one in (mixed, above))
    cosine = (chroma * wanted).sum(-1) / np.linalg.norm(chroma, axis=-1)
    assert cosine / np.linalg.norm(wanted, axis=-1) == pytest.approx(1, abs=1e-2)


def test_color_of_grey_is_grey(colours: tuple[np.ndarray, np.ndarray]) -> None:
    """Painting grey takes colour away."""
    below, _ = colours
    grey = np.full_like(below, 0.5)
    assert np.ptp(color(below, grey), axis=-1).max() < 1e-5


@pytest.mark.parametrize("mode", ["normal", "color"])
def test_nothing_over_something_is_that(mode: str, colours: tuple) -> None:
    """And something over nothing is itself, whatever the mode."""
    one, other = colours
    full, none = np.ones(500, np.float32), np.zeros(500, np.float32)
    assert over((one, full), (other, none), mode)[0] == pytest.approx(one, abs=1e-6)
    assert over((one, none), (other, full), mode)[0] == pytest.approx(other, abs=1e-6)
