"""The parts of a picture that will have one colour, by what a network says of it."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import numpy.typing as npt

from labcolor.color import decode
from labcolor.color.floats import Floats

MOST = 6

_BLOCKS = 4  # along a side, to begin with
_ALIKE = 0.93  # the affinity above which two parts are one
# What differs by so much is as far apart: L*, ab, and the position in parts of the longer side.
_LIGHTNESS, _AB, _PLACE = 10.0, 14.0, 0.4
_BLUR = 1.0  # cells by which parts run into one another; L* draws the edges later


def regions(distribution: Floats, lightness: Floats, bins: Floats) -> Floats:
    """Find parts that look alike and of which the network says the same.

    Cells are gathered by L*, mean colour and place, from square blocks on, as superpixels are
    (Achanta et al., "SLIC Superpixels", TPAMI 34, 2012). Then the two parts whose distributions
    have the greatest affinity (Bhattacharyya's, Σ √(p q)) are joined, wherever they lie, while it
    is high or there are too many: two pieces of one coat get one colour.

    Parameters
    ----------
    distribution : (Q, h, w) float32
        Sums to 1 over axis 0.
    lightness : (…, …) float32
        L* of the picture, of any size.
    bins : (Q, 2) float32
        The centres of the bins.

    Returns
    -------
    (R, h, w) float32
        How much each cell belongs to each of at most `MOST` parts; sums to 1 over axis 0.
    """
    import cv2

    parts = _joined(_superpixels(distribution, lightness, bins), distribution)
    shares = [cv2.GaussianBlur(part.astype(np.float32), (0, 0), _BLUR) for part in parts]
    return np.stack(shares) / np.sum(shares, axis=0)


def _superpixels(
    distribution: Floats, lightness: Floats, bins: Floats
) -> list[npt.NDArray[np.bool_]]:
    import cv2

    height, width = distribution.shape[1:]
    cells = cv2.resize(lightness, (width, height), interpolation=cv2.INTER_AREA)
    y, x = np.mgrid[0:height, 0:width]
    place = np.dstack([y, x]) / max(height, width)
    ab = decode.mean(distribution, bins)
    features = np.dstack([cells / _LIGHTNESS, ab / _AB, place / _PLACE]).astype(np.float32)
    blocks = (y * _BLOCKS // height) * _BLOCKS + x * _BLOCKS // width
    names, labels = np.unique(blocks, return_inverse=True)
    if len(names) == 1:  # of which OpenCV makes no cluster
        return [blocks == names[0]]
    until = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 50, 1e-3)
    _, labels, _ = cv2.kmeans(
        features.reshape(-1, features.shape[2]),
        len(names),
        labels.reshape(-1, 1).astype(np.int32),
        until,
        1,
        cv2.KMEANS_USE_INITIAL_LABELS,
    )
    return [labels.reshape(height, width) == name for name in np.unique(labels)]


def _joined(
    parts: list[npt.NDArray[np.bool_]], distribution: Floats
) -> list[npt.NDArray[np.bool_]]:
    """Join what is alike."""
    parts = list(parts)
    roots = [np.sqrt(distribution[:, part].mean(1)) for part in parts]
    while len(parts) > 1:
        pairs = combinations(range(len(parts)), 2)
        affinity, first, second = max((roots[i] @ roots[j], i, j) for i, j in pairs)
        if affinity < _ALIKE and len(parts) <= MOST:
            break
        parts[first] |= parts.pop(second)
        roots.pop(second)
        roots[first] = np.sqrt(distribution[:, parts[first]].mean(1))
    return parts
