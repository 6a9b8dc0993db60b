"""One photograph of many: from its bytes to the files that are made of it."""

from __future__ import annotations

from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from labcolor import photo as photos
from labcolor.batch.options import OutputOptions
from labcolor.errors import PhotoError
from labcolor.layers.formats import FORMATS as LAYERED
from labcolor.layers.handover import Handover
from labcolor.layers.handover import check_pages as check_layered
from labcolor.photo.model import Pixels
from labcolor.treatment import Treatment, mark_of

if TYPE_CHECKING:
    from labcolor.color.hints import Hints
    from labcolor.colorizer import Colorizer


IN_COLOUR = "it has colour already"


class Targets(NamedTuple):
    """Where the files go.

    Attributes
    ----------
    output : Path
        Of the result, under a name for the meantime.
    format : str
        Of the result: a name in `labcolor.photo.formats.FORMATS` or
        `labcolor.layers.formats.FORMATS`.
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
        Of the result, or of its first page.
    pages : int
    chroma, doubt : float or None
        As of `labcolor.colorizer.Assessed`, the means over the pages that were coloured.
    left : str
        Why no files were made; empty where they were.
    """

    width: int = 0
    height: int = 0
    pages: int = 0
    chroma: float | None = None
    doubt: float | None = None
    left: str = ""


def colour_file(
    source: BinaryIO,
    targets: Targets,
    colorizer: Colorizer,
    options: OutputOptions,
    hints: Hints | None = None,
) -> Outcome:
    """Colour a photograph into the files that are made of it.

    Parameters
    ----------
    source : binary file
        The photograph, with its `name`; closed when it is decoded, which frees its memory.
    targets : Targets
        Where the files go.
    colorizer : Colorizer
        What colours.
    options : OutputOptions
        What else is done.
    hints : Hints, optional
        Places whose colour is known, of a photograph of one page.

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
    pages = photos.Pages(source, accept_damaged=options.accept_damaged)
    source.close()  # the pages have its bytes, until the last of them is decoded
    layered = targets.format in LAYERED
    (check_layered if layered else photos.check_pages)(pages, targets.format)
    if hints and len(pages) > 1:
        message = f"{pages.name} has {len(pages)} pages, and hints work on one page only."
        raise PhotoError(message)
    assessing = _Assessing(colorizer, hints)
    handover = Handover(colorizer, assessing, hints)
    treatment = Treatment(
        handover if layered else assessing,
        mark=mark_of(colorizer) if options.mark else None,
        skip_colour=options.skip_colour,
        compare=targets.pair is not None,
    )
    if treatment.should_skip(pages):
        return Outcome(left=IN_COLOUR)
    if layered:
        (result,) = treatment.treated(pages)
        handover.write(result, targets.output, targets.format, name=targets.name)
    else:
        photos.write(
            treatment.treated(pages),
            targets.output,
            format=targets.format,
            quality=options.quality,
            name=targets.name,
        )
    if treatment.comparison and targets.pair:
        photos.write(
            treatment.comparison.picture(), targets.pair, format="jpeg", name=targets.name
        )
    chroma, doubt = assessing.means()
    return Outcome(*treatment.size, len(pages), chroma, doubt)


class _Assessing:
    """Colours pages, and keeps what is said of each."""

    def __init__(self, colorizer: Colorizer, hints: Hints | None) -> None:
        self._colorizer = colorizer
        self._hints = hints
        self._chroma: list[float] = []
        self._doubt: list[float] = []

    def __call__(self, pixels: Pixels) -> Pixels:
        coloured = self._colorizer.assessed(pixels, self._hints)
        self._chroma.append(coloured.chroma)
        if coloured.doubt is not None:
            self._doubt.append(coloured.doubt)
        return coloured.pixels

    def means(self) -> tuple[float | None, float | None]:
        """Take the means over the pages; None where nothing is known."""
        return _mean(self._chroma), _mean(self._doubt)


def _mean(values: list[float]) -> float | None:
    return round(fmean(values), 3) if values else None
