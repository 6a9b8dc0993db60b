"""XMP sidecars: what other programs say of a photograph in a file beside it."""

from __future__ import annotations

import logging
import struct
from pathlib import Path

from labcolor.errors import LabcolorError
from labcolor.photo import pillow, reading
from labcolor.photo.geometry import Turn
from labcolor.photo.header import Unsupported
from labcolor.photo.metadata import corrected_xmp, orientation_of
from labcolor.photo.source import opened
from labcolor.photo.target import atomic_write

_log = logging.getLogger("labcolor")


def carry(photo: Path, result: Path, *, overwrite: bool = False) -> list[Path]:
    """Copy the sidecars of a photograph to beside its result, made true of that.

    `photo.jpg.xmp` (darktable, digiKam) becomes `result.png.xmp`, and `photo.xmp` (Adobe)
    `result.xmp`. A sidecar that somebody has changed there stays, with a warning; one that is the
    same already is left alone.

    Parameters
    ----------
    photo, result : Path
        Both are there.
    overwrite : bool
        Whether a sidecar that is there may be replaced.

    Returns
    -------
    list of Path
        What was written.
    """
    written = []
    for sidecar, target in _pairs(photo, result):
        try:
            content = corrected_xmp(sidecar.read_bytes(), _turn(photo))
            if target.is_file() and target.read_bytes() == content:
                continue
            with atomic_write(target, overwrite=overwrite) as stream:
                stream.write(content)
            written.append(target)
        except (OSError, LabcolorError) as error:
            _log.warning("The sidecar %s is not taken along: %s", sidecar, error)
    return written


def _pairs(photo: Path, result: Path) -> list[tuple[Path, Path]]:
    """Find the sidecars, and say what they are called beside the result."""
    names = {
        f"{photo.name}.xmp".lower(): result.with_name(f"{result.name}.xmp"),
        f"{photo.stem}.xmp".lower(): result.with_name(f"{result.stem}.xmp"),
    }
    try:
        there = sorted(one for one in photo.parent.iterdir() if one.name.lower() in names)
    except OSError:
        return []
    return [(one, names[one.name.lower()]) for one in there]


def _turn(photo: Path) -> Turn:
    """Tell how a photograph became upright; not at all where nobody knows."""
    with opened(photo) as file:
        try:
            form = reading.recognised(file)
            header = reading.header_of(form, file)
        except (Unsupported, pillow.Damaged, ValueError, struct.error):
            return Turn(1, 1, 1)
    return Turn(orientation_of(header.metadata), header.width, header.height)
