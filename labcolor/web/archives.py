"""ZIP archives that strangers send: looked through before anything is taken out of them."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from labcolor.web.failures import Refused

MOST_ENTRIES = 1000
MOST_RATIO = 200
"""Of bytes to compressed bytes, in all; a white scan as BMP comes near to half of it."""


def members(archive: zipfile.ZipFile, max_bytes: int) -> list[zipfile.ZipInfo]:
    """List the files of an archive, if it may be unpacked.

    Raises
    ------
    Refused
        400 where a name leads elsewhere, is a link or is locked; 413 where there is too much.
    """
    files = [one for one in archive.infolist() if not one.is_dir()]
    if len(files) > MOST_ENTRIES:
        raise Refused(413, f"The archive has {len(files)} files, more than {MOST_ENTRIES}.")
    for one in files:
        _check_name(one)
    total = sum(one.file_size for one in files)
    packed = sum(one.compress_size for one in files)
    if total > max_bytes or total > MOST_RATIO * max(packed, 1):
        raise Refused(413, f"The archive would have {total} bytes once it is unpacked.")
    return files


def _check_name(one: zipfile.ZipInfo) -> None:
    path = PurePosixPath(one.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in path.parts[0] or "\0" in one.filename:
        raise Refused(400, f"The archive has a file that leads elsewhere: {one.filename!r}.")
    if stat.S_ISLNK(one.external_attr >> 16):
        raise Refused(400, f"The archive has a link: {one.filename!r}.")
    if one.flag_bits & 1:
        raise Refused(400, f"The archive has a file with a password: {one.filename!r}.")


def unpack(path: Path, folder: Path, max_bytes: int) -> Iterator[tuple[str, Path]]:
    """Take the files out of an archive, one by one, under names of ours.

    Yields
    ------
    name, path : str, Path
        What the archive calls it, and where it lies.

    Raises
    ------
    Refused
        As `members`; 415 where it is no archive.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            left = max_bytes
            for number, one in enumerate(members(archive, max_bytes)):
                target = folder / f"{number}"
                # a header may lie about the size; what comes out does not
                left -= _extract(archive, one, target, left)
                yield one.filename, target
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise Refused(415, f"This ZIP archive cannot be read ({error}).") from error


def _extract(archive: zipfile.ZipFile, one: zipfile.ZipInfo, target: Path, most: int) -> int:
    size = 0
    with archive.open(one) as source, target.open("wb") as file:
        while chunk := source.read(1 << 20):
            size += len(chunk)
            if size > most:
                raise Refused(413, "The archive is larger than it states.")
            file.write(chunk)
    return size
