"""From the network's logits to a distribution over the 313 bins, and from that to ab."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from labcolor.color.bins import BINS
from labcolor.color.floats import Floats
from labcolor.color.products import product


def rebalance(logits: Floats, weights: npt.ArrayLike, change: float) -> Floats:
    """Change how much class rebalancing a result carries.

    Training with the weights of equation 4 multiplies the distribution that the network learns by
    w, more or less; adding change · log w to its logits carries that further, or takes it back.

    Parameters
    ----------
    logits : (313, h, w) float32
    weights : (313,) array_like
        The rebalancing weights w.
    change : float
        S − S₀: the rebalancing wanted less the rebalancing trained with.

    Returns
    -------
    (313, h, w) float32
    """
    if change == 0:
        return logits
    shift = (change * np.log(np.asarray(weights, np.float64))).astype(np.float32)
    return logits + shift[:, None, None]


def softmax(logits: Floats, temperature: float = 1.0) -> Floats:
    """Turn logits into a distribution, sharpened by a temperature.

    softmax(logits / T) is equation 5 of the paper applied to softmax(logits), since the two differ
    by a constant under the exponential.

    Parameters
    ----------
    logits : (313, h, w) float32
    temperature : float, 0 or above
        T: 1 leaves the distribution as it is, 0 puts all on the likeliest bin.

    Returns
    -------
    (313, h, w) float32, sums to 1 over axis 0.

    Raises
    ------
    ValueError
        If the temperature is negative.
    """
    if temperature < 0:
        message = f"the temperature must be 0 or above, not {temperature}"
        raise ValueError(message)
    below = logits - logits.max(0)  # at most 0, so that no exponential overflows
    if temperature < np.finfo(np.float32).tiny:
        share = (below == 0).astype(np.float32)
    else:
        with np.errstate(over="ignore", under="ignore"):  # to −∞ and to 0, as it should
            share = np.exp(below / np.float32(temperature))
    return share / share.sum(0)


def logarithm(distribution: Floats) -> Floats:
    """Take the logarithm of a distribution: its logits, but for a constant; −87 stands for −∞."""
    return np.log(np.maximum(distribution, np.finfo(np.float32).tiny))


def mean(distribution: Floats, bins: Floats = BINS) -> Floats:
    """Take the expectation of ab.

    Parameters
    ----------
    distribution : (Q, h, w) float32, sums to 1 over axis 0
    bins : (Q, 2) float32
        The centres of the bins.

    Returns
    -------
    (h, w, 2) float32, ab.
    """
    count, *size = distribution.shape
    return product(distribution.reshape(count, -1).T, bins).reshape(*size, 2)


def annealed_mean(logits: Floats, temperature: float, bins: Floats = BINS) -> Floats:
    """Take the annealed mean (equation 5 of the paper): between the mean and the mode.

    Parameters
    ----------
    logits : (Q, h, w) float32
        Logits, or the logarithm of a distribution.
    temperature : float, 0 or above
        T = 1 gives the mean, T → 0 the mode; the paper takes 0.38.
    bins : (Q, 2) float32
        The centres of the bins.

    Returns
    -------
    (h, w, 2) float32, ab.

    Raises
    ------
    ValueError
        If the temperature is negative.
    """
    return mean(softmax(logits, temperature), bins)
