"""What a worker has to know to colour as the process that runs would."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from labcolor.batch.options import OutputOptions
from labcolor.batch.own_settings import absolute

if TYPE_CHECKING:
    from labcolor.colorizer import Colorizer, ColorizerOptions


class Recipe(NamedTuple):
    """How photographs are coloured.

    Attributes
    ----------
    colouring : mapping
        Arguments of `Colorizer`.
    options : OutputOptions
        What else is done.
    settings : mapping
        Of the run; a worker must come to the same ones.
    """

    colouring: ColorizerOptions
    options: OutputOptions
    settings: Mapping[str, Any]


def recipe_of(
    colorizer: Colorizer,
    colouring: ColorizerOptions,
    options: OutputOptions,
    chosen: Mapping[str, Any],
) -> Recipe:
    """Tell others how to colour as a colorizer does, with one thread for each photograph.

    Parameters
    ----------
    colorizer : Colorizer
        Whose engine they are to have, too.
    colouring : mapping
        The arguments that it was made with.
    options, chosen
        The rest of the recipe; `chosen` are the settings.
    """
    own = colouring.copy()
    for name in ("weights", "network", "like"):
        own[name] = absolute(own[name])
    own |= {"engine": colorizer.engine, "backend": colorizer.backend, "threads": 1}
    return Recipe(own, options, chosen)
