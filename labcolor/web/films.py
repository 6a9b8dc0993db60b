"""Films in jobs, where the extra `film` is there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ConfigDict, Field

from labcolor.errors import FilmError, UsageError
from labcolor.web.failures import Refused
from labcolor.web.jobs import Watch
from labcolor.web.settings import Settings

if TYPE_CHECKING:
    from labcolor.colorizer import Colorizer


class FilmSettings(Settings):
    """Those of photographs, and what is for films alone."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    steady: float = Field(
        default=1.0, ge=0, le=1, description="How steady colours are from picture to picture."
    )
    every: int = Field(
        default=2, ge=1, le=100, description="The network sees every Nth picture of a film."
    )


def colour_film(
    path: Path,
    settings: FilmSettings,
    colorizer: Colorizer,
    target: Path,
    watch: Watch,
    max_pixels: int,
) -> str:
    """Colour a film into a file.

    Parameters
    ----------
    path : Path
        The film, in a folder of its own.
    settings : FilmSettings
    colorizer : Colorizer
        Set as they say.
    target : Path
        Where it goes.
    watch : callable
        Is told how far it is.
    max_pixels : int
        Of one picture.

    Returns
    -------
    str
        The ending of its container, with the dot.

    Raises
    ------
    FilmError, UsageError, BackendError
        As the command; Refused, where its pictures are too large.
    """
    from labcolor.film import Options, Progress, colour
    from labcolor.film.looking import is_marked
    from labcolor.film.properties import properties

    if settings.hint or settings.variant > 1:
        message = "Hints and variants are for photographs, not for films."
        raise UsageError(message)
    found = properties(path)
    if found.width * found.height > max_pixels:
        sentence = f"{path.name} has pictures of {found.width} × {found.height} pixels: too many."
        raise Refused(413, sentence)
    if is_marked(path) and not settings.again:
        message = f"{path.name} was made by labcolor, so its colours are estimates already."
        raise FilmError(message)

    def told(progress: Progress) -> None:
        watch(min(1.0, progress.pictures / progress.of) if progress.of else 0.0)

    options = Options(
        steady=settings.steady,
        every=settings.every,
        mark=settings.mark,
        accept_damaged=settings.accept_damaged,
    )
    result = colour(path, None, colorizer, options, watch=told)
    result.path.replace(target)
    return result.path.suffix
