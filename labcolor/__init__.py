"""Plausible colour for black-and-white photographs.

>>> from labcolor import Colorizer
>>> colour = Colorizer()  # doctest: +SKIP
>>> bgr = colour(grey)  # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from labcolor._version import __version__
from labcolor.errors import LabcolorError

if TYPE_CHECKING:
    from labcolor.color.hints import Hints
    from labcolor.colorizer import Colorizer
    from labcolor.model.methods import METHODS

__all__ = ["METHODS", "Colorizer", "Hints", "LabcolorError", "__version__"]


def __getattr__(name: str) -> Any:
    """Import what needs OpenCV or NumPy only when it is asked for: start-up time is a feature."""
    if name == "Colorizer":
        from labcolor.colorizer import Colorizer

        return Colorizer
    if name == "Hints":
        from labcolor.color.hints import Hints

        return Hints
    if name == "METHODS":
        from labcolor.model.methods import METHODS

        return METHODS
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
