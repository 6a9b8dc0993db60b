"""What happens to a photograph's pages between its file and the result's, besides the network."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labcolor.color.toning import has_colour
from labcolor.errors import UsageError
from labcolor.photo import Mark, Pages, Photo, check_pages, check_target, format_of, write
from labcolor.photo.compare import Comparison
from labcolor.photo.model import Pixels
from labcolor.photo.target import target_of

if TYPE_CHECKING:
    from labcolor.colorizer import Colorizer


def mark_of(colorizer: Colorizer) -> Mark:
    """Return what results say of the colours that a colorizer makes."""
    return Mark.of(colorizer.method, colorizer.source, colorizer.deviations)


class Treatment:
    """Colours the pages of a file one by one, so that memory for one suffices.

    Parameters
    ----------
    colour : callable
        From pixels, grey or BGR, to BGR; a `Colorizer`, as a rule.
    mark : Mark, optional
        What the result says of its colours.
    skip_colour : bool
        Whether pages that have colour stay as they are, unmarked.
    compare : bool
        Whether before/after pairs are made.

    Attributes
    ----------
    size : tuple of int
        Width and height of the first page, once it is coloured.
    comparison : Comparison, optional
        The pairs, once the pages are coloured.
    """

    def __init__(
        self,
        colour: Callable[[Pixels], Pixels],
        *,
        mark: Mark | None = None,
        skip_colour: bool = False,
        compare: bool = False,
    ) -> None:
        self.size = (0, 0)
        self.comparison: Comparison | None = None
        self._colour = colour
        self._mark = mark
        self._skip_colour = skip_colour
        self._compare = compare

    def should_skip(self, pages: Pages) -> bool:
        """Whether nothing is to be done, since all pages have colour and that is asked for."""
        numbers = range(len(pages))
        return self._skip_colour and all(has_colour(pages.read(n).pixels) for n in numbers)

    def treated(self, pages: Pages) -> Iterator[Photo]:
        """Give the pages in colour, each when the one before is done with."""
        self.comparison = Comparison(len(pages), self._mark) if self._compare else None
        for page in pages:
            after = self._treated(page)
            if not any(self.size):
                self.size = after.pixels.shape[1], after.pixels.shape[0]
            if self.comparison:
                self.comparison.add(page.pixels, after.pixels)
            del page
            yield after
            del after

    def _treated(self, page: Photo) -> Photo:
        if self._skip_colour and has_colour(page.pixels):
            return page
        return replace(page, pixels=self._colour(page.pixels), mark=self._mark)


def colour_file(
    source: str | os.PathLike[str],
    target: str | os.PathLike[str] | None = None,
    *,
    colorizer: Colorizer | None = None,
    quality: int = 95,
    overwrite: bool = False,
    mark: bool = True,
    accept_damaged: bool = False,
    **options: Any,
) -> Path:
    """Colour a photograph from file to file, as the command does: all pages, all metadata.

    Parameters
    ----------
    source : path
        The photograph.
    target : path, optional
        A file, whose ending says which format, or a folder that is there; by default NAME-colour
        beside the photograph.
    colorizer : Colorizer, optional
        What colours; for many photographs make one and give it each time.
    quality : int
        Of JPEG and AVIF, 1…100.
    overwrite : bool
        Whether a file at the target may be replaced; the photograph never is.
    mark : bool
        Whether the result says in its metadata that its colours are estimated.
    accept_damaged : bool
        Whether what is left of a damaged file is coloured.
    **options
        Arguments of `Colorizer`, where none is given.

    Returns
    -------
    Path
        The result.

    Raises
    ------
    PhotoError
        The photograph cannot be read.
    OutputError
        The result cannot be written, or there is one already.
    UsageError
        A colorizer and options are given, or an option is wrong.
    """
    if colorizer is None:
        from labcolor.colorizer import Colorizer

        colorizer = Colorizer(**options)
    elif options:
        message = (
            f"A colorizer has its settings: leave {', '.join(options)} out, or set them there."
        )
        raise UsageError(message)
    photograph = Path(source)
    pages = Pages(photograph, accept_damaged=accept_damaged)
    result = target_of(photograph, Path(target) if target is not None else None)
    check_target(photograph, result, overwrite=overwrite)
    check_pages(pages, format_of(result))
    treatment = Treatment(colorizer, mark=mark_of(colorizer) if mark else None)
    results = treatment.treated(pages)
    write(results, result, quality=quality, overwrite=overwrite, source=photograph)
    return result
