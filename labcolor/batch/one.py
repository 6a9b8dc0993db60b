"""One photograph of many: from its bytes to the files that are made of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from labcolor import photo as photos
from labcolor.treatment import Treatment, mark_of

if TYPE_CHECKING:
    from labcolor.colorizer import Colorizer


IN_COLOUR = "it has colour already"


@dataclass(frozen=True)
class Handling:
    """What is done to each photograph besides giving it colour.

    Attributes
    ----------
    quality : int
        Of JPEG, 1…100.
    accept_damaged : bool
        Whether what is left of a damaged file is taken.
    mark : bool
        Whether the result says that its colours are estimated.
    skip_colour : bool
        Whether photographs that have colour are left as they are.
    """

    quality: int = 95
    accept_damaged: bool = False
    mark: bool = True
    skip_colour: bool = False


class Places(NamedTuple):
    """Where the files go.

    Attributes
    ----------
    output : Path
        Of the result, under a name for the meantime.
    format : str
        Of the result: a name in `labcolor.photo.formats.FORMATS`.
    name : str
        What messages call the result.
    pair : Path, optional
        Of the before/after pair, a JPEG, where one is wanted.
    """

    output: Path
    format: str
    name: str
    pair: Path | None = None


class Outcome(NamedTuple):
    """What became of a photograph.

    Attributes
    ----------
    width, height : int
        Of the result.
    left : str
        Why no files were made; empty where they were.
    """

    width: int
    height: int
    left: str = ""


def colour_file(
    source: BinaryIO, places: Places, colorizer: Colorizer, handling: Handling
) -> Outcome:
    """Colour a photograph into the files that are made of it.

    Parameters
    ----------
    source : binary file
        The photograph, with its `name`; closed when it is decoded, which frees its memory.
    places : Places
        Where the files go.
    colorizer : Colorizer
        What colours.
    handling : Handling
        What else is done.

    Returns
    -------
    Outcome

    Raises
    ------
    PhotoError
        The photograph cannot be read.
    OutputError
        A file cannot be written.
    """
    pages = photos.Pages(source, accept_damaged=handling.accept_damaged)
    source.close()  # the pages have its bytes, until the last of them is decoded
    photos.check_pages(pages, places.format)
    treatment = Treatment(
        colorizer,
        mark=mark_of(colorizer) if handling.mark else None,
        skip_colour=handling.skip_colour,
        compare=places.pair is not None,
    )
    if treatment.spares(pages):
        return Outcome(0, 0, left=IN_COLOUR)
    photos.write(
        treatment.treated(pages),
        places.output,
        format=places.format,
        quality=handling.quality,
        name=places.name,
    )
    if treatment.comparison and places.pair:
        photos.write(treatment.comparison.picture(), places.pair, format="jpeg", name=places.name)
    return Outcome(*treatment.size)
