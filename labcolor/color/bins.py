"""The 313 ab bins: their centres, soft encoding, prior and rebalancing weights.

Zhang, Isola & Efros, "Colorful Image Colorization", ECCV 2016, section 2.1 and 2.2: the ab plane
is cut into a grid of 10, of which 313 bins lie inside the sRGB gamut.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

import numpy as np
import numpy.typing as npt

from labcolor.color.floats import Floats

STEP = 10

# The in-gamut bins: for each b, the first and the last a.
_SPAN = {
    100: (-50, 0),
    90: (-90, 40),
    80: (-90, 70),
    70: (-90, 90),
    60: (-90, 90),
    50: (-90, 90),
    40: (-80, 90),
    30: (-80, 90),
    20: (-80, 90),
    10: (-70, 90),
    0: (-70, 100),
    -10: (-60, 100),
    -20: (-60, 100),
    -30: (-50, 100),
    -40: (-40, 100),
    -50: (-30, 100),
    -60: (-10, 100),
    -70: (0, 100),
    -80: (10, 100),
    -90: (30, 100),
    -100: (40, 90),
    -110: (60, 90),
}


def _centres() -> Floats:
    grid = [(a, b) for b, (low, high) in _SPAN.items() for a in range(low, high + STEP, STEP)]
    centres = np.array(sorted(grid), np.float32)
    centres.setflags(write=False)
    return centres


BINS: Floats = _centres()
"""(313, 2) float32, the (a, b) centres, ordered by a, then b, as published weights order them."""


def prior() -> Floats:
    """Share of each bin in natural photographs, estimated from labcolor's training pictures.

    Returns
    -------
    (313,) float32, positive, sums to 1. `training/prior.py` makes the file.
    """
    with (resources.files(__package__) / "prior.npy").open("rb") as file:
        return np.load(file, allow_pickle=False).astype(np.float32)


def nearest(ab: npt.ArrayLike, neighbours: int = 10) -> tuple[npt.NDArray[np.intp], Floats]:
    """Find the bins nearest to each colour.

    Parameters
    ----------
    ab : (..., 2) array_like
        Colours, a and b in CIELAB units.
    neighbours : int, 1…313
        How many bins to find.

    Returns
    -------
    index : (..., neighbours) int
        Bin numbers, the nearest first.
    squared : (..., neighbours) float32
        Their squared distances in ab.

    Raises
    ------
    ValueError
        If `ab` has no last axis of 2, or `neighbours` is out of range.
    """
    ab = np.asarray(ab, np.float32)
    if ab.shape[-1:] != (2,):
        message = f"ab must have a last axis of 2, not the shape {ab.shape}"
        raise ValueError(message)
    if not 1 <= neighbours <= len(BINS):
        message = f"neighbours must be from 1 to {len(BINS)}, not {neighbours}"
        raise ValueError(message)
    squared = ((ab[..., None, :] - BINS) ** 2).sum(-1)
    index = np.argsort(squared, axis=-1, kind="stable")[..., :neighbours]
    return index, np.take_along_axis(squared, index, -1)


REACH = 128
"""Whole ab from −REACH to before REACH are all that pixels round to: sRGB lies within ±110."""


def whole_ab() -> Floats:
    """Return every whole ab, (256, 256, 2) float32: a from −128 to 127, then b."""
    whole = np.arange(-REACH, REACH, dtype=np.float32)
    return np.stack(np.meshgrid(whole, whole, indexing="ij"), -1)


def nearest_by_table(ab: npt.ArrayLike) -> npt.NDArray[np.intp]:
    """Find the nearest bin of each colour's whole ab, for the pixels of whole pictures.

    Parameters
    ----------
    ab : (..., 2) array_like
        Colours, a and b in CIELAB units.

    Returns
    -------
    (...) int, bin numbers.
    """
    cell = (np.rint(ab).astype(np.intp) + REACH).clip(0, 2 * REACH - 1)
    return _nearest_of_whole_ab()[cell[..., 0], cell[..., 1]]


@lru_cache(maxsize=1)
def _nearest_of_whole_ab() -> npt.NDArray[np.intp]:
    # Row by row: all at once, the distances to 313 bins would take 160 MB.
    return np.stack([nearest(row, 1)[0][:, 0] for row in whole_ab()])


def soft_encode(
    ab: npt.ArrayLike, neighbours: int = 10, sigma: float = 5.0
) -> tuple[npt.NDArray[np.intp], Floats]:
    """Spread each colour over its nearest bins with a Gaussian.

    Section 2.2 of the paper: 5 neighbours in the text, 10 in the authors' code, σ = 5.

    Parameters
    ----------
    ab : (..., 2) array_like
        Colours, a and b in CIELAB units.
    neighbours : int, 1…313
        How many bins share a colour.
    sigma : float, above 0
        Width of the Gaussian in ab units.

    Returns
    -------
    index : (..., neighbours) int
        Bin numbers, the nearest first.
    share : (..., neighbours) float32
        The share of each, summing to 1 over the last axis.

    Raises
    ------
    ValueError
        If `ab` has no last axis of 2, or `neighbours` is out of range.
    """
    index, squared = nearest(ab, neighbours)
    # Relative to the nearest: the same shares, and no underflow far outside the gamut.
    share = np.exp((squared[..., :1] - squared) / np.float32(2 * sigma**2))
    return index, share / share.sum(-1, keepdims=True)


def smooth(histogram: npt.ArrayLike, sigma: float = 5.0) -> Floats:
    """Smooth a histogram over the bins with a Gaussian in the ab plane.

    Section 2.2 of the paper smooths the prior so, with σ = 5.

    Parameters
    ----------
    histogram : (313,) array_like
        Counts or shares, not all zero.
    sigma : float, above 0
        Width of the Gaussian in ab units.

    Returns
    -------
    (313,) float32, sums to 1.
    """
    counts = np.asarray(histogram, np.float64)
    squared = ((BINS[:, None].astype(np.float64) - BINS) ** 2).sum(-1)
    kernel = np.exp(-squared / (2 * sigma**2))
    # Each bin gives away exactly what it has, also at the border of the gamut.
    smoothed = (kernel / kernel.sum(0)) @ counts
    return (smoothed / smoothed.sum()).astype(np.float32)


def rebalancing_weights(prior: npt.ArrayLike, mixing: float = 0.5) -> Floats:
    """Weigh each bin by how rare it is.

    Equation 4 of the paper: w ∝ 1 / ((1 − λ)·prior + λ/313), with E_prior[w] = 1.

    Parameters
    ----------
    prior : (313,) array_like
        Share of each bin, sums to 1.
    mixing : float, 0…1
        λ, the part of the uniform distribution: 1 weighs all bins alike.

    Returns
    -------
    (313,) float32, expectation 1 under the prior.

    Raises
    ------
    ValueError
        If `mixing` is out of range, or the weight of a bin would be infinite.
    """
    share = np.asarray(prior, np.float64)
    if not 0 <= mixing <= 1:
        message = f"mixing (λ) must be from 0 to 1, not {mixing}"
        raise ValueError(message)
    mixed = (1 - mixing) * share + mixing / share.size
    if not mixed.all():
        message = "a bin with prior 0 has no finite weight without mixing (λ = 0)"
        raise ValueError(message)
    weights = 1 / mixed
    return (weights / (share * weights).sum()).astype(np.float32)
