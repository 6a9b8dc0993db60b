"""Reading PSD and PSB: the layers, each channel of which is unpacked when it is needed.

Adobe Photoshop File Formats Specification, November 2019. What is read are pixels, masks, groups,
opacity and modes; a layer that has more to it (an adjustment, an effect, a clipping to the layer
below) says so in `refused`, since what it shows would not be what its pixels are.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np

from labcolor.errors import PhotoError
from labcolor.layers.damage import damaged
from labcolor.layers.lazy import Decoded, rows_of
from labcolor.layers.model import Bounds, Group, Layer, Layered, Mask, Raster, Rows
from labcolor.photo import icc
from labcolor.photo.model import Pixels
from labcolor.photo.shaper import UnusableProfile
from labcolor.photo.source import Buffer, opened

_COLOURS = {1: 1, 3: 3}
"""Channels of the modes that are read, grey and RGB."""
_OTHERS = {0: "bilevel", 2: "indexed", 4: "CMYK", 7: "multichannel", 8: "duotone", 9: "Lab"}
_PROFILE = 1039
_MASK = -2
_RAW, _RLE, _ZIP, _ZIP_PREDICTED = range(4)
_HIDDEN = 0x02
_MASK_DISABLED, _MASK_HAS_PARAMETERS = 0x02, 0x10
_LONG_KEYS = frozenset(b"LMsk Lr16 Lr32 Layr Mt16 Mt32 Mtrn Alph FMsk lnk2 FEid FXid PxSD".split())
"""Blocks whose length is told in 8 bytes in a PSB."""
_MODES = {
    b"norm": "normal",
    b"colr": "color",
    b"pass": "through",
    **{
        key.encode(): name
        for key, name in {
            "diss": "dissolve",
            "dark": "darken",
            "mul ": "multiply",
            "idiv": "color burn",
            "lbrn": "linear burn",
            "dkCl": "darker color",
            "lite": "lighten",
            "scrn": "screen",
            "div ": "color dodge",
            "lddg": "linear dodge",
            "lgCl": "lighter color",
            "over": "overlay",
            "sLit": "soft light",
            "hLit": "hard light",
            "vLit": "vivid light",
            "lLit": "linear light",
            "pLit": "pin light",
            "hMix": "hard mix",
            "diff": "difference",
            "smud": "exclusion",
            "fsub": "subtract",
            "fdiv": "divide",
            "hue ": "hue",
            "sat ": "saturation",
            "lum ": "luminosity",
        }.items()
    },
}
_REFUSED = {
    **dict.fromkeys(
        b"brit levl curv expA hue  hue2 blnc blwh phfl mixr selc grdm nvrt post thrs vibA "
        b"clrL".split(),
        "an adjustment layer",
    ),
    **dict.fromkeys((b"SoCo", b"GdFl", b"PtFl"), "a fill layer"),
    **dict.fromkeys((b"lfx2", b"lrFX", b"lmfx"), "with layer effects"),
    **dict.fromkeys((b"vmsk", b"vsms"), "with a vector mask"),
}


def read(path: Path) -> Layered:
    """Read a picture in layers.

    Parameters
    ----------
    path : Path
        A PSD or PSB file.

    Raises
    ------
    PhotoError
        It is damaged, now or when a layer of it is unpacked, or of a kind that labcolor does not
        read.
    """
    with opened(path) as file:
        try:
            return _Reader(file.data, path).layered()
        except (struct.error, ValueError, IndexError, zlib.error) as error:
            raise damaged(path) from error


class _Cursor:
    """A position in a file that moves on as it is read."""

    def __init__(self, data: Buffer, at: int = 0) -> None:
        self.data, self.at = data, at

    def take(self, form: str) -> tuple[int, ...]:
        """Read big-endian numbers."""
        return struct.unpack(f">{form}", self.bytes(struct.calcsize(f">{form}")))

    def number(self, form: str) -> int:
        """Read one number."""
        return self.take(form)[0]

    def bytes(self, size: int) -> bytes:
        """Read bytes, all of which must be there."""
        found = self.data[self.at : self.at + size]
        if size < 0 or len(found) < size:
            message = "the file ends too soon"
            raise ValueError(message)
        self.at += size
        return found


@dataclass
class _Channel:
    """Where a channel's samples stand in the file, packed."""

    number: int
    at: int
    size: int


