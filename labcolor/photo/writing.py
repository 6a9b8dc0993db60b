"""Writing a photograph: every sample as given, in sRGB, with all that its format has room for."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from labcolor.errors import OutputError
from labcolor.photo.encode import encode
from labcolor.photo.formats import FORMATS, Format, format_of, written_as
from labcolor.photo.mark import marked
from labcolor.photo.model import Metadata, Photo
from labcolor.photo.target import atomic_write, cannot_write, check_target

_KINDS = {"exif": "EXIF", "xmp": "XMP", "iptc": "IPTC", "texts": "text"}
_log = logging.getLogger("labcolor")


def write(
    photo: Photo | Iterable[Photo],
    target: Path | str | BinaryIO,
    *,
    format: str | None = None,  # noqa: A002  the field's word
    quality: int = 95,
    overwrite: bool = False,
    source: Path | None = None,
    name: str | None = None,
) -> None:
    """Write a photograph, or several as the pages of a TIFF.

    Lossless formats hold the very samples of `photo.pixels`; 16-bit ones are rounded to 8 where
    the format has no more. JPEG is written without chroma subsampling, WebP and JPEG 2000
    lossless. Colour files are tagged as sRGB. What the format has no room for is left out with
    a warning.

    Parameters
    ----------
    photo : Photo or iterable of Photo
        What to write. Pages are asked for one after the other, each when the one before is
        written, so that memory for one suffices.
    target : path or binary file
        A path is written beside its final name first and moved there at the end; a stream
        receives nothing before the file is complete.
    format : str, optional
        A name in `labcolor.photo.formats.FORMATS`. By default that of the target's ending, and
        for a stream that of the photograph; TIFF for pages.
    quality : int
        Of JPEG and AVIF, 1…100.
    overwrite : bool
        Whether a file of that name may be replaced.
    source : Path, optional
        The file that the photograph came from; it is never overwritten.
    name : str, optional
        How messages call the result; by default as its target is called.

    Raises
    ------
    OutputError
        When the result cannot be written there, or has several pages and the format one. Nothing
        of it is left then.
    """
    pages = [photo] if isinstance(photo, Photo) else photo
    if isinstance(target, (str, Path)):
        path = Path(target)
        form = _known(format or format_of(path))
        check_target(source, path, overwrite=overwrite)
        with atomic_write(path, overwrite=overwrite) as stream:
            called = name or str(path)
            encode(_fitting(pages, form, called), form, stream, quality, called)
        return
    import shutil
    import tempfile

    name = name or str(getattr(target, "name", "the output"))
    form = _known(format or (written_as(photo.format) if isinstance(photo, Photo) else "tiff"))
    try:
        with tempfile.TemporaryFile() as whole:
            encode(_fitting(pages, form, name), form, whole, quality, name)
            whole.seek(0)
            shutil.copyfileobj(whole, target, 1 << 20)
            target.flush()
    except OSError as error:
        raise cannot_write(name, error) from error


def _known(form: str) -> str:
    if form not in FORMATS:
        message = f"labcolor cannot write {form}; choose one of {', '.join(FORMATS)}."
        raise OutputError(message)
    return form


def _fitting(pages: Iterable[Photo], form: str, name: str) -> Iterator[Photo]:
    """Make pages fit for a format, one by one."""
    for photo in pages:
        yield _fit(photo, form, name)
        del photo  # before the next one is made


def _fit(photo: Photo, form: str, name: str) -> Photo:
    """Leave out what the format has no room for, and say so; add the mark."""
    holds, alpha = FORMATS[form], photo.alpha
    if max(photo.pixels.shape[:2]) > holds.longest:
        message = (
            f"{holds.title} holds {holds.longest} pixels per side, too few for {name}; "
            "choose PNG or TIFF."
        )
        raise OutputError(message)
    if alpha is not None and not holds.alpha:
        _log.warning("%s holds no transparency; it is left out of %s.", holds.title, name)
        alpha = None
    lost = [_KINDS[kind] for kind in sorted(holds.lost) if getattr(photo.metadata, kind)]
    if lost:
        words = " and ".join(lost)
        _log.warning("%s has no room for %s; left out of %s.", holds.title, words, name)
    metadata = photo.metadata
    if photo.mark:
        metadata = marked(metadata, photo.mark, holds.packet)
    return replace(photo, alpha=alpha, metadata=_room_for(metadata, holds))


def _room_for(metadata: Metadata, holds: Format) -> Metadata:
    return Metadata(
        exif=b"" if "exif" in holds.lost else metadata.exif,
        xmp=b"" if "xmp" in holds.lost else metadata.xmp,
        iptc=b"" if "iptc" in holds.lost else metadata.iptc,
        resolution=metadata.resolution,
        texts=() if "texts" in holds.lost else metadata.texts,
    )
