"""JPEG: what its segments say (ISO/IEC 10918-1, annex B), before and behind the pixels."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from typing import NamedTuple

from labcolor.photo import iptc, tags
from labcolor.photo.header import Header
from labcolor.photo.model import Metadata, Text
from labcolor.photo.source import Buffer

SEGMENT = 65533
"""So many bytes fit into a segment."""

EXIF, XMP, PHOTOSHOP = b"Exif\0\0", b"http://ns.adobe.com/xap/1.0/\0", b"Photoshop 3.0\0"
_LONG_XMP, _ICC, _JFIF = b"http://ns.adobe.com/xmp/extension/\0", b"ICC_PROFILE\0", b"JFIF\0"
_SOI, _EOI, _SOS, _COM = 0xD8, 0xD9, 0xDA, 0xFE
_APP0, _APP1, _APP2, _APP13 = 0xE0, 0xE1, 0xE2, 0xED
_ALONE = frozenset({0x01, *range(0xD0, 0xD8), _SOI})
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}) | {0xF7}
_MARKER = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]", re.DOTALL)
"""What ends the data of a scan: neither a byte 255 of them nor a restart."""

_CM = 2.54


class Segment(NamedTuple):
    """A marker, where its first byte stands, and where its contents begin and end."""

    marker: int
    at: int
    begin: int
    end: int


def segments(data: Buffer, *, to_scan: bool = False) -> Iterator[Segment]:
    """Give the segments in their order; bytes between them are passed over, as decoders do.

    Parameters
    ----------
    data : buffer
        The file.
    to_scan : bool
        Whether to end with the header of the first scan, before a byte of pixels is read.
    """
    at = 2
    while found := _MARKER.search(data, at):
        marker, begin = found.group()[-1], found.end()
        if marker in _ALONE or marker == _EOI:
            yield Segment(marker, found.start(), begin, begin)
            if marker == _EOI:
                return
            at = begin
            continue
        length = int.from_bytes(data[begin : begin + 2], "big")
        end = begin + length
        if length < 2 or end > len(data):
            return
        yield Segment(marker, found.start(), begin + 2, end)
        if to_scan and marker == _SOS:
            return
        at = end


def read_header(data: Buffer) -> Header:
    """Read what stands before the pixels.

    Raises
    ------
    ValueError
        When no frame is described there.
    Unsupported
        When its samples are of a kind that common decoders do not know.
    """
    found: dict[int, list[bytes]] = {}
    for one in segments(data, to_scan=True):
        found.setdefault(one.marker, []).append(data[one.begin : one.end])
    marker = next((marker for marker in found if marker in _FRAMES), 0)
    frame = found[marker][0] if marker else b""
    bits, height, width, samples = struct.unpack_from(">BHHB", frame)
    app1 = found.get(_APP1, [])
    exif = _exif(app1)
    return Header(
        width=width,
        height=height,
        bits=bits if _kind(marker, bits) else 8,
        unreadable=_kind(marker, bits),
        metadata=Metadata(
            exif=exif,
            xmp=next((body[len(XMP) :] for body in app1 if body.startswith(XMP)), b""),
            iptc=iptc.records(_joined(found.get(_APP13, []), PHOTOSHOP)),
            resolution=_resolution(found.get(_APP0, []), exif),
            texts=tuple(map(comment, found.get(_COM, []))),
        ),
        profile=_profile(found.get(_APP2, [])),
        grey=samples == 1,
        left_out=("XMP beyond its first 64 KiB",) if _has_long_xmp(app1) else (),
    )


def comment(body: bytes) -> Text:
    """Make a text of a comment, whose encoding nobody states: UTF-8 if it can be, else Latin-1."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        text = body.decode("latin-1")
    return Text("Comment", text, "jpeg", body)


class Behind(NamedTuple):
    """What stands behind the first pixels.

    Attributes
    ----------
    comments : tuple of Text
        Comments between the scans and behind them.
    left_out : tuple of str
        What else there is, which no result has.
    """

    comments: tuple[Text, ...]
    left_out: tuple[str, ...]


def behind(data: Buffer) -> Behind:
    """Look through the rest of a file, which takes reading all of it."""
    comments, scanned, end = [], False, len(data)
    for one in segments(data):
        scanned |= one.marker == _SOS
        if scanned and one.marker == _COM:
            comments.append(comment(data[one.begin : one.end]))
        if one.marker == _EOI:
            end = one.end
    return Behind(tuple(comments), tuple(_names(data[end:])))


_FILM = re.compile(rb"\0\0..ftyp(?!heic|mif1|avif)", re.DOTALL)
_FEW = 64


def _names(rest: bytes) -> Iterator[str]:
    """Name what follows a picture; a few bytes and padding are nothing."""
    if len(rest.strip(rest[:1])) <= _FEW:
        return
    film = _FILM.search(rest)
    before = rest[: film.start()] if film else rest
    if b"\xff\xd8\xff" in before:
        yield "another picture behind the first, such as a gain map for HDR or a preview"
    if film:
        yield "a film behind its picture (a motion photo)"
    elif b"\xff\xd8\xff" not in before:
        yield f"{len(rest)} bytes of another kind behind its picture"


def _kind(marker: int, bits: int) -> str:
    """Name a kind of JPEG that libjpeg does not decode; empty for the usual ones."""
    if marker == 0xF7:
        return "JPEG-LS"
    if marker in (0xC3, 0xCB):
        return "lossless JPEG"
    if marker in (0xC5, 0xC6, 0xC7, 0xCD, 0xCE, 0xCF):
        return "hierarchical JPEG"
    return "" if bits == 8 else f"JPEG of {bits}-bit samples"


def _exif(bodies: list[bytes]) -> bytes:
    """Take the first block, with the segments that go on with it instead of beginning another."""
    size = len(EXIF)
    blocks = [body[size:] for body in bodies if body.startswith(EXIF)]
    rest = (block for block in blocks[1:] if block[:2] not in (b"II", b"MM"))
    return b"".join([*blocks[:1], *rest])


def _joined(bodies: list[bytes], signature: bytes) -> bytes:
    """Join what is spread over several segments of one kind."""
    size = len(signature)
    return b"".join(body[size:] for body in bodies if body.startswith(signature))


def _profile(bodies: list[bytes]) -> bytes:
    """Join the pieces of an ICC profile in the order that they state."""
    pieces = {body[12]: body[14:] for body in bodies if body.startswith(_ICC) and len(body) > 14}
    return b"".join(pieces[number] for number in sorted(pieces))


def _has_long_xmp(bodies: list[bytes]) -> bool:
    return any(body.startswith(_LONG_XMP) for body in bodies)


def _resolution(bodies: list[bytes], exif: bytes) -> tuple[float, float] | None:
    """Take JFIF's density, else that of the EXIF block."""
    jfif = next((body for body in bodies if body.startswith(_JFIF) and len(body) >= 12), b"")
    if jfif:
        unit, x, y = struct.unpack_from(">BHH", jfif, 7)
        if unit in (1, 2) and x and y:
            factor = _CM if unit == 2 else 1.0
            return x * factor, y * factor
    try:
        return tags.read(exif).resolution if exif else None
    except ValueError:
        return None


def spelled(marker: int, content: bytes) -> bytes:
    """Spell a segment."""
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def in_segments(marker: int, signature: bytes, body: bytes) -> bytes:
    """Spell what may be longer than a segment as several, each with the signature."""
    room = SEGMENT - len(signature)
    pieces = (body[at : at + room] for at in range(0, len(body), room))
    return b"".join(spelled(marker, signature + piece) for piece in pieces)