@dataclass
class _Record:
    """A layer's entry in the list."""

    bounds: Bounds
    channels: list[_Channel]
    mode: str
    opacity: float
    visible: bool
    clipped: bool
    name: str = ""
    section: int = 0
    mask: tuple[Bounds, float] | None = None
    blocks: Mapping[bytes, bytes] = field(default_factory=dict)
    feathered: bool = False

    @property
    def refused(self) -> str:
        """Why its pixels are not what it shows; empty where they are."""
        for key, reason in _REFUSED.items():
            if key in self.blocks:
                return reason
        if self.feathered:
            return "with a mask that is feathered or thinned"
        return "clipped to the layer below" if self.clipped else ""


class _Reader:
    def __init__(self, data: Buffer, path: Path) -> None:
        self._data, self._path = data, path
        cursor = _Cursor(data)
        signature, version = cursor.bytes(4), cursor.number("H")
        if signature != b"8BPS" or version not in (1, 2):
            raise damaged(path)
        self._big = version == 2
        cursor.bytes(6)
        self._channels, self._height, self._width, self._bits, mode = cursor.take("HIIHH")
        if mode not in _COLOURS or self._bits not in (8, 16):
            kind = _OTHERS.get(mode, f"{self._bits}-bit")
            message = f"{path} is a {kind} document; convert it to RGB of 8 or 16 bits first."
            raise PhotoError(message)
        self._colours = _COLOURS[mode]
        cursor.bytes(cursor.number("I"))  # of a palette
        self._convert = self._conversion(cursor.bytes(cursor.number("I")))
        end = cursor.number("Q" if self._big else "I") + cursor.at
        self._records = self._listed(cursor, end) if end > cursor.at else []
        self._merged_at = end

    def layered(self) -> Layered:
        """Give the picture."""
        layers = self._tree(iter(self._records))
        if not layers:
            whole = Bounds(0, 0, self._width, self._height)
            layers = (Raster("the whole picture", whole, lambda a, b: self.merged()[a:b]),)
        return Layered(str(self._path), self._width, self._height, layers, self.merged)

    def _conversion(self, resources: bytes) -> icc.Convert | None:
        profile = _resources(resources).get(_PROFILE, b"")
        try:
            return icc.conversion(profile, grey=self._colours == 1) if profile else None
        except UnusableProfile as error:
            message = f"The colour profile of {self._path} {error}; convert it to sRGB first."
            raise PhotoError(message) from error

    def _listed(self, cursor: _Cursor, end: int) -> list[_Record]:
        """Find the list of layers: in its own section, or in a block after it."""
        length = cursor.number("Q" if self._big else "I")
        if length:
            return self._list(_Cursor(self._data, cursor.at))
        cursor.bytes(cursor.number("I"))  # the mask of the whole picture
        for key, at, _ in _blocks(self._data, cursor.at, end, 4, self._big):
            if key in (b"Lr16", b"Layr"):
                return self._list(_Cursor(self._data, at))
        return []

    def _list(self, cursor: _Cursor) -> list[_Record]:
        records = [self._record(cursor) for _ in range(abs(cursor.number("h")))]
        for record in records:
            for channel in record.channels:
                channel.at = cursor.at
                cursor.at += channel.size
                if cursor.at > len(self._data):
                    raise damaged(self._path)
        return records

    def _record(self, cursor: _Cursor) -> _Record:
        top, left, bottom, right = cursor.take("4i")
        form = "hQ" if self._big else "hI"
        channels = [_Channel(n, 0, size) for n, size in self._pairs(cursor, form)]
        cursor.bytes(4)
        key = cursor.bytes(4)
        opacity, clipping, flags, _ = cursor.take("4B")
        end = cursor.number("I") + cursor.at
        record = _Record(
            Bounds(left, top, right, bottom),
            channels,
            _MODES.get(key, key.decode("latin-1")),
            opacity / 255,
            not flags & _HIDDEN,
            bool(clipping),
        )
        self._read_mask(record, cursor.bytes(cursor.number("I")))
        cursor.bytes(cursor.number("I"))  # blending ranges
        length = cursor.number("B")
        record.name = cursor.bytes(length).decode("mac-roman")
        cursor.bytes(-(length + 1) % 4)
        self._read_blocks(record, cursor.at, end)
        cursor.at = end
        return record

    def _pairs(self, cursor: _Cursor, form: str) -> Iterator[tuple[int, ...]]:
        for _ in range(cursor.number("H")):
            yield cursor.take(form)

    def _read_mask(self, record: _Record, data: bytes) -> None:
        if len(data) < 18:
            return
        top, left, bottom, right, outside, flags = struct.unpack(">4iBB", data[:18])
        if flags & _MASK_DISABLED:
            return
        record.mask = Bounds(left, top, right, bottom), outside / 255
        if flags & _MASK_HAS_PARAMETERS:
            record.feathered = True

    def _read_blocks(self, record: _Record, at: int, end: int) -> None:
        record.blocks = {
            key: self._data[begin : begin + size]
            for key, begin, size in _blocks(self._data, at, end, 1, self._big)
        }
        if b"luni" in record.blocks:
            count = int.from_bytes(record.blocks[b"luni"][:4], "big")
            name = record.blocks[b"luni"][4 : 4 + 2 * count]
            record.name = name.decode("utf-16-be", "replace").rstrip("\0")
        if b"iOpa" in record.blocks:
            record.opacity *= record.blocks[b"iOpa"][0] / 255
        section = record.blocks.get(b"lsct") or record.blocks.get(b"lsdk")
        if section:
            record.section = int.from_bytes(section[:4], "big")
            if len(section) >= 12:
                record.mode = _MODES.get(section[8:12], section[8:12].decode("latin-1"))

    def _tree(self, records: Iterator[_Record]) -> tuple[Layer, ...]:
        """Put the layers into their groups, each of which ends below its first layer."""
        open_groups: list[list[Layer]] = [[]]
        for record in records:
            if record.section == 3:
                open_groups.append([])
            elif record.section in (1, 2):
                if len(open_groups) == 1:
                    raise damaged(self._path)
                inner = tuple(open_groups.pop())
                open_groups[-1].append(
                    Group(
                        record.name,
                        inner,
                        record.mode,
                        record.opacity,
                        record.visible,
                        self._mask(record),
                        record.refused,
                    )
                )
            else:
                open_groups[-1].append(self._raster(record))
        return tuple(open_groups[0])

    def _raster(self, record: _Record) -> Raster:
        return Raster(
            record.name,
            record.bounds,
            self._pixels(record),
            record.mode,
            record.opacity,
            record.visible,
            self._mask(record),
            record.refused,
        )

    def _mask(self, record: _Record) -> Mask | None:
        if record.mask is None:
            return None
        bounds, outside = record.mask

        @cache
        def plane() -> Pixels:
            return self._plane(record, _MASK, bounds)

        return Mask(bounds, lambda first, last: plane()[first:last], outside)

    def _pixels(self, record: _Record) -> Rows:
        bounds = record.bounds
        transparent = any(channel.number == -1 for channel in record.channels)

        def decode() -> Decoded:
            alpha = self._plane(record, -1, bounds) if transparent else None
            planes = (self._plane(record, n, bounds) for n in range(self._colours))
            return lambda: self._in_srgb(planes, bounds.height, bounds.width), alpha

        return rows_of(decode, bounds)

    def _in_srgb(self, planes: Iterable[Pixels], height: int, width: int) -> Pixels:
        """Make BGR in sRGB of grey, or of red, green and blue."""
        picture = np.empty((height, width, 3), f"u{self._bits // 8}")
        for number, plane in enumerate(planes):
            if self._colours == 1:
                if self._convert:
                    icc.convert(plane, self._convert)
                picture[:] = plane[..., None]
            else:
                picture[..., 2 - number] = plane
        if self._convert and self._colours > 1:
            icc.convert(picture, self._convert)
        return picture

    def _plane(self, record: _Record, number: int, bounds: Bounds) -> Pixels:
        """Unpack a channel, (h, w)."""
        if not bounds.width or not bounds.height:
            return np.zeros((bounds.height, bounds.width), f"u{self._bits // 8}")
        channel = next((one for one in record.channels if one.number == number), None)
        if channel is None:
            raise damaged(self._path)
        data = self._data[channel.at : channel.at + channel.size]
        try:
            (packing,) = struct.unpack(">H", data[:2])
            return self._unpacked(data[2:], packing, bounds.width, bounds.height)
        except (struct.error, ValueError, zlib.error) as error:
            raise damaged(self._path) from error

    def _unpacked(self, data: bytes, packing: int, width: int, height: int) -> Pixels:
        size = width * height * self._bits // 8
        if packing == _RLE:
            data = _packbits(data[height * (4 if self._big else 2) :], size // height, height)
        elif packing in (_ZIP, _ZIP_PREDICTED):
            data = zlib.decompressobj().decompress(data, size)
        elif packing != _RAW:
            raise ValueError(packing)
        plane = self._samples(data[:size], width, height)
        if packing == _ZIP_PREDICTED:
            np.cumsum(plane, axis=1, dtype=plane.dtype, out=plane)
        return plane

    def _samples(self, data: bytes, width: int, height: int) -> Pixels:
        plane = np.frombuffer(data, f">u{self._bits // 8}").reshape(height, width)
        return plane.astype(plane.dtype.newbyteorder("="))

    def merged(self) -> Pixels:
        """Give the picture that the program which saved the file has merged."""
        cursor = _Cursor(self._data, self._merged_at)
        try:
            packing = cursor.number("H")
            whole = self._data[cursor.at :]
            if packing == _RLE:  # the lengths of the rows of all channels come first
                rows = self._height * self._channels
                start = rows * (4 if self._big else 2)
                data = _packbits(whole[start:], self._width * self._bits // 8, rows)
            elif packing == _RAW:
                data = whole
            else:
                raise damaged(self._path)
            size = self._width * self._height * self._bits // 8
            planes = [
                self._samples(data[n * size : (n + 1) * size], self._width, self._height)
                for n in range(self._colours)
            ]
        except (struct.error, ValueError) as error:
            raise damaged(self._path) from error
        return self._in_srgb(planes, self._height, self._width)


def _packbits(data: bytes, width: int, height: int) -> bytes:
    """Unpack rows of bytes; Pillow does it a hundred times as fast as Python could."""
    from PIL import Image

    return Image.frombytes("L", (width, height), data, "packbits", "L").tobytes()


def _blocks(
    data: Buffer, at: int, end: int, multiple: int, big: bool
) -> Iterator[tuple[bytes, int, int]]:
    """Find the blocks with a key: key, where each begins, and its size."""
    while at + 12 <= end and data[at : at + 4] in (b"8BIM", b"8B64"):
        key = data[at + 4 : at + 8]
        form = ">Q" if big and key in _LONG_KEYS else ">I"
        at += 8
        (size,) = struct.unpack(form, data[at : at + struct.calcsize(form)])
        at += struct.calcsize(form)
        yield key, at, size
        at += size + -size % multiple


def _resources(data: bytes) -> dict[int, bytes]:
    """Find the image resources by their numbers."""
    found, at = {}, 0
    while data[at : at + 4] == b"8BIM" and at + 12 <= len(data):
        (number,) = struct.unpack(">H", data[at + 4 : at + 6])
        at += 6 + (data[at + 6] + 2) // 2 * 2
        (size,) = struct.unpack(">I", data[at : at + 4])
        found[number] = data[at + 4 : at + 4 + size]
        at += 4 + size + size % 2
    return found
