"""Writing directories of tags: the bytes of EXIF blocks and of TIFF files, the big ones too."""

from __future__ import annotations

import struct

from labcolor.photo.tags import (
    LONG,
    LONG8,
    RATIONAL,
    SIGNED_RATIONAL,
    SIZES,
    Directory,
    Entry,
    Order,
)


def header(order: Order, first: int, *, big: bool = False) -> bytes:
    """Write the 8 bytes that begin a TIFF file or EXIF block; 16 of a BigTIFF."""
    mark = b"II" if order == "<" else b"MM"
    if big:
        return mark + struct.pack(f"{order}HHHQ", 43, 8, 0, first)
    return mark + struct.pack(f"{order}HI", 42, first)


def block(directory: Directory) -> bytes:
    """Write a directory as an EXIF block."""
    return header(directory.order, 8) + dump(directory, 8)


def dump(directory: Directory, start: int, *, big: bool = False, last: bool = True) -> bytes:
    """Write a directory with its values and its children.

    Parameters
    ----------
    directory : Directory
        What to write.
    start : int
        The offset at which the bytes will stand; even.
    big : bool
        As a BigTIFF has it, with offsets of 64 bits.
    last : bool
        Whether it is the last of the file; another is to stand right behind it otherwise.

    Returns
    -------
    bytes
        Of even length.
    """
    order, entries = directory.order, dict(directory.entries)
    # the pointers come first so that they have their room; their values follow
    for tag in directory.children:
        entries[tag] = Entry(LONG8 if big else LONG, 1, b"")
    count, number, offset = ("Q", "Q", "Q") if big else ("H", "I", "I")
    inline = struct.calcsize(f"<{offset}")
    step = struct.calcsize(f"<HH{number}{offset}")
    values_at = start + struct.calcsize(f"<{count}{offset}") + step * len(entries)
    values = bytearray()
    rows = []
    for tag, entry in sorted(entries.items()):
        if tag in directory.children:
            value = struct.pack(f"{order}{offset}", values_at + len(values))
            values += dump(directory.children[tag], values_at + len(values), big=big)
        elif len(entry.value) > inline:
            value = struct.pack(f"{order}{offset}", values_at + len(values))
            values += entry.value
        else:
            value = entry.value.ljust(inline, b"\0")
        values += bytes(len(values) % 2)  # directories and values begin at even offsets
        rows.append(struct.pack(f"{order}HH{number}", tag, entry.type, entry.number) + value)
    head = struct.pack(f"{order}{count}", len(rows))
    following = struct.pack(f"{order}{offset}", 0 if last else values_at + len(values))
    return head + b"".join(rows) + following + bytes(values)


def in_order(directory: Directory, order: Order) -> Directory:
    """Give a directory in another byte order; values without numbers stay as they are."""
    if directory.order == order:
        return directory
    entries = {tag: _swapped(entry) for tag, entry in directory.entries.items()}
    children = {tag: in_order(child, order) for tag, child in directory.children.items()}
    return Directory(order, entries, children)


def _swapped(entry: Entry) -> Entry:
    size = SIZES.get(entry.type, 1)
    if entry.type in (RATIONAL, SIGNED_RATIONAL):
        size //= 2
    items = (entry.value[at : at + size] for at in range(0, len(entry.value), size))
    return entry._replace(value=b"".join(item[::-1] for item in items))
