from __future__ import annotations

import numpy as np
import pytest

from labcolor.color.bins import BINS, prior
from labcolor.palettes import BUILT_IN, load


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_palette_is_a_histogram_with_an_origin(name: str) -> None:
    """Every number is a share of a bin, and somebody says where they are from."""
    shares = load(name).shares
    assert shares.shape == (313,)
    assert shares.dtype == np.float32
    assert shares.min() >= 0
    assert shares.sum() == pytest.approx(1, abs=1e-5)
    known = BUILT_IN[name]
    assert known.summary
    assert known.origin
    assert known.licence


def test_kodachrome_is_warm_and_quiet() -> None:
    """The slides lean to yellow more than photographs do, but for reds they are less vivid."""
    shares, usual = load("kodachrome").shares, prior()
    chroma = np.hypot(*BINS.T)
    assert shares @ chroma < usual @ chroma
    hue = np.degrees(np.arctan2(BINS[:, 1], BINS[:, 0])) % 360
    warm = (hue > 20) & (hue < 110)
    assert shares[warm].sum() / shares[chroma > 10].sum() > 0.4
