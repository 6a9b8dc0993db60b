"""Other colourings that are as plausible: distinct, and coherent over the things in the picture.

A distribution has several modes where a thing may have several colours (Charpiat, Hofmann &
Schölkopf, "Automatic Image Colorization via Multimodal Predictions", ECCV 2008). Drawing a colour
for each cell would make confetti, so one is chosen for each part of the picture (`regions`), and
the choices for all parts together as Batra et al. do it ("Diverse M-Best Solutions in Markov
Random Fields", ECCV 2012): each version is the likeliest one after a reward for being unlike those
before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from labcolor.color import decode
from labcolor.color.floats import Floats
from labcolor.color.products import product
from labcolor.color.regions import regions

MOST = 9

_MODES = 5  # that a part's distribution is cut into
_RARE = 0.1  # a mode with less than this is not plausible
_SAME = 18.0  # ab: what is as near as this is a shade, not another colour
_REWARD = 0.35  # of a nat, for each unit of ab between two versions, on the mean
_ENOUGH = 15.0  # ab: beyond this more difference earns nothing
_LEAST = 3.0  # ab: versions that differ by less are one
_WIDTH = 14.0  # ab: how far colours stray from a mode
_SHARED = np.float32(0.5)  # what a part says of each of its cells, against the cell itself


@dataclass(frozen=True)
class _Part:
    """A part of the picture and the colours that it may have.

    Attributes
    ----------
    share : (h, w) float32
        How much each cell belongs to it.
    distribution : (Q,) float32
        What the network says of it as a whole.
    colours : (n, 2) float32
        The colour that it has, and the others that it may have.
    likelihood : (n,) float32
        How likely each is.
    """

    share: Floats
    distribution: Floats
    colours: Floats
    likelihood: Floats


def variants(
    distribution: Floats, ab: Floats, lightness: Floats, bins: Floats, count: int
) -> Iterator[Floats]:
    """Give a picture's likely versions.

    Parameters
    ----------
    distribution : (Q, h, w) float32
        What the network says; sums to 1 over axis 0.
    ab : (h, w, 2) float32
        The first version: what is made of it where nobody asks for others.
    lightness : (…, …) float32
        L* of the picture, of any size.
    bins : (Q, 2) float32
        The centres of the bins.
    count : int
        How many versions are wanted.

    Yields
    ------
    (Q, h, w) float32
        Logits of the second version and of those after it; fewer than wanted where no other is
        plausible and distinct.
    """
    parts = [
        _part(share, distribution, ab, bins) for share in regions(distribution, lightness, bins)
    ]
    for choice in _diverse(parts, count):
        changed = [(part, part.colours[n]) for part, n in zip(parts, choice, strict=True) if n]
        yield _towards(changed, distribution, bins)


@dataclass(frozen=True)
class Region:
    """A part of the picture, and what else it may be.

    Attributes
    ----------
    share : (h, w) float32
        How much each cell belongs to it, 0…1; those of all regions sum to 1.
    versions : iterator of (Q, h, w) float32
        Logits of the picture with each other colour that the region may have, the likeliest
        first; none where it may have no other.
    """

    share: Floats
    versions: Iterator[Floats]


def alternatives(
    distribution: Floats, ab: Floats, lightness: Floats, bins: Floats
) -> Iterator[Region]:
    """Give the parts of a picture, each with the other colours that it may have.

    Parameters
    ----------
    distribution, ab, lightness, bins
        As for `variants`.

    Yields
    ------
    Region
    """
    for share in regions(distribution, lightness, bins):
        part = _part(share, distribution, ab, bins)
        order = 1 + np.argsort(-part.likelihood[1:], kind="stable")
        changed = [[(part, part.colours[n])] for n in order]
        versions = (_towards(one, distribution, bins) for one in changed)
        yield Region(share, versions)


def _part(share: Floats, distribution: Floats, ab: Floats, bins: Floats) -> _Part:
    """Find what else a part may be: the modes that are likely, and far from what it is."""
    inner = share**4  # cells at its edge, which are of other parts too, say little of it
    inner /= inner.sum()
    own = np.tensordot(distribution, inner)
    present = np.tensordot(inner, ab)
    modes, mass = _modes(own, bins)
    away = np.hypot(*(modes - present).T)
    others = (mass > _RARE) & (away > _SAME)
    return _Part(
        share,
        own,
        np.vstack([present, modes[others]]),
        np.concatenate([mass[away.argmin(), None], mass[others]]),
    )


def _modes(distribution: Floats, bins: Floats) -> tuple[Floats, Floats]:
    """Cut a distribution (Q,) into modes by Lloyd's algorithm: (n, 2) ab and (n,) their mass."""
    modes = bins[distribution.argmax(), None]
    while len(modes) < min(_MODES, len(bins)):  # the next where most lies far from those there are
        far = _squares(bins, modes).min(1)
        modes = np.vstack([modes, bins[(distribution * far).argmax()]])
    before = np.zeros_like(modes)
    while not np.allclose(modes, before, atol=0.01):
        before = modes
        belongs = _squares(bins, modes).argmin(1)[:, None] == np.arange(len(modes))
        weight = distribution[:, None] * belongs
        mass = weight.sum(0)
        modes = weight.T @ bins / np.maximum(mass, np.finfo(np.float32).tiny)[:, None]
    return _parted(modes, mass)


