"""What a colour hint changes: its place, the object that it lies on, and nothing far away.

A network follows hints more or less, as it was trained, and beyond their object too. So its answer
with hints and its answer without are brought together by how near a hint is: geodesically, along
the way on which L* changes least (Yatziv & Sapiro, "Fast Image and Video Colorization Using
Chrominance Blending", TIP 15, 2006). A change of L* from a cell to the next counts by its square:
shading and grain, which are many small ones, let a hint pass, and an edge, a large one, does not.

The numbers were chosen by the measures of `benchmarks/hints.py`.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from labcolor.color.floats import Floats
from labcolor.color.guided import around

_CELLS = 72  # a side of the grid on which distances are measured, for any network
_REACH = 0.5  # of the picture's side: farther away nothing follows
_EDGE = 16.0  # L*: the change from one cell to the next that stops as much as the reach does
_HELD = 1.5  # units of ab: what the network may change at the reach; at half of it 8 times that

_AHEAD, _BACK, _STAY = slice(1, None), slice(None, -1), slice(None)
# from a cell to its neighbours: whither, whence, by how many cells
_WAYS = (
    ((_AHEAD, _STAY), (_BACK, _STAY), 1),
    ((_BACK, _STAY), (_AHEAD, _STAY), 1),
    ((_STAY, _AHEAD), (_STAY, _BACK), 1),
    ((_STAY, _BACK), (_STAY, _AHEAD), 1),
    ((_AHEAD, _AHEAD), (_BACK, _BACK), 2**0.5),
    ((_BACK, _BACK), (_AHEAD, _AHEAD), 2**0.5),
    ((_AHEAD, _BACK), (_BACK, _AHEAD), 2**0.5),
    ((_BACK, _AHEAD), (_AHEAD, _BACK), 2**0.5),
)


def apply_hints(ab: Floats, without: Floats, hints: Floats, seen: Floats) -> Floats:
    """Give hinted places the colour that they are to have, and their objects the same change.

    Parameters
    ----------
    ab : (h, w, 2) float32
        What the network gave.
    without : (h, w, 2) float32
        What it gave without hints.
    hints : (3, side, side) float32
        What it was told: a, b and mask.
    seen : (side, side) float32
        L* of the photograph as the network saw it.

    Returns
    -------
    (h, w, 2) float32
        The hints where there are any. Elsewhere `without` and a change, which near a hint is that
        of the hinted place, and towards what it does not reach that of `ab`, held to 1.5 units at
        half the picture's side from every hint and to less beyond.
    """
    if not hints[2].any():
        return without
    there, wanted = _told(hints, (_CELLS, _CELLS))
    before, response = _sized(without, (_CELLS, _CELLS)), _sized(ab - without, (_CELLS, _CELLS))
    # the mean takes the grain away that the cells have left
    distance, source = _nearest(there, around(_sized(seen, (_CELLS, _CELLS))))
    change = (wanted - before).reshape(-1, 2)[source]
    near = ((1 - distance**4) ** 2)[..., None]
    change = near * change + (1 - near) * _held(response, there)
    result = without + _sized(change, ab.shape[:2])
    there, wanted = _told(hints, ab.shape[:2])
    result[there] = wanted[there]
    return result


def _sized(plane: Floats, size: tuple[int, ...]) -> Floats:
    """Bring a plane to another number of rows and columns."""
    import cv2

    smaller = plane.shape[0] > size[0]
    how = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(plane, (size[1], size[0]), interpolation=how))


def _told(hints: Floats, size: tuple[int, ...]) -> tuple[npt.NDArray[np.bool_], Floats]:
    """Say which cells of a grid hold a hint, and the mean ab of the hints in each, (h, w, 2)."""
    a, b, share = (_sized(plane, size) for plane in hints)
    there = share > 1e-6  # of a cell; a single pixel of the largest square is 1e-4
    mean = np.dstack([a, b]) / np.where(there, share, 1)[..., None]
    return there, mean.astype(np.float32)


def _nearest(
    there: npt.NDArray[np.bool_], lightness: Floats
) -> tuple[Floats, npt.NDArray[np.int32]]:
    """Find the geodesic distance to the nearest hint, 0…1 of what it reaches, and its cell.

    Both ways over the cells and changes of L* count.
    """
    distance = np.where(there, 0, 1).astype(np.float32)
    source = np.arange(distance.size, dtype=np.int32).reshape(distance.shape)
    ways = [
        (to, start, cells / (_CELLS * _REACH) + ((lightness[to] - lightness[start]) / _EDGE) ** 2)
        for to, start, cells in _WAYS
    ]
    before = np.empty_like(distance)
    while not np.array_equal(distance, before):
        before[:] = distance
        for to, start, cost in ways:
            found = distance[start] + cost
            nearer = found < distance[to]
            np.copyto(distance[to], found, where=nearer)
            np.copyto(source[to], source[start], where=nearer)
    return distance, source


def _held(response: Floats, there: npt.NDArray[np.bool_]) -> Floats:
    """Hold the network's response to hints back, the more the farther they are."""
    import cv2

    away = cv2.distanceTransform((~there).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
    allowed = _HELD * (_CELLS * _REACH / np.maximum(away, 1)) ** 3
    size = np.hypot(response[..., 0], response[..., 1])
    return response * np.minimum(1, allowed / np.maximum(size, 1e-6))[..., None]
