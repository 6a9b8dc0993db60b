"""Damage to a JPEG that decoders conceal: libjpeg makes pixels up, and most programs never ask.

libjpeg-turbo says what it had to make up, and `simplejpeg` passes its words on. Pixels that are
made of zero bytes it cannot know: most tables make a picture of them, though never one that an
encoder would have spelled so.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from labcolor.photo.jpeg import Segment, segments
from labcolor.photo.source import Buffer

_LOST = ("Premature end of JPEG file", "Corrupt JPEG data")
_EXTRANEOUS = re.compile(r"(\d+) extraneous bytes before marker")
_MANY = 64
"""Scanners and cameras write a few bytes too many; more may be what damage has left over."""

_SOS, _DHT = 0xDA, 0xC4
_TABLES_AND_FRAMES = frozenset({*range(0xC0, 0xD0), 0xDB, 0xDC, 0xDD})
_AC, _SIZE = 0x10, 0x0F
_ZEROS = re.compile(rb"\0{32,}")
"""Zero bits that are more than one block, if each makes a coefficient of its own."""


class Verdict(NamedTuple):
    """Whether pixels are lost, and how many bytes of unknown meaning stand among them."""

    lost: bool
    extraneous: int = 0

    @property
    def doubtful(self) -> bool:
        """Whether somebody should look at the picture."""
        return self.extraneous > _MANY


def verdict(data: Buffer) -> Verdict:
    """Decode the pixels of a JPEG for nothing but what libjpeg-turbo has to say of them."""
    import simplejpeg

    pieces = _pieces(data)
    if _holds_zeros(pieces):
        return Verdict(lost=True)
    try:
        # an eighth of the size costs no more than reading every code of the scans
        simplejpeg.decode_jpeg(b"".join(pieces.told), "GRAY", min_factor=8)
    except ValueError as error:
        message = str(error)
        extraneous = _EXTRANEOUS.search(message)
        if extraneous:
            number = int(extraneous[1])
            zeros = any(_ZEROS.search(scan) for scan, _ in pieces.scans)
            return Verdict(lost=zeros and number > _MANY, extraneous=number)
        return Verdict(lost=message.startswith(_LOST))
    return Verdict(lost=False)


class _Pieces(NamedTuple):
    """A JPEG without metadata, of which libjpeg has opinions too; and the data of its scans."""

    told: list[bytes]
    scans: list[tuple[bytes, bool]]


def _pieces(data: Buffer) -> _Pieces:
    """Take a JPEG apart; padding of zeros at the end of a scan is left out."""
    told, scans = [b"\xff\xd8"], []
    tables: dict[int, bytes] = {}
    found = list(segments(data))
    followers = [one.at for one in found[1:]] + [len(data)]
    for one, follower in zip(found, followers, strict=True):
        if one.marker in _TABLES_AND_FRAMES:
            told.append(data[one.at : one.end])
        if one.marker == _DHT:
            _learn(tables, data[one.begin : one.end])
        if one.marker == _SOS:
            scan = data[one.end : follower]
            kept = scan.rstrip(b"\0")
            # the last code may end in some
            scan = scan if len(scan) - len(kept) < 32 else kept + bytes(4)
            told += [data[one.at : one.end], scan]
            scans.append((scan, _zeros_are_coefficients(data, one, tables)))
    return _Pieces([*told, data[found[-1].at : found[-1].end] if found else b""], scans)


def _holds_zeros(pieces: _Pieces) -> bool:
    return any(telling and _ZEROS.search(scan) for scan, telling in pieces.scans)


def _learn(tables: dict[int, bytes], body: bytes) -> None:
    """Note the symbol that each Huffman table spells with nothing but zeros."""
    at = 0
    while at + 17 < len(body):
        tables[body[at]] = body[at + 17 : at + 18]
        at += 17 + sum(body[at + 1 : at + 17])


def _zeros_are_coefficients(data: Buffer, scan: Segment, tables: dict[int, bytes]) -> bool:
    """Whether zeros would be one coefficient after another, which no photograph has.

    Where they end the block, or say that nothing is to be refined, they are flat paper.
    """
    header = data[scan.begin : scan.end]
    count = header[0] if header else 0
    if len(header) != 4 + 2 * count or not count:
        return False
    last_coefficient, refined = header[-2], header[-1] >> 4
    if refined:
        return False
    used = (header[2 + 2 * n] for n in range(count))
    names = [_AC | one & 15 if last_coefficient else one >> 4 for one in used]
    symbols = (tables.get(name, b"\0")[0] for name in names)
    return any(symbol & _SIZE for symbol in symbols)
