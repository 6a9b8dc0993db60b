"""What an XMP packet says of places in the picture, turned with it.

Face and other regions of the Metadata Working Group (Guidelines 2.0, section 5.9), ACDSee,
Microsoft and IPTC (Photo Metadata Standard 2025.1, Image Region); the subject's place and the
resolutions that EXIF has too. Regions that are stated for the upright picture already stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from functools import partial

from labcolor.photo import xmp
from labcolor.photo.geometry import Turn

_MWG = b"http://www.metadataworkinggroup.com/schemas/regions/"
_AREA = b"http://ns.adobe.com/xmp/sType/Area#"
_DIMENSIONS = b"http://ns.adobe.com/xap/1.0/sType/Dimensions#"
_ACDSEE = b"http://ns.acdsee.com/regions/"
_ACDSEE_AREA = b"http://ns.acdsee.com/sType/Area#"
_MICROSOFT = b"http://ns.microsoft.com/photo/1.2/t/Region#"
_IPTC = b"http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
_ONE = Decimal(1)


def turned(packet: bytes, turn: Turn) -> bytes:
    """Turn places and resolutions that belong to the stored picture.

    Parameters
    ----------
    packet : bytes
        As found.
    turn : Turn
        How the picture becomes upright.
    """
    if turn.orientation == 1:
        return packet
    packet = _with_areas(packet, turn)
    for name in xmp.names(packet, _MICROSOFT, b"Rectangle"):
        packet = xmp.replaced(packet, name, partial(_rectangle, turn))
    for boundary in xmp.names(packet, _IPTC, b"RegionBoundary"):
        packet = xmp.parts(packet, boundary, partial(_boundary, turn, boundary.split(b":")[0]))
    for name in xmp.names(packet, xmp.EXIF, b"SubjectArea", b"SubjectLocation"):
        packet = xmp.parts(packet, name, partial(_subject, turn))
    if turn.swaps:
        packet = _swapped(packet, xmp.TIFF, b"XResolution", b"YResolution")
        packet = _swapped(packet, xmp.EXIF, b"FocalPlaneXResolution", b"FocalPlaneYResolution")
    return packet


def _with_areas(packet: bytes, turn: Turn) -> bytes:
    """Turn the areas that have a centre, and the size that they are stated for."""
    for namespace, areas, shape in (
        (_MWG, (b"Area",), _AREA),
        (_ACDSEE, (b"DLYArea", b"ALGArea"), _ACDSEE_AREA),
    ):
        for name in xmp.names(packet, namespace, b"AppliedToDimensions"):
            for unit in xmp.names(packet, _DIMENSIONS, b""):
                if _is_upright(packet, unit, turn):
                    return packet
                if turn.swaps:
                    packet = xmp.parts(packet, name, partial(_sides, unit))
        for name in xmp.names(packet, namespace, *areas):
            for prefix in xmp.names(packet, shape, b""):
                packet = xmp.parts(packet, name, partial(_area, turn, prefix))
    return packet


def _is_upright(packet: bytes, prefix: bytes, turn: Turn) -> bool:
    """Whether areas are stated for a picture that is turned already, by its proportions."""
    width, height = (_numbers(xmp.values(packet, prefix + side)[:1]) for side in (b"w", b"h"))
    if not (turn.swaps and width and height and turn.width != turn.height):
        return False
    return (width[0] > height[0]) == (turn.height > turn.width) and width != height


def _sides(prefix: bytes, part: bytes) -> bytes:
    return _exchanged(part, prefix + b"w", prefix + b"h")


def _area(turn: Turn, prefix: bytes, part: bytes) -> bytes:
    """Turn an area of a centre, and of a width and height if it has them."""
    right, bottom = _extent(turn, xmp.values(part, prefix + b"unit"))
    part = _with_point(part, prefix + b"x", prefix + b"y", partial(_at, turn, right, bottom))
    return _exchanged(part, prefix + b"w", prefix + b"h") if turn.swaps else part


def _boundary(turn: Turn, prefix: bytes, part: bytes) -> bytes:
    """Turn a boundary: a rectangle by its corner, a circle or a polygon by its points."""
    names = {key: prefix + b":rb" + key for key in (b"X", b"Y", b"W", b"H", b"Unit")}
    right, bottom = _extent(turn, xmp.values(part, names[b"Unit"]))
    found = [_numbers(xmp.values(part, names[key])[:1]) for key in (b"X", b"Y", b"W", b"H")]
    if all(found):
        x, y, width, height = (one[0] for one in found)
        box = turn.box(x, y, width, height, right, bottom)
        for key, value in zip((b"X", b"Y", b"W", b"H"), box, strict=True):
            part = xmp.replaced(part, names[key], _spelled(value))
        return part
    point = partial(_at, turn, right, bottom)
    vertices = prefix + b":rbVertices"

    def corners(inner: bytes) -> bytes:
        corner = rb"<rdf:li(?=[\s/>])[^>]*/>|<rdf:li(?=[\s>]).*?</rdf:li\s*>"
        return re.sub(
            corner,
            lambda one: _with_point(one[0], names[b"X"], names[b"Y"], point),
            inner,
            flags=re.DOTALL,
        )

    if re.search(rb"<%s\b" % vertices, part):
        return xmp.parts(part, vertices, corners)
    return _with_point(part, names[b"X"], names[b"Y"], point)


def _rectangle(turn: Turn, value: bytes) -> bytes:
    """Turn a rectangle of four shares: left, top, width, height."""
    numbers = _numbers(value.split(b","))
    if len(numbers) != 4:
        return value
    x, y, width, height = numbers
    box = turn.box(x, y, width, height, _ONE, _ONE)
    return b", ".join(map(_spelled, box))


def _subject(turn: Turn, part: bytes) -> bytes:
    """Turn a place in pixels: a point, with a diameter or with a width and a height."""
    items = list(re.finditer(rb"(<rdf:li>\s*)(\d+)(\s*</rdf:li>)", part))
    new = subject([int(one[2]) for one in items], turn)
    for one, value in reversed(list(zip(items, new, strict=True))):
        part = part[: one.start(2)] + b"%d" % value + part[one.end(2) :]
    return part


def subject(numbers: list[int], turn: Turn) -> list[int]:
    """Turn EXIF's SubjectArea or SubjectLocation (2.32, section 4.6.5).

    Parameters
    ----------
    numbers : list of int
        The centre's x and y, and then nothing, a diameter, or width and height, in pixels.
    turn : Turn
        How the picture becomes upright.
    """
    if not 2 <= len(numbers) <= 4:
        return numbers
    point = turn.point(numbers[0], numbers[1], turn.width - 1, turn.height - 1)
    size = numbers[2:]
    return [max(0, value) for value in point] + (size[::-1] if turn.swaps else size)


def _with_point(
    part: bytes, x: bytes, y: bytes, change: Callable[[Decimal, Decimal], tuple[Decimal, Decimal]]
) -> bytes:
    """Turn the point of two properties, where both are there and are numbers."""
    found = [_numbers(xmp.values(part, name)[:1]) for name in (x, y)]
    if not all(found):
        return part
    new = change(found[0][0], found[1][0])
    part = xmp.replaced(part, x, _spelled(new[0]))
    return xmp.replaced(part, y, _spelled(new[1]))


def _at(
    turn: Turn, right: Decimal, bottom: Decimal, x: Decimal, y: Decimal
) -> tuple[Decimal, Decimal]:
    return turn.point(x, y, right, bottom)


def _extent(turn: Turn, unit: list[bytes]) -> tuple[Decimal, Decimal]:
    """Give the coordinates of the lower right corner, in the unit of a region."""
    in_pixels = unit[:1] == [b"pixel"]
    return (Decimal(turn.width), Decimal(turn.height)) if in_pixels else (_ONE, _ONE)


def _swapped(packet: bytes, namespace: bytes, one: bytes, other: bytes) -> bytes:
    for first, second in zip(
        xmp.names(packet, namespace, one), xmp.names(packet, namespace, other), strict=True
    ):
        packet = _exchanged(packet, first, second)
    return packet


def _exchanged(part: bytes, one: bytes, other: bytes) -> bytes:
    """Give each of two properties the value of the other, where both are there."""
    first, second = xmp.values(part, one)[:1], xmp.values(part, other)[:1]
    if not (first and second):
        return part
    return xmp.replaced(xmp.replaced(part, one, second[0].strip()), other, first[0].strip())


def _numbers(texts: list[bytes]) -> list[Decimal]:
    try:
        found = [Decimal(text.decode("ascii").strip()) for text in texts]
    except (InvalidOperation, UnicodeDecodeError):
        return []
    return found if all(number.is_finite() for number in found) else []


def _spelled(number: Decimal) -> bytes:
    return f"{number:f}".encode()
