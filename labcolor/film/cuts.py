"""Where one shot ends and the next begins.

A cut is where the picture is not found again in the next one, nor the ones around it in each
other. The second half tells it from a flash, after which everything is as it was before; that
brightness flickers as a whole is taken out where pictures are compared (`labcolor.film.motion`).
"""

from __future__ import annotations

from collections.abc import Sequence

from labcolor.film.motion import Small, likeness

LOOK_AHEAD = 2
"""Pictures after the one in question that a flash may take to be over."""
FOUND = 0.35
"""The share of a picture that is found again, on this side of which it is another shot."""


def is_cut(before: Sequence[Small], after: Sequence[Small], alike: float) -> bool:
    """Tell whether a shot begins with a picture.

    Parameters
    ----------
    before : sequence of (h, w) uint8
        Small pictures before it, the nearest last.
    after : sequence of (h, w) uint8
        The picture itself, and those after it.
    alike : float
        How much of it is found in the one before: `labcolor.film.motion.Motion.likeness`.
    """
    if alike >= FOUND:
        return False
    around = [(before[-1], later) for later in after[1 : 1 + LOOK_AHEAD]]
    around += [(earlier, after[0]) for earlier in list(before)[-1 - LOOK_AHEAD : -1]]
    return all(likeness(*pair) < FOUND for pair in around)
