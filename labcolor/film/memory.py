"""The colours of a shot as they are known so far: a running mean along the motion.

Each cell keeps its colour and how much that is worth. From picture to picture both move with the
picture; what is not surely the same place any more loses its worth, and what the network says of
the new picture counts as one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from labcolor.color.floats import Floats
from labcolor.film.motion import Step, moved

MOST = np.float32(300)
"""What memory is worth at most, against one picture that the network sees: so long a mean holds a
shot's colours where they were, whatever the network drifts to."""

_ALIKE = np.float32(8.0**2)  # squared difference of ab below which one mean is safe for both
_LIGHTNESS = np.float32(16.0**2)  # squared difference of L* at which a place is another one
_FLICKER = np.float32(0.9)  # of what the whole picture has in common
_BLUR = 1.0
_NEXT_TO_NOTHING = np.float32(1e-6)


class Memory(NamedTuple):
    """Colours and their worth.

    Attributes
    ----------
    ab : (72, 72, 2) float32
    light : (72, 72) float32
        L* that went with the colours.
    worth : (72, 72) float32
        How many pictures it is the mean of.
    """

    ab: Floats
    light: Floats
    worth: Floats

    @staticmethod
    def of(ab: Floats, light: Floats) -> Memory:
        """Begin with what the network says of one picture."""
        return Memory(ab, light, np.ones(ab.shape[:2], np.float32))

    def at(self, step: Step, light: Floats, seen: Floats | None, steady: float) -> Memory:
        """Bring it to the next picture, before that one's own colours count.

        Parameters
        ----------
        step : Step
            From the next picture to this one.
        light : (72, 72) float32
            L* of the next picture.
        seen : (72, 72, 2) float32, optional
            What the network says of the next picture. Where memory says nearly the same, one mean
            is right for both, whatever became of the place.
        steady : float, 0…1
            What the worth of memory is multiplied by against the network's word.
        """
        ab, worth = moved(self.ab, step), np.minimum(moved(self.worth, step), MOST)
        before = moved(self.light, step)
        trust = step.trust * _likeness(light - before)
        if seen is not None:
            alike = np.exp(-np.square(ab - seen).sum(-1) / _ALIKE)
            trust = np.float32(steady) * (trust + (1 - trust) * alike)
        return Memory(ab, before, np.maximum(trust * worth, _NEXT_TO_NOTHING))

    def mixed(self, light: Floats, seen: Floats | None) -> Memory:
        """Take the picture in, and what the network says of it, if it was asked."""
        worth = self.worth + 1
        mean = self.light + (light - self.light) / worth
        if seen is None:
            return Memory(self.ab, mean, self.worth)
        return Memory(self.ab + (seen - self.ab) / worth[..., None], mean, worth)

    def joined(self, other: Memory) -> Floats:
        """Weigh the colours of two memories of one picture, (72, 72, 2)."""
        share = other.worth / (self.worth + other.worth)
        return self.ab + (other.ab - self.ab) * share[..., None]


def _likeness(change: Floats) -> Floats:
    """Tell how far a place is still what its colours were seen at: a dissolve changes it slowly.

    Parameters
    ----------
    change : (72, 72) float32
        Of L*, against its mean over what memory holds.
    """
    import cv2

    change = cv2.GaussianBlur(change, (0, 0), _BLUR)
    change -= _FLICKER * np.median(change)
    return np.exp(-np.square(change) / _LIGHTNESS)
