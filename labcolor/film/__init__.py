"""Films: pictures with a memory.

>>> from labcolor import Colorizer, film
>>> film.colour("film.mp4", None, Colorizer())  # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from labcolor.film.colouring import Progress, colour
    from labcolor.film.finishing import Result
    from labcolor.film.options import Options
    from labcolor.film.preview import still
    from labcolor.film.steady import Steady

__all__ = ["Options", "Progress", "Result", "Steady", "colour", "still"]

_HOMES = {
    "Options": "options",
    "Progress": "colouring",
    "Result": "finishing",
    "Steady": "steady",
    "colour": "colouring",
    "still": "preview",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for: knowing a film by its first bytes needs nothing of it."""
    if name in _HOMES:
        return getattr(import_module(f"labcolor.film.{_HOMES[name]}"), name)
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
