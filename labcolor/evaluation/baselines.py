"""What any method must be better than: no colour, one colour, and another picture's colours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from labcolor.color.floats import Floats
from labcolor.color.merge import merge
from labcolor.errors import PhotoError
from labcolor.evaluation.truth import Folder, Photograph
from labcolor.photo.model import Pixels

Colouring: TypeAlias = "Callable[[Photograph], Pixels]"
"""Gives a photograph's L* other colours: (h, w, 3) uint8 BGR of the same size."""

SEED = 0


def baseline(name: str, folder: Folder) -> Colouring:
    """Make a baseline for the photographs of a folder.

    Parameters
    ----------
    name : {"grey", "mean", "random"}
        "grey": ab is 0. "mean": every pixel has the mean ab of all pixels of the folder, for which
        all of it is read once more. "random": ab is that of another photograph of the folder,
        squashed to the size of this one (the paper's "Random", section 3.1); which one a fixed
        seed decides, and each of them lends its colours once.
    folder : Folder
        The photographs.
    """
    return BASELINES[name](folder)


class Plane:
    """ab at the size of a photograph."""

    def __init__(self, ab: Floats) -> None:
        self._ab = ab

    def rows(self, top: int, lightness: Floats) -> Floats:
        """Return ab of the rows from `top` on, (2, rows, width); L* only says how many."""
        return self._ab[top : top + len(lightness)].transpose(2, 0, 1)


def _tinted(photograph: Photograph, ab: npt.ArrayLike) -> Pixels:
    """Give a photograph one ab everywhere."""
    plane = np.broadcast_to(np.asarray(ab, np.float32), (*photograph.pixels.shape[:2], 2))
    return merge(photograph.pixels, Plane(plane))


def _grey(_: Folder) -> Colouring:
    def colour(photograph: Photograph) -> Pixels:
        # Rounding may leave one channel a level off the others.
        return np.repeat(_tinted(photograph, (0, 0))[..., 1:2], 3, axis=-1)

    return colour


def _mean(folder: Folder) -> Colouring:
    ab, pixels = np.zeros(2), 0
    for photograph in _others(folder, folder.files):
        ab += photograph.lab[..., 1:].sum((0, 1), dtype=np.float64)
        pixels += photograph.lab[..., 0].size
    mean = ab / max(pixels, 1)
    return lambda photograph: _tinted(photograph, mean)


class _Random:
    """The colours of the next photograph on a tour through all of them."""

    def __init__(self, folder: Folder) -> None:
        order = np.random.default_rng(SEED).permutation(len(folder.files))
        self._folder = folder
        self._tour = [folder.files[index] for index in order]

    def __call__(self, photograph: Photograph) -> Pixels:
        import cv2

        here = self._tour.index(self._folder.path / photograph.name)
        donor = next(_others(self._folder, self._tour[here + 1 :] + self._tour[:here]), None)
        if donor is None:
            message = f"A random baseline needs two colour photographs; {self._folder.path} has 1."
            raise PhotoError(message)
        height, width = photograph.pixels.shape[:2]
        ab = cv2.resize(donor.lab[..., 1:], (width, height))
        return merge(photograph.pixels, Plane(ab))


BASELINES: dict[str, Callable[[Folder], Colouring]] = {
    "grey": _grey,
    "mean": _mean,
    "random": _Random,
}


def _others(folder: Folder, files: tuple[Path, ...] | list[Path]) -> Iterator[Photograph]:
    """Read those that are in colour; what cannot be read is reported where it is measured."""
    for file in files:
        photograph = None
        with suppress(PhotoError):
            photograph = folder.read(file)
        if photograph is not None:
            yield photograph
