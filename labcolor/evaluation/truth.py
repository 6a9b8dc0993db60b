"""The colour photographs of a folder: the truth that a colouring is compared with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath

import numpy as np

from labcolor import photo
from labcolor.color.floats import Floats
from labcolor.color.lab import lab_from_srgb
from labcolor.errors import PhotoError, UsageError
from labcolor.photo.model import Pixels
from labcolor.photo.strips import to_8_bits

NEUTRAL = 5.0
"""A picture is grey where neither a nor b is farther than this from 0, as in the paper."""

STRIP = 1 << 15  # pixels: what is computed of so many stays in the cache


@dataclass(frozen=True, eq=False)
class Photograph:
    """A colour photograph as it is compared.

    Attributes
    ----------
    name : str
        Its path below the folder, with / between the parts.
    pixels : (h, w, 3) uint8
        sRGB: blue, green, red.
    lab : (h, w, 3) float32
        L*, a and b of the pixels.
    """

    name: str
    pixels: Pixels
    lab: Floats


class Folder:
    """The photographs below a folder, in the order of their names.

    Parameters
    ----------
    path : Path
        Where they are, at any depth. Files that are not named like photographs, and hidden ones,
        do not count.
    crops : mapping of str to float, optional
        How much to cut from each side of the photographs in a subfolder, in percent: slides are
        scanned with their mounts.
    squash : int, optional
        Side of the square that each photograph is squashed to.

    Attributes
    ----------
    path : Path
    files : tuple of Path

    Raises
    ------
    PhotoError
        If there is no such folder, or no photograph in it.
    UsageError
        If there is no such subfolder to crop.
    """

    def __init__(
        self, path: Path, crops: Mapping[str, float] | None = None, squash: int | None = None
    ) -> None:
        self.path = path
        self._crops = {PurePath(name): percent for name, percent in (crops or {}).items()}
        self._squash = squash
        if not path.is_dir():
            message = f"There is no folder {path}; name the one that holds the photographs."
            raise PhotoError(message)
        for name in self._crops:
            if not (path / name).is_dir():
                message = f"There is no folder {path / name} to crop."
                raise UsageError(message)
        self.files = tuple(sorted(filter(_is_photograph, path.rglob("*"))))
        if not self.files:
            message = (
                f"There is no photograph in {path}; labcolor recognises photographs by their file "
                "name extension."
            )
            raise PhotoError(message)

    def name(self, file: Path) -> str:
        """Name a file by its path below the folder."""
        return file.relative_to(self.path).as_posix()

    def read(self, file: Path) -> Photograph | None:
        """Read a photograph as it is to be compared; None where it is grey.

        Raises
        ------
        PhotoError
            If it cannot be read.
        """
        pixels = photo.read(file).pixels
        if pixels.ndim == 2:
            return None
        pixels = to_8_bits(self._cropped(file, pixels))
        pixels = squashed(pixels, self._squash) if self._squash else pixels
        lab = lab_of(pixels)
        if np.abs(lab[..., 1:]).max() <= NEUTRAL:
            return None
        return Photograph(self.name(file), pixels, lab)

    def _cropped(self, file: Path, pixels: Pixels) -> Pixels:
        for name, percent in self._crops.items():
            if file.relative_to(self.path).is_relative_to(name):
                y, x = (_margin(side, percent) for side in pixels.shape[:2])
                pixels = pixels[y : len(pixels) - y, x : pixels.shape[1] - x]
        return np.ascontiguousarray(pixels)


def _margin(side: int, percent: float) -> int:
    """Say how many pixels to cut; one in the middle always stays."""
    return min(round(percent / 100 * side), (side - 1) // 2)


def _is_photograph(path: Path) -> bool:
    hidden = path.name.startswith(".")
    return path.suffix.lower() in photo.SUFFIXES and not hidden and path.is_file()


def squashed(pixels: Pixels, side: int) -> Pixels:
    """Squash a whole picture into a square: what networks are shown in training."""
    import cv2

    how = cv2.INTER_AREA if min(pixels.shape[:2]) >= side else cv2.INTER_CUBIC
    return cv2.resize(pixels, (side, side), interpolation=how)


def lab_of(bgr: Pixels) -> Floats:
    """Convert 8-bit BGR pixels to L*, a and b, (h, w, 3) float32."""
    lab = np.empty(bgr.shape, np.float32)
    for rows in strips(bgr.shape):
        lab[rows] = lab_from_srgb(bgr[rows, :, ::-1] / np.float32(255))
    return lab


def strips(shape: tuple[int, ...]) -> Iterator[slice]:
    """Give slices of rows, of about `STRIP` pixels each, that cover (h, w, …)."""
    step = max(1, STRIP // shape[1])
    for top in range(0, shape[0], step):
        yield slice(top, top + step)
