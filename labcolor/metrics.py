"""How far a colouring is from the truth: the measures of the paper, section 3.1."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from labcolor.color.bins import BINS, nearest_by_table, smooth

LARGEST = 150


class AreaUnderCurve:
    """Raw and class-rebalanced accuracy of ab over any number of pictures.

    The curve gives the share of pixels whose distance to the truth in ab is at most t, for
    t = 0…150; the area under it, by trapezoids, is divided by 150. The rebalanced area weighs each
    pixel by 1 / (share of its true bin), the shares being those of the pictures added, smoothed
    over the bins by a Gaussian of σ = 5 (equation 4 with λ = 0), or those of a given prior.
    """

    def __init__(self) -> None:
        self._count = np.zeros((len(BINS), LARGEST + 2), np.int64)

    def add(self, truth: npt.ArrayLike, ab: npt.ArrayLike) -> None:
        """Count the pixels of one picture.

        Parameters
        ----------
        truth, ab : (..., 2) array_like
            The true and the estimated colours of the same pixels, CIELAB units.
        """
        truth = np.asarray(truth, np.float32).reshape(-1, 2)
        distance = np.sqrt(((np.asarray(ab, np.float32).reshape(-1, 2) - truth) ** 2).sum(-1))
        column = np.minimum(np.ceil(distance), LARGEST + 1).astype(np.intp)
        row = nearest_by_table(truth)
        width = self._count.shape[1]
        counted = np.bincount(row * width + column, minlength=self._count.size)
        self._count += counted.reshape(self._count.shape)

    def raw(self) -> float:
        """Area under the curve with all pixels alike, in percent."""
        return self._area(np.ones(len(BINS)))

    def rebalanced(self, prior: npt.ArrayLike | None = None) -> float:
        """Area under the curve with each pixel weighted by the rarity of its true bin, in percent.

        Parameters
        ----------
        prior : (313,) array_like, optional
            Share of each bin, positive; by default the smoothed shares of the pictures added.
        """
        share = smooth(self._count.sum(1)) if prior is None else np.asarray(prior)
        occurs = self._count.any(1)  # far from all true colours the smoothed share is 0
        weights = np.zeros(len(BINS))
        weights[occurs] = 1 / share[occurs].astype(np.float64)
        return self._area(weights)

    def _area(self, weights: npt.NDArray[np.float64]) -> float:
        weighted = weights @ self._count
        curve = np.cumsum(weighted)[: LARGEST + 1] / weighted.sum()
        return float(100 * ((curve[1:] + curve[:-1]) / 2).sum() / LARGEST)
