"""What a photograph is once it has left its file: pixels, alpha and what is said about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from labcolor._version import __version__

Pixels = NDArray[Any]
"""uint8 or uint16: (h, w) grey or (h, w, 3) in the order blue, green, red."""

BEGINNING = "Colours estimated by labcolor "
"""What the sentence of every mark begins with; the version comes next."""


class Text(NamedTuple):
    """A text by keyword, as PNG has them; a comment of a JPEG or GIF has the keyword `Comment`.

    Attributes
    ----------
    keyword, text : str
        Whatever bytes they were.
    format : str
        Where it came from: a name in `labcolor.photo.formats.FORMATS`, or nothing.
    stored : bytes
        How it stood there, to be written to the same format unchanged: the contents of a JPEG's
        segment; the kind of a PNG's chunk with its contents.
    """

    keyword: str
    text: str
    format: str = ""
    stored: bytes = b""


@dataclass(frozen=True)
class Metadata:
    """What a file says about its picture, already true of the upright sRGB pixels.

    Attributes
    ----------
    exif : bytes
        An EXIF block from its TIFF header on, without the `Exif` signature; upright, of the
        right dimensions and without thumbnail.
    xmp : bytes
        An XMP packet, UTF-8.
    iptc : bytes
        IPTC-IIM records.
    resolution : tuple of float, optional
        Horizontal and vertical, in pixels an inch.
    texts : tuple of Text
        In the order of the file, several of one keyword too.
    """

    exif: bytes = b""
    xmp: bytes = b""
    iptc: bytes = b""
    resolution: tuple[float, float] | None = None
    texts: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Mark:
    """What a result says of its colours.

    Attributes
    ----------
    method : str
        A name in `labcolor.model.methods.METHODS`.
    weights : str
        Whose: `embedded`, `published` or the user's `own`; nothing where several have part in it.
    version : str
        Of labcolor.
    settings : tuple of str
        What else the colours depend on, where it is not the usual: `strength 0.6`, `variant 2`.
    """

    method: str
    weights: str = ""
    version: str = __version__
    settings: tuple[str, ...] = ()

    @classmethod
    def of(cls, method: str, source: str, settings: Mapping[str, float] | None = None) -> Mark:
        """Name the weights by whose they are; the path of a file is nobody else's business."""
        return cls(
            method,
            source if source in ("embedded", "published") else "own",
            settings=tuple(f"{name} {value:g}" for name, value in (settings or {}).items()),
        )

    def of_variant(self, number: int) -> Mark:
        """Say which of several versions it is, counted from 1."""
        return replace(self, settings=(*self.settings, f"variant {number}"))

    @property
    def software(self) -> str:
        """Name and version, for the EXIF tag Software."""
        return f"labcolor {self.version}"

    @property
    def sentence(self) -> str:
        """What happened, for the EXIF tag ImageDescription."""
        return f"{BEGINNING}{self.version} ({self.means})"

    @property
    def means(self) -> str:
        """By what it happened."""
        weights = (f"{self.weights} weights",) if self.weights else ()
        return ", ".join((self.method, *weights, *self.settings))


@dataclass(frozen=True, eq=False)
class Photo:
    """A photograph as arrays, upright and in sRGB.

    Attributes
    ----------
    pixels : ndarray of uint8 or uint16
        sRGB-encoded, (h, w) grey or (h, w, 3) blue, green, red; C-contiguous.
    alpha : ndarray, optional
        (h, w) of the same dtype, not multiplied into the pixels.
    metadata : Metadata
        What is carried over to the result.
    name : str
        How messages call it.
    format : str
        Where it came from: a name in `labcolor.photo.formats.FORMATS`.
    mark : Mark, optional
        What a file of it says of its colours, where its format has a field for it.
    """

    pixels: Pixels
    alpha: Pixels | None = None
    metadata: Metadata = field(default_factory=Metadata)
    name: str = "the photograph"
    format: str = "png"
    mark: Mark | None = None

    def __post_init__(self) -> None:
        """Refuse arrays that no file could hold, before any work is spent on them."""
        shape, dtype = self.pixels.shape, self.pixels.dtype
        if dtype not in (np.uint8, np.uint16) or not (
            len(shape) == 2 or (len(shape) == 3 and shape[2] == 3)
        ):
            message = f"pixels must be (h, w) or (h, w, 3) of uint8 or uint16, not {shape} {dtype}"
            raise ValueError(message)
        if self.alpha is not None and (self.alpha.shape != shape[:2] or self.alpha.dtype != dtype):
            message = (
                f"alpha must be {shape[:2]} of {dtype}, not {self.alpha.shape} {self.alpha.dtype}"
            )
            raise ValueError(message)
