"""Writing a photograph in layers, whole or not at all, with what is said about it."""

from __future__ import annotations

import logging
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from labcolor.errors import OutputError
from labcolor.layers import ora_writing, psd_writing
from labcolor.layers.formats import FORMATS
from labcolor.layers.model import Group, Layered
from labcolor.photo.mark import marked
from labcolor.photo.model import Metadata, Photo
from labcolor.photo.target import atomic_write, cannot_write, check_target

_PACKET = (1 << 31) - 1

_log = logging.getLogger("labcolor")


def write(
    picture: Layered,
    photo: Photo,
    target: Path | BinaryIO,
    form: str,
    *,
    overwrite: bool = False,
    source: Path | None = None,
    name: str | None = None,
) -> None:
    """Write a picture in layers.

    Parameters
    ----------
    picture : Layered
        The layers.
    photo : Photo
        What they are made of; its metadata and its mark go into the file.
    target : path or binary file
        As for `labcolor.photo.write`.
    form : str
        A name in `labcolor.layers.formats.FORMATS`.
    overwrite : bool
        Whether a file of that name may be replaced.
    source : Path, optional
        The file that the photograph came from; it is never overwritten.
    name : str, optional
        How messages call the result; by default as its target is called.

    Raises
    ------
    OutputError
        When the result cannot be written there, or is too large for the format. Nothing of it is
        left then.
    """
    name = name or str(target if isinstance(target, Path) else getattr(target, "name", "-"))
    holds = FORMATS[form]
    if max(picture.width, picture.height) > holds.longest:
        message = (
            f"{holds.title} holds {holds.longest} pixels per side, too few for {name}; "
            "choose PSB or ORA."
        )
        raise OutputError(message)
    if photo.alpha is not None:
        _log.warning(
            "The layers of %s do not have the photograph's transparency; `labcolor retouch` "
            "takes it from the photograph.",
            name,
        )
    if isinstance(target, Path):
        check_target(source, target, overwrite=overwrite)
        with atomic_write(target, overwrite=overwrite) as stream:
            _encode(picture, photo, form, stream, name)
        return
    try:
        with tempfile.TemporaryFile() as whole:
            _encode(picture, photo, form, whole, name)
            whole.seek(0)
            shutil.copyfileobj(whole, target, 1 << 20)
            target.flush()
    except OSError as error:
        raise cannot_write(name, error) from error


def _encode(picture: Layered, photo: Photo, form: str, stream: BinaryIO, name: str) -> None:
    metadata = marked(photo.metadata, photo.mark, _PACKET) if photo.mark else photo.metadata
    if form == "ora":
        ora_writing.write(picture, metadata, stream)
        return
    try:
        psd_writing.write(picture, metadata, stream, big=form == "psb")
    except psd_writing.TooLarge:
        _write_without_groups(picture, metadata, stream, name)


def _write_without_groups(
    picture: Layered, metadata: Metadata, stream: BinaryIO, name: str
) -> None:
    """Write what the 2 GB of a PSD hold for sure, and say what they do not."""
    single = tuple(layer for layer in picture.layers if not isinstance(layer, Group))
    stream.seek(0)
    stream.truncate()
    try:
        psd_writing.write(replace(picture, layers=single), metadata, stream)
    except psd_writing.TooLarge as error:
        message = f"{name} would be larger than the 2 GB of a PSD; choose PSB or ORA."
        raise OutputError(message) from error
    _log.warning(
        "The regions do not fit into the 2 GB of a PSD and are left out of %s; PSB and ORA can "
        "hold them.",
        name,
    )
