"""A moment of a film before and after, to try settings on."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from labcolor.color.lightness import Pixels
from labcolor.color.merge import merge
from labcolor.errors import UsageError
from labcolor.film.fields import field_order
from labcolor.film.moments import shown
from labcolor.film.options import Options
from labcolor.film.properties import Properties, properties
from labcolor.film.reading import Picture, Reader
from labcolor.film.steady import Follower, Settled
from labcolor.film.upright import looked_at

if TYPE_CHECKING:
    from labcolor.colorizer import Colorizer
    from labcolor.photo import Photo

_AROUND = 12
"""Pictures before the moment, and as many after it, that have a say in its colours."""


def still(
    path: Path, moment: Fraction, colorizer: Colorizer, options: Options | None = None
) -> Photo:
    """Colour one moment of a film, much as it will be in the film.

    Parameters
    ----------
    path : Path
    moment : Fraction
        Seconds from the film's beginning.
    colorizer : Colorizer
    options : Options, optional

    Returns
    -------
    Photo
        Before and after, side by side.

    Raises
    ------
    FilmError, BackendError
        As for `labcolor.film.colour`.
    UsageError
        The film has no such moment.
    """
    from labcolor.photo.compare import Comparison

    options = options or Options()
    film = properties(path)
    settled = _settled(film, moment, colorizer, options)
    if settled is None:
        message = f"{path} has no picture at {shown(moment)}; it ends at {shown(film.seconds)}."
        raise UsageError(message)
    before = _upright(film, settled.item)
    after = merge(before, settled.chroma(before.shape[0], before.shape[1], colorizer.upsample))
    pair = Comparison(1)
    pair.add(before, after)
    return pair.picture()


def _settled(
    film: Properties, moment: Fraction, colorizer: Colorizer, options: Options
) -> Settled[Picture] | None:
    """Follow the pictures around a moment; give the one that is shown then."""
    wanted = film.start + moment
    begin = max(film.start, wanted - _AROUND / film.rate)
    fields = options.fields
    if fields == "auto" and not field_order(film):
        fields = "keep"
    follower: Follower[Picture] = Follower(colorizer, options.steady, options.every)
    found = None
    for settled in _followed(Reader(film, fields, begin), film, follower, wanted):
        if settled.item.pts * film.time_base > wanted:
            break
        found = settled
    if found and wanted - found.item.pts * film.time_base > 1 + 2 / film.rate:
        return None
    return found


def _followed(
    reader: Reader, film: Properties, follower: Follower[Picture], wanted: Fraction
) -> Iterator[Settled[Picture]]:
    later = 0
    for picture in reader.pictures():
        yield from follower.push(looked_at(picture, film, follower))
        later += picture.pts * film.time_base > wanted
        if later > _AROUND:
            break
    yield from follower.finish()


def _upright(film: Properties, picture: Picture) -> Pixels:
    """Give a picture as it is shown: upright, its pixels square, black at 0 and white at 255."""
    import cv2

    grey = np.round(film.levels.shares(picture.luma) * 255).astype(np.uint8)
    if film.aspect and film.aspect != 1:
        width = round(film.width * film.aspect)
        grey = cv2.resize(grey, (width, film.height), interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(np.rot90(grey, film.turns))
