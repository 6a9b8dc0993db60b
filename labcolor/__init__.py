"""Plausible colour for black-and-white photographs.

>>> import labcolor
>>> labcolor.colour_file("oma.jpg")  # doctest: +SKIP
PosixPath('oma-colour.jpg')
>>> colorize = labcolor.Colorizer()  # doctest: +SKIP
>>> bgr = colorize(grey)  # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from labcolor._version import __version__
from labcolor.errors import LabcolorError

if TYPE_CHECKING:
    from labcolor.color.bins import BINS
    from labcolor.color.hints import Hints
    from labcolor.colorizer import Colorizer
    from labcolor.model.methods import METHODS
    from labcolor.treatment import colour_file

__all__ = [
    "BINS",
    "METHODS",
    "Colorizer",
    "Hints",
    "LabcolorError",
    "__version__",
    "colour_file",
]

_HOMES = {
    "BINS": "labcolor.color.bins",
    "METHODS": "labcolor.model.methods",
    "Colorizer": "labcolor.colorizer",
    "Hints": "labcolor.color.hints",
    "colour_file": "labcolor.treatment",
}


def __getattr__(name: str) -> Any:
    """Import what needs OpenCV or NumPy only when it is asked for: start-up time is a feature."""
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """Show what is public, whether it has been imported yet or not."""
    return sorted(__all__)
