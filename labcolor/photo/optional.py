"""Packages that read what Pillow and OpenCV do not, and that only those install who need them."""

from __future__ import annotations

import importlib.util
from importlib import import_module
from typing import Any, NamedTuple

from labcolor.photo.header import Unsupported


class Package(NamedTuple):
    """A package, and the extra of labcolor's that brings it."""

    module: str
    extra: str

    @property
    def is_here(self) -> bool:
        """Whether it is installed; it is not imported for that."""
        return importlib.util.find_spec(self.module) is not None

    @property
    def command(self) -> str:
        """What brings it."""
        return f"pip install 'labcolor[{self.extra}]'"

    def needed(self, what: str) -> Any:
        """Import it.

        Parameters
        ----------
        what : str
            The kind of picture that needs it.

        Raises
        ------
        Unsupported
            It is not there.
        """
        try:
            return import_module(self.module)
        except ImportError as error:
            message = f"{what}, which labcolor reads after {self.command}"
            raise Unsupported(message) from error


HEIF = Package("pillow_heif", "heif")
RAW = Package("rawpy", "raw")
CODECS = Package("imagecodecs", "formats")
TIFFFILE = Package("tifffile", "formats")
