"""References that a photograph takes its colours from, and the palette that they come to."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np

from labcolor import photo as photos
from labcolor.color import palette
from labcolor.color.floats import Floats
from labcolor.color.palette import Palette
from labcolor.color.toning import has_colour
from labcolor.errors import PhotoError, UsageError
from labcolor.palettes.built_in import BUILT_IN, load
from labcolor.photo.model import Pixels

Reference: TypeAlias = "str | os.PathLike[str] | Pixels | Palette"
"""A built-in palette's name, a colour photograph or a folder of them, its pixels, or a palette."""

SEVERAL = ("mean", "nearest")

_log = logging.getLogger("labcolor")


class References:
    """What a photograph is to take its colours from.

    Parameters
    ----------
    references : Reference or sequence of them
        A name in `BUILT_IN`; the path of a colour photograph, or of a folder, of which every
        colour photograph at any depth counts; (h, w, 3) BGR pixels; or a `Palette`.
    several : {"mean", "nearest"}
        Of several references the mean palette, or for each photograph that of the reference
        whose lightness is distributed most alike.

    Attributes
    ----------
    palettes : tuple of Palette
        Of all references, one a photograph.
    mean : Palette
        Their mean.
    several : str

    Raises
    ------
    UsageError
        There is no such name, or no way to take several.
    PhotoError
        A reference cannot be read, or has no colour.
    """

    def __init__(self, references: Reference | Sequence[Reference], several: str = "mean") -> None:
        if several not in SEVERAL:
            message = f"Several references are combined by {' or '.join(SEVERAL)}, not {several}."
            raise UsageError(message)
        if isinstance(references, (str, os.PathLike, np.ndarray, Palette)):
            references = [references]
        self.palettes = tuple(one for each in references for one in _palettes(each))
        self.several = several
        if not self.palettes:
            message = "There is no reference."
            raise UsageError(message)
        self.mean = palette.mean(self.palettes)

    def __call__(self, lightness: Floats) -> Palette:
        """Give the palette for a photograph of this L*."""
        if self.several == "nearest":
            return palette.nearest(self.palettes, lightness)
        return self.mean

    @property
    def name(self) -> str:
        """What messages call them."""
        first = self.palettes[0].name
        more = len(self.palettes) - 1
        return f"{first} and {more} more" if more else first

    @property
    def identity(self) -> str:
        """A short name: the same for the same colours, another for others."""
        digest = hashlib.sha256()
        for one in self.palettes:
            digest.update(one.shares.tobytes() + one.lightness.tobytes())
        return digest.hexdigest()[:16]


def _palettes(reference: Reference) -> Iterator[Palette]:
    """Give the palettes of one reference; several of a folder."""
    if isinstance(reference, Palette):
        yield reference
    elif isinstance(reference, np.ndarray):
        yield _of_pixels(reference, "the reference")
    elif reference in BUILT_IN:
        yield load(str(reference))
    elif Path(reference).is_dir():
        yield from _of_folder(Path(reference))
    else:
        _check_name(reference)
        yield _of_pixels(photos.read(Path(reference)).pixels, str(reference))


def _of_pixels(pixels: Pixels, name: str) -> Palette:
    if not has_colour(pixels):
        message = f"{name} has no colours to use as a reference; name a colour photograph."
        raise PhotoError(message)
    return palette.palette_of(pixels, name)


def _of_folder(folder: Path) -> Iterator[Palette]:
    """Give the palettes of the colour photographs in a folder, and say which are left out."""
    files = [
        file
        for file in sorted(folder.rglob("*"))
        if file.suffix.lower() in photos.SUFFIXES and not file.name.startswith(".")
    ]
    found = False
    for file in files:
        try:
            pixels = photos.read(file).pixels
        except PhotoError as error:
            _log.warning("Left out of the references: %s", error)
            continue
        if has_colour(pixels):
            found = True
            yield palette.palette_of(pixels, str(file))
        else:
            _log.warning("Left out of the references: %s, which has no colour.", file)
    if not found:
        message = f"There is no colour photograph in {folder} to take colours from."
        raise PhotoError(message)


def _check_name(reference: str | os.PathLike[str]) -> None:
    """Say what palettes there are where a name is neither one of them nor a file's."""
    path = Path(reference)
    if path.exists() or path.suffix or len(path.parts) != 1:
        return
    message = (
        f"There is no palette and no file {reference}; the palettes are {', '.join(BUILT_IN)}."
    )
    raise UsageError(message)