def _parted(modes: Floats, mass: Floats) -> tuple[Floats, Floats]:
    """Leave out modes beside a heavier one, which gets their mass: they are its shades."""
    kept: list[int] = []
    for n in np.argsort(-mass):
        near = np.flatnonzero(_squares(modes[kept], modes[n, None])[:, 0] < _SAME**2)
        if near.size:
            mass[kept[near[0]]] += mass[n]
        else:
            kept.append(int(n))
    return modes[kept], mass[kept]


def _squares(points: Floats, others: Floats) -> Floats:
    """Squared distances, (n, m), of points (n, 2) from others (m, 2)."""
    return ((points[:, None] - others[None]) ** 2).sum(-1)


def _diverse(parts: list[_Part], count: int) -> Iterator[tuple[int, ...]]:
    """Choose `count` − 1 times a colour for each part; 0 is the one that it has."""
    choices = np.indices([len(part.colours) for part in parts]).reshape(len(parts), -1).T
    logs = sum(np.log(part.likelihood)[choices[:, n]] for n, part in enumerate(parts))
    area = np.array([part.share.mean() for part in parts])

    def difference(choice: np.ndarray) -> Floats:
        """Mean distance in ab of all choices from one."""
        return sum(
            size * np.hypot(*(part.colours[choices[:, n]] - part.colours[choice[n]]).T)
            for n, (part, size) in enumerate(zip(parts, area, strict=True))
        )

    nearest = difference(choices[0])
    for _ in range(count - 1):
        score = logs + _REWARD * np.minimum(nearest, _ENOUGH)
        best = np.where(nearest < _LEAST, -np.inf, score).argmax()
        if nearest[best] < _LEAST:
            return
        yield tuple(choices[best])
        nearest = np.minimum(nearest, difference(choices[best]))


def _towards(changed: list[tuple[_Part, Floats]], distribution: Floats, bins: Floats) -> Floats:
    """Draw the distribution of some parts towards the colours that are chosen for them.

    Half of what is said of a cell is what is said of its part, lest cells that know nothing of
    that colour stay behind; the rest keeps the shades within the part.
    """
    shares = np.stack([part.share for part, _ in changed])
    common = np.stack([part.distribution for part, _ in changed], axis=1)
    pull = -_squares(bins, np.stack([colour for _, colour in changed])) / (2 * _WIDTH**2)
    mixed = distribution * (1 - _SHARED * shares.sum(0))
    mixed += _SHARED * _spread(common, shares)
    return decode.logarithm(mixed) + _spread(pull, shares)


def _spread(shared: Floats, shares: Floats) -> Floats:
    """Give each cell what is said of the parts, (Q, n), by how much it belongs to them."""
    count, *size = shares.shape
    cells = product(shares.reshape(count, -1).T, np.ascontiguousarray(shared.T))
    return cells.T.reshape(-1, *size)
