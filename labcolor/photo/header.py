"""What a file says about its picture before a single pixel is decoded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from labcolor.photo.model import Metadata


class Chromaticities(NamedTuple):
    """The xy coordinates of white and the primaries, as PNG's cHRM chunk orders them."""

    white: tuple[float, float]
    red: tuple[float, float]
    green: tuple[float, float]
    blue: tuple[float, float]


ADOBE_RGB = Chromaticities((0.3127, 0.3290), (0.64, 0.33), (0.21, 0.71), (0.15, 0.06))
"""Adobe RGB (1998) Color Image Encoding, section 4.3.1."""


@dataclass(frozen=True)
class Header:
    """What a file's header says.

    Attributes
    ----------
    width, height : int
        As stored, before any turning.
    bits : int
        Of one sample.
    depths : tuple of int
        Bits of each channel, where a decoder leaves those of less than 8 at the top of a byte.
    frames : int
        Pictures in the file, of which the first is read; a TIFF's pages are not counted here.
    directory : int
        Where the directory of a TIFF's page stands; 0 for the first one.
    metadata : Metadata
        As found: not yet true of the upright picture.
    profile : bytes
        The ICC profile.
    gamma : float, optional
        The exponent that encoded the samples, where the file names that instead of a profile.
    chromaticities : Chromaticities, optional
        Those of the file's primaries, likewise.
    key : tuple of int, optional
        The colour that stands for transparency in a grey PNG of 16 bits.
    grey : bool
        The picture is grey even if its decoder gives it three channels.
    beside : int
        Channels of a TIFF that no decoder takes together: grey and alpha, or inks and alpha.
    inks : bool
        The channels are cyan, magenta, yellow and black.
    white_is_zero : bool
        Samples count ink, not light.
    premultiplied : bool
        Colours are multiplied by alpha.
    unnamed_channel : bool
        The channel after the colours is not said to be alpha.
    complete : bool
        Nothing is missing at the end of the file.
    old_jpeg : bool
        The picture is a JPEG that a TIFF holds in the old style.
    unreadable : str
        What the pixels are, where neither Pillow nor OpenCV decodes them: a word for a message.
    left_out : tuple of str
        What else the file holds, which no result has.
    """

    width: int
    height: int
    bits: int = 8
    depths: tuple[int, ...] = ()
    frames: int = 1
    directory: int = 0
    metadata: Metadata = field(default_factory=Metadata)
    profile: bytes = b""
    gamma: float | None = None
    chromaticities: Chromaticities | None = None
    key: int | None = None
    grey: bool = False
    beside: int = 1
    inks: bool = False
    white_is_zero: bool = False
    premultiplied: bool = False
    unnamed_channel: bool = False
    complete: bool = True
    old_jpeg: bool = False
    unreadable: str = ""
    left_out: tuple[str, ...] = ()


class Unsupported(ValueError):  # noqa: N818  the reader makes an error of it, with the file's name
    """A well-formed file of a kind that labcolor does not read; the text says which."""
