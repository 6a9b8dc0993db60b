"""Whether a film wants colour at all: it may have some, by nature or by labcolor."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

from labcolor.color.toning import has_colour
from labcolor.film.libav import opened, sought, troubles
from labcolor.film.properties import pictures_of, properties

_SAMPLES = 5  # pictures by which colour is told
_SENTENCE = "Colours estimated by labcolor"


def is_marked(path: Path) -> bool:
    """Tell whether a film says that labcolor estimated its colours."""
    with opened(path) as container:
        return any(_SENTENCE in value for value in container.metadata.values())


def is_in_colour(path: Path) -> bool:
    """Tell whether a film has colour already, and not a tone alone, by pictures here and there.

    Raises
    ------
    FilmError, BackendError
        As for `labcolor.film.colour`.
    """
    film = properties(path)
    found = []
    for sample in range(_SAMPLES):
        with opened(path) as container:
            stream = pictures_of(container, path)
            moment = film.start + film.seconds * Fraction(2 * sample + 1, 2 * _SAMPLES)
            if not sought(container, stream, moment) and sample:
                break  # the beginning has to do
            frame = _first(container, stream)
            if frame is not None:
                found.append(has_colour(frame.to_ndarray(format="bgr24")))
    return 2 * sum(found) > len(found)


def _first(container: Any, stream: Any) -> Any:
    """Decode a picture; None where there is no sound one."""
    try:
        return next(container.decode(stream), None)
    except troubles():
        return None
