"""The colours of a shot as they are known so far: a running mean along the motion.

Each cell keeps its colour and how much that is worth. From picture to picture both move with the
picture; what is not surely the same place any more loses its worth, and what the network says of
the new picture counts as one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from labcolor.color.lab import Floats
from labcolor.film.motion import Step, moved

MOST = np.float32(29)
"""What memory is worth at most, against one picture that the network sees."""

_ALIKE = np.float32(8.0**2)  # squared difference of ab below which one mean is safe for both
_NEXT_TO_NOTHING = np.float32(1e-6)


class Memory(NamedTuple):
    """Colours and their worth.

    Attributes
    ----------
    ab : (72, 72, 2) float32
    worth : (72, 72) float32
        How many pictures it is the mean of.
    """

    ab: Floats
    worth: Floats

    @staticmethod
    def of(ab: Floats) -> Memory:
        """Begin with what the network says of one picture."""
        return Memory(ab, np.ones(ab.shape[:2], np.float32))

    def at(self, step: Step, seen: Floats | None, steady: float) -> Memory:
        """Bring it to the next picture, before that one's own colours count.

        Parameters
        ----------
        step : Step
            From the next picture to this one.
        seen : (72, 72, 2) float32, optional
            What the network says of the next picture. Where memory says nearly the same, one mean
            is right for both, whatever became of the place.
        steady : float, 0…1
            What the worth of memory is multiplied by against the network's word.
        """
        ab, worth = moved(self.ab, step), np.minimum(moved(self.worth, step), MOST)
        trust = step.trust
        if seen is not None:
            alike = np.exp(-np.square(ab - seen).sum(-1) / _ALIKE)
            trust = np.float32(steady) * (trust + (1 - trust) * alike)
        return Memory(ab, np.maximum(trust * worth, _NEXT_TO_NOTHING))

    def mixed(self, seen: Floats | None) -> Memory:
        """Take what the network says of the picture in."""
        if seen is None:
            return self
        worth = self.worth + 1
        return Memory(self.ab + (seen - self.ab) / worth[..., None], worth)

    def joined(self, other: Memory) -> Floats:
        """Weigh the colours of two memories of one picture, (72, 72, 2)."""
        share = other.worth / (self.worth + other.worth)
        return self.ab + (other.ab - self.ab) * share[..., None]
