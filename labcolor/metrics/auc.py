"""Accuracy of ab as the paper measures it, section 3.1: raw and class-rebalanced."""

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

    Every pixel adds its own part to that area, so that their number and the sum of their parts in
    each true bin are all that is kept, whatever the weights will be. `as_one` makes pictures of
    different sizes count alike.
    """

    def __init__(self) -> None:
        self._count = np.zeros(len(BINS))
        self._area = np.zeros(len(BINS))

    def add(self, truth: npt.ArrayLike, ab: npt.ArrayLike) -> None:
        """Count the pixels of one picture, or of a part of it.

        Parameters
        ----------
        truth, ab : (..., 2) array_like
            The true and the estimated colours of the same pixels, CIELAB units.
        """
        truth = np.asarray(truth, np.float32).reshape(-1, 2)
        distance = np.sqrt(((np.asarray(ab, np.float32).reshape(-1, 2) - truth) ** 2).sum(-1))
        # a pixel is part of the curve from t = ⌈distance⌉ on, to which a slope of 1 leads up
        area = np.clip(LARGEST + 0.5 - np.ceil(distance), 0, LARGEST)
        row = nearest_by_table(truth)
        self._count += np.bincount(row, minlength=len(BINS))
        self._area += np.bincount(row, weights=area, minlength=len(BINS))

    def __iadd__(self, other: AreaUnderCurve) -> AreaUnderCurve:
        """Take the pixels that another one has counted in."""
        self._count += other._count
        self._area += other._area
        return self

    def as_one(self) -> AreaUnderCurve:
        """Return the curve of the same picture, counting 1 instead of its number of pixels."""
        one, pixels = AreaUnderCurve(), self._count.sum()
        one._count, one._area = self._count / pixels, self._area / pixels
        return one

    def share(self) -> npt.NDArray[np.float32]:
        """Share of each bin in the true colours, smoothed: (313,) float32, sums to 1."""
        return smooth(self._count)

    def raw(self) -> float:
        """Area under the curve with all pixels alike, in percent."""
        return self._mean(np.ones(len(BINS)))

    def rebalanced(self, prior: npt.ArrayLike | None = None) -> float:
        """Area under the curve with each pixel weighted by the rarity of its true bin, in percent.

        Parameters
        ----------
        prior : (313,) array_like, optional
            Share of each bin, positive; by default the smoothed shares of the pictures added.
        """
        share = self.share() if prior is None else np.asarray(prior)
        occurs = self._count > 0  # far from all true colours the smoothed share is 0
        weights = np.zeros(len(BINS))
        weights[occurs] = 1 / share[occurs].astype(np.float64)
        return self._mean(weights)

    def _mean(self, weights: npt.NDArray[np.float64]) -> float:
        return float(100 * (weights @ self._area) / (weights @ self._count) / LARGEST)
