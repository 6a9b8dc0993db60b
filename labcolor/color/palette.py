"""Palettes: what share of a reference's colours falls into each of the 313 bins.

A classifier's answer is drawn towards a palette by using the reference's histogram instead
of the prior, to a degree: logits + S·log w + α·log((h + ε) / (p + ε)). Zhang et al., "Real-Time
User-Guided Image Colorization with Learned Deep Priors", SIGGRAPH 2017, section 3.3, give such a
histogram to a network that is trained for it (global hints); here any classifier takes it, since
what it says of a colour is in part how frequent that colour is everywhere.

The numbers were chosen on photographs held out from training by `benchmarks/palettes.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from labcolor.color.bins import BINS, nearest_by_table, smooth
from labcolor.color.floats import Floats
from labcolor.color.lab import lab_from_srgb
from labcolor.color.lightness import Pixels
from labcolor.color.reduce import reduce

PULL = 0.8
"""α: what the palette counts against the prior at full strength."""

REBALANCE = 0.6
"""S that goes with it: a palette brings the rare colours that rebalancing is for."""

_FLOOR = 3e-4  # ε: a bin that the reference lacks is unlikely, not impossible
_SIDE = 144  # a reference is looked at as small as photographs are coloured
_QUANTILES = (np.arange(16) + 0.5) / 16  # of L*


@dataclass(frozen=True, eq=False)
class Palette:
    """The colours of a photograph, or of several.

    Attributes
    ----------
    name : str
        What messages call it.
    shares : (313,) float32
        Share of each bin, smoothed by σ = 5; sums to 1.
    lightness : (16,) float32
        L* at equally spaced quantiles, from dark to light.
    """

    name: str
    shares: Floats
    lightness: Floats


def palette_of(pixels: Pixels, name: str = "the reference") -> Palette:
    """Take the palette of a colour photograph.

    Parameters
    ----------
    pixels : (h, w, 3) BGR, uint8 or uint16
        sRGB.
    name : str
        What messages call it.
    """
    lab = lab_from_srgb(reduce(pixels, _SIDE)[..., ::-1])
    counts = np.bincount(nearest_by_table(lab[..., 1:]).ravel(), minlength=len(BINS))
    return Palette(name, smooth(counts), quantiles(lab[..., 0]))


def quantiles(lightness: Floats) -> Floats:
    """Give L* at 16 equally spaced quantiles, from dark to light."""
    return np.quantile(lightness, _QUANTILES).astype(np.float32)


def mean(palettes: Sequence[Palette]) -> Palette:
    """Take the mean of palettes, each counting alike."""
    if len(palettes) == 1:
        return palettes[0]
    return Palette(
        " + ".join(one.name for one in palettes),
        np.mean([one.shares for one in palettes], axis=0, dtype=np.float32),
        np.mean([one.lightness for one in palettes], axis=0, dtype=np.float32),
    )


def nearest(palettes: Sequence[Palette], lightness: Floats) -> Palette:
    """Choose the palette of the reference whose lightness is distributed most alike.

    Parameters
    ----------
    palettes : sequence of Palette
        One at least; of those that are as near, the first is chosen.
    lightness : (…) float32
        L* of the photograph.
    """
    own = quantiles(lightness)
    # the mean distance of quantiles is the earth mover's distance
    return min(palettes, key=lambda one: float(np.abs(one.lightness - own).mean()))


def shift(palette: Palette, prior: npt.ArrayLike, strength: float) -> Floats:
    """Say what to add to logits to draw them towards a palette.

    Parameters
    ----------
    palette : Palette
        Whose colours are wanted.
    prior : (313,) array_like
        Share of each bin in the photographs that the network learnt from.
    strength : float, 0…1
        How much of `PULL` is applied.

    Returns
    -------
    (313,) float32
    """
    wanted = np.asarray(palette.shares, np.float64) + _FLOOR
    usual = np.asarray(prior, np.float64) + _FLOOR
    return (strength * PULL * np.log(wanted / usual)).astype(np.float32)
