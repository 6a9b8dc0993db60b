"""Colouring a photograph and handing it over in layers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from labcolor.color.hints import Hints
from labcolor.colorizer import Colorizer
from labcolor.errors import OutputError
from labcolor.layers.formats import FORMATS
from labcolor.layers.stack import stack
from labcolor.layers.writing import write
from labcolor.photo import Pages, Photo
from labcolor.photo.model import Pixels


class Handover:
    """Colours one photograph, and keeps it until both are written.

    Parameters
    ----------
    colorizer : Colorizer
        What says what other colours there are.
    colour : callable
        What colours: that colorizer, by whatever way.
    hints : Hints, optional
        Places whose colour is known; they go into the layer of that name.
    """

    def __init__(
        self,
        colorizer: Colorizer,
        colour: Callable[[Pixels], Pixels],
        hints: Hints | None = None,
    ) -> None:
        self._colorizer = colorizer
        self._colour = colour
        self._hints = hints

    def __call__(self, pixels: Pixels) -> Pixels:
        """Colour a photograph."""
        self._pixels = pixels
        return self._colour(pixels)

    def write(
        self,
        result: Photo,
        target: Path | BinaryIO,
        form: str,
        *,
        overwrite: bool = False,
        source: Path | None = None,
        name: str | None = None,
    ) -> None:
        """Write the photograph that was coloured last; see `labcolor.layers.writing.write`."""
        photo = replace(result, pixels=self._pixels)
        picture = stack(photo, result.pixels, self._colorizer, self._hints)
        write(picture, photo, target, form, overwrite=overwrite, source=source, name=name)


def check_pages(pages: Pages, form: str) -> None:
    """Make sure, before any work, that a format in layers holds a file.

    Raises
    ------
    OutputError
        When there are several pages.
    """
    if len(pages) > 1:
        message = (
            f"{pages.name} has {len(pages)} pages, and {FORMATS[form].title} holds the layers of "
            "only one; write it as TIFF."
        )
        raise OutputError(message)
