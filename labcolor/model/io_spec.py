"""The I/O spec of a network: what the numbers mean that go in and that come out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from labcolor.color.bins import BINS
from labcolor.color.decode import logarithm
from labcolor.color.floats import Floats
from labcolor.color.lab import lab_from_srgb, srgb_from_lab
from labcolor.errors import WeightsError

Takes: TypeAlias = Literal["L", "rgb"]
Gives: TypeAlias = Literal["distribution", "ab", "rgb"]

PLANES: dict[Takes, int] = {"L": 1, "rgb": 3}
"""How many planes go in."""

_LARGEST = 1e30  # OpenCV 5 gives the largest float where infinity or NaN comes out


class Normalisation(NamedTuple):
    """How a network's numbers are normalised: value = number · scale + offset.

    Attributes
    ----------
    offset, scale : float, or (C, 1, 1) float32
        For all channels, or for each.
    """

    offset: Floats | float = 0.0
    scale: Floats | float = 1.0

    def normalised(self, values: Floats) -> Floats:
        """Write values, (C, h, w) float32, as the network's numbers."""
        return ((values - self.offset) / self.scale).astype(np.float32)

    def denormalised(self, numbers: Floats) -> Floats:
        """Say what the network's numbers, (C, h, w) float32, stand for."""
        return (numbers * self.scale + self.offset).astype(np.float32)


UNCHANGED = Normalisation()
L_MINUS_50 = Normalisation(offset=50.0)


@dataclass(frozen=True)
class Input:
    """What goes into a network.

    Attributes
    ----------
    kind : {"L", "rgb"}
        L*, 0…100, or the grey of that L* as sRGB, 0…1, three times.
    normalisation : Normalisation
        What its numbers stand for.
    hints : bool
        Whether a, b and mask of colour hints go in behind it, in CIELAB units as they are.
    """

    kind: Takes = "L"
    normalisation: Normalisation = L_MINUS_50
    hints: bool = False

    @property
    def channels(self) -> int:
        """How many planes go in."""
        return PLANES[self.kind] + (3 if self.hints else 0)

    def planes(self, lightness: Floats, hints: Floats | None = None) -> Floats:
        """Make what the network sees.

        Parameters
        ----------
        lightness : (h, w) float32
            L*, 0…100.
        hints : (3, h, w) float32, optional
            a, b and mask, for a network that takes hints.

        Returns
        -------
        (1, channels, h, w) float32
        """
        seen = self.normalisation.normalised(
            lightness[None] if self.kind == "L" else _grey(lightness)
        )
        if self.hints:
            given = np.zeros((3, *lightness.shape), np.float32) if hints is None else hints
            seen = np.concatenate((seen, given))
        return np.ascontiguousarray(seen[None])


@dataclass(frozen=True)
class Output:
    """What comes out of a network.

    Attributes
    ----------
    kind : {"distribution", "ab", "rgb"}
        Logits over the bins or the distribution itself; ab in CIELAB units; sRGB, 0…1, whose ab
        counts.
    normalisation : Normalisation
        What its numbers stand for; for a distribution, what its logits are multiplied by.
    bins : (Q, 2) float32
        The centres of the bins, for a distribution.
    softmax : bool
        Whether what comes out is the distribution itself, after a softmax.
    """

    kind: Gives
    normalisation: Normalisation = UNCHANGED
    bins: Floats = field(default_factory=lambda: BINS)
    softmax: bool = False

    @property
    def channels(self) -> int:
        """How many planes come out."""
        return {"distribution": len(self.bins), "ab": 2, "rgb": 3}[self.kind]

    def checked(self, answer: Floats, source: str) -> Floats:
        """Take the one answer out of the batch, (1, channels, h, w), once it is found sound.

        Raises
        ------
        WeightsError
            It has another shape, numbers that are none, or logits instead of a distribution, or a
        distribution instead of logits.
        """
        if answer.ndim != 4 or answer.shape[:2] != (1, self.channels):
            shape = " × ".join(map(str, answer.shape))
            message = (
                f"{source} gave {shape} numbers, where 1 × {self.channels} × height × width of "
                f"the kind {self.kind} are expected."
            )
            raise WeightsError(message)
        if not np.abs(answer).max() < _LARGEST:  # which NaN is not either
            message = f"{source} gave numbers that are not finite; its file may be damaged."
            raise WeightsError(message)
        if self.kind == "distribution":
            self._check_softmax(answer[0], source)
        return answer[0]

    def _check_softmax(self, answer: Floats, source: str) -> None:
        """Refuse logits where a distribution is expected, and the other way round."""
        if self.softmax == _is_distribution(answer):
            return
        if self.softmax:
            what, setting = "numbers that are not a distribution (0 or above, sum 1)", "false"
        else:
            what, setting = "a distribution (0 or above, sum 1) instead of logits", "true"
        message = f"{source} gave {what}: set softmax = {setting} in [output] of its TOML."
        raise WeightsError(message)

    def logits(self, answer: Floats) -> Floats:
        """Take logits, or a distribution, (Q, h, w), for the logits."""
        return self.normalisation.denormalised(logarithm(answer) if self.softmax else answer)

    def ab(self, answer: Floats) -> Floats:
        """Take ab, (2, h, w), or sRGB, (3, h, w), for ab, (h, w, 2)."""
        values = self.normalisation.denormalised(answer).transpose(1, 2, 0)
        if self.kind == "ab":
            return values
        return lab_from_srgb(np.clip(values, 0, 1))[..., 1:]


def _is_distribution(answer: Floats) -> bool:
    return bool(answer.min() >= 0 and np.allclose(answer.sum(0), 1, atol=1e-3))


def _grey(lightness: Floats) -> Floats:
    lab = np.zeros((*lightness.shape, 3), np.float32)
    lab[..., 0] = lightness
    return srgb_from_lab(lab).transpose(2, 0, 1)
