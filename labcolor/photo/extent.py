"""How large a photograph is, by its header alone."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import NamedTuple

from labcolor.errors import PhotoError
from labcolor.photo import pillow, reading, tiff
from labcolor.photo.header import Unsupported
from labcolor.photo.mark import is_marked
from labcolor.photo.source import Source, opened


class Extent(NamedTuple):
    """The size of a photograph: that of its largest page, and how many pages it has.

    `marked` is whether one of them says that labcolor has made its colours.
    """

    width: int
    height: int
    bits: int
    pages: int
    marked: bool = False


def extent(path: Path | str) -> Extent:
    """Measure a photograph without decoding it.

    Parameters
    ----------
    path : path
        A file of any format that labcolor reads.

    Returns
    -------
    Extent
        As stored, before any turning.

    Raises
    ------
    PhotoError
        When there is no such file, it is no photograph, of a kind that labcolor does not read, or
        its header is damaged.
    """
    with opened(path) as file:
        form = reading.recognised(file)
        try:
            pages = [reading.header_of(form, page) for page in _pages(form, file)]
        except Unsupported as error:
            message = f"{path} is {error}."
            raise PhotoError(message) from error
        except (pillow.Damaged, ValueError, struct.error) as error:
            message = f"The header of {path} is damaged."
            raise PhotoError(message) from error
    largest = max(pages, key=lambda page: page.width * page.height * page.bits)
    marked = any(is_marked(page.metadata) for page in pages)
    return Extent(largest.width, largest.height, largest.bits, len(pages), marked)


def _pages(form: str, file: Source) -> list[Source]:
    if form != "tiff":
        return [file]
    return [file._replace(directory=directory) for directory in tiff.contents(file.data).pages]
