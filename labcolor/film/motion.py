"""Where each place of a picture was in the one before, and how sure that is.

Flow is dense inverse search (Kroeger et al., ECCV 2016), as OpenCV has it, both ways between
pictures made small. A place is trusted as far as its lightness is found again there and the way
back leads home (Sundaram, Brox & Keutzer, ECCV 2010); what flickers as a whole, as old film does,
is no sign of another place.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from labcolor.color.floats import Floats
from labcolor.color.lightness import Pixels, lightness

Small = npt.NDArray[np.uint8]

LONGER_SIDE = 256
"""Of the pictures between which motion is looked for."""
GRID = 72
"""Cells along each side of what colours are remembered in, whatever a picture's shape."""

_LIGHTNESS = 16.0  # difference of L* at which a place is hardly the same
_ASTRAY, _OF_LENGTH = 2.0, 0.02  # pixels that the way back may miss by, and more of a long way
_FLICKER = np.float32(0.9)  # how much of the common change of L* is not held against a place
_MOST_FLICKER = np.float32(15)  # of L*: beyond it, it is another picture or a light switched on
_BLUR = 1.5


class Step(NamedTuple):
    """The way from one picture to another.

    Attributes
    ----------
    places : (72, 72, 2) float32
        For each cell the x and y, in cells, of where it is in the other picture.
    trust : (72, 72) float32
        How sure that is, 0…1.
    """

    places: Floats
    trust: Floats


class Motion(NamedTuple):
    """What moved between a picture and the next.

    Attributes
    ----------
    back : Step
        From the next picture to this one.
    forth : Step
        From this picture to the next.
    likeness : float, 0…1
        How much of the picture is found again; little where a cut lies between.
    """

    back: Step
    forth: Step
    likeness: float


def shrunk(grey: Pixels, bits: int = 8) -> Small:
    """Make a picture as small as motion is looked for in.

    Parameters
    ----------
    grey : (h, w) uint8 or uint16
    bits : int, 8…16
        Of its levels.

    Returns
    -------
    (…, …) uint8
        Its longer side is 256 at most.
    """
    import cv2

    height, width = grey.shape
    scale = min(1.0, LONGER_SIDE / max(height, width))
    # DIS takes nothing below twelve pixels
    size = max(16, round(width * scale)), max(16, round(height * scale))
    small = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    return small if grey.dtype == np.uint8 else (small >> (bits - 8)).astype(np.uint8)


def motion(before: Small, after: Small) -> Motion:
    """Find what moved from one small picture to the next.

    Parameters
    ----------
    before, after : (h, w) uint8
        As `shrunk` gives them, of one size.

    Returns
    -------
    Motion
    """
    finder = _finder()
    back, forth = finder.calc(after, before, None), finder.calc(before, after, None)
    light = lightness(before), lightness(after)
    home, unlike = _misses(back, forth, light[1], light[0])
    back_step = _step(back, _trust(home, unlike))
    likeness = float(_likeness(home, unlike).mean())
    home, unlike = _misses(forth, back, light[0], light[1])
    return Motion(back_step, _step(forth, _trust(home, unlike)), likeness)


def likeness(before: Small, after: Small) -> float:
    """Tell how much of a picture is found again in another, 0…1."""
    finder = _finder()
    back, forth = finder.calc(after, before, None), finder.calc(before, after, None)
    home, unlike = _misses(back, forth, lightness(after), lightness(before))
    return float(_likeness(home, unlike).mean())


def moved(planes: Floats, step: Step) -> Floats:
    """Bring what is known of the other picture, (72, 72[, n]), to where it is in this one."""
    import cv2

    return cv2.remap(planes, step.places, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


_own = threading.local()


def _finder() -> Any:
    """Make one finder a thread, as it keeps its workings from one call to the next."""
    if not hasattr(_own, "finder"):
        import cv2

        # by name, as cv2's own stubs do not know it
        create = getattr(cv2, "DISOpticalFlow_create")  # noqa: B009
        _own.finder = create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
    return _own.finder


def _misses(flow: Floats, way_back: Floats, here: Floats, there: Floats) -> tuple[Floats, Floats]:
    """Tell by how much each pixel misses itself on its way there and back.

    Returns
    -------
    astray : (h, w) float32
        Squared, as a share of what may be; infinite where the way leads out of the picture.
    unlike : (h, w) float32
        The squared difference of L*, without what the whole picture has in common.
    """
    import cv2

    x, y = _pixels(*here.shape)
    places = x + flow[..., 0], y + flow[..., 1]
    home = cv2.remap(way_back, *places, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    home += flow
    length = flow[..., 0] ** 2 + flow[..., 1] ** 2
    astray = home[..., 0] ** 2 + home[..., 1] ** 2
    astray /= _ASTRAY**2 + np.float32(_OF_LENGTH) * length
    height, width = here.shape
    astray[(places[0] < 0) | (places[0] > width - 1)] = np.inf
    astray[(places[1] < 0) | (places[1] > height - 1)] = np.inf
    found = cv2.remap(there, *places, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    change = cv2.GaussianBlur(here - found, (0, 0), _BLUR)
    common = np.clip(np.median(change[::2, ::2]), -_MOST_FLICKER, _MOST_FLICKER)
    change -= _FLICKER * common
    return astray, np.square(change, out=change)


def _trust(astray: Floats, unlike: Floats) -> Floats:
    return np.exp(-astray - unlike / np.float32(_LIGHTNESS**2))


def _likeness(astray: Floats, unlike: Floats) -> Floats:
    """Trust, but twice as strict."""
    return np.exp(-4 * (astray + unlike / np.float32(_LIGHTNESS**2)))


def _step(flow: Floats, trust: Floats) -> Step:
    import cv2

    height, width = trust.shape
    size = (GRID, GRID)
    cells = cv2.resize(flow, size, interpolation=cv2.INTER_AREA)
    cells *= np.array([GRID / width, GRID / height], np.float32)
    x, y = _pixels(GRID, GRID)
    cells[..., 0] += x
    cells[..., 1] += y
    return Step(cells, cv2.resize(trust, size, interpolation=cv2.INTER_AREA))


@lru_cache(maxsize=4)
def _pixels(height: int, width: int) -> tuple[Floats, Floats]:
    y, x = np.mgrid[:height, :width].astype(np.float32)
    return x, y
