"""What happens to a photograph's pages between its file and the result's, besides the network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from labcolor.color.toning import has_colour
from labcolor.photo import Mark, Pages, Photo
from labcolor.photo.compare import Comparison
from labcolor.photo.model import Pixels

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

    def spares(self, pages: Pages) -> bool:
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
