"""`--variants` and `--uncertainty`: what else the colours of a photograph could be."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from labcolor.errors import UsageError

if TYPE_CHECKING:
    from labcolor.color.hints import Hints
    from labcolor.colorizer import Colorizer
    from labcolor.photo import Pages, Photo
    from labcolor.photo.model import Pixels

_log = logging.getLogger("labcolor")


class Alternatives:
    """What is wanted besides the result, and where it goes.

    Parameters
    ----------
    variants : int
        How many versions; the first one is the result, the others are NAME-2, NAME-3, … beside it.
    uncertainty : str, optional
        The file of the map.
    result : Path, optional
        None is standard output.

    Raises
    ------
    UsageError
        There is no name for the other versions to go by.
    """

    def __init__(self, variants: int, uncertainty: str | None, result: Path | None) -> None:
        if variants > 1 and result is None:
            message = "--variants writes several pictures; name a file with -o."
            raise UsageError(message)
        self._variants = [
            result.with_name(f"{result.stem}-{number}{result.suffix}")
            for number in range(2, variants + 1)
            if result
        ]
        self._map = Path(uncertainty) if uncertainty else None

    def check(self, pages: Pages) -> None:
        """Refuse a document of several pages."""
        for asked, name in ((self._variants, "--variants"), (self._map, "--uncertainty")):
            if asked and len(pages) > 1:
                message = (
                    f"{pages.name} has {len(pages)} pages, and {name} works on one page only."
                )
                raise UsageError(message)

    @property
    def files(self) -> list[Path]:
        """All that is to be written."""
        return [*self._variants, *filter(None, [self._map])]

    def colouring(
        self, colorizer: Colorizer, hints: Hints | None = None
    ) -> Callable[[Pixels], Pixels]:
        """Return what colours a page, and keeps the other versions for `write`."""

        def colour(pixels: Pixels) -> Pixels:
            self._distribution = colorizer.distribution(pixels)
            wanted = 1 + len(self._variants)
            versions = colorizer.variants(pixels, wanted, self._distribution, hints)
            self._versions = self._counted(versions)
            return next(self._versions)

        return colour

    def write(self, result: Photo, write: Callable[[Photo, Path], None]) -> list[Path]:
        """Write the versions after the first one, which is the result, and the map; name them."""
        written = []
        others = zip(self._variants, self._versions, strict=False)
        for number, (path, pixels) in enumerate(others, start=2):
            mark = result.mark and result.mark.of_variant(number)
            write(replace(result, pixels=pixels, mark=mark), path)
            written.append(path)
        if self._map:
            from labcolor.color.uncertainty import entropy, uncertainty_map

            drawn = uncertainty_map(entropy(self._distribution), *result.pixels.shape[:2])
            write(replace(result, pixels=drawn, alpha=None, mark=None), self._map)
            written.append(self._map)
        return written

    def _counted(self, versions: Iterator[Pixels]) -> Iterator[Pixels]:
        """Say so where there are fewer than are wanted."""
        found = 0
        for version in versions:
            found += 1
            yield version
        message = "Only %d versions are plausible and distinct, so only these are written."
        _log.warning(message, found)
