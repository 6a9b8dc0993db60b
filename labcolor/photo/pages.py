"""Reading photographs, all the pages of a TIFF too: upright sRGB pixels and what they carry."""

from __future__ import annotations

import io
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import BinaryIO, TypeAlias

from labcolor.errors import OutputError
from labcolor.photo import metadata, reading, tags, tiff
from labcolor.photo.formats import FORMATS
from labcolor.photo.mark import is_marked
from labcolor.photo.model import Photo
from labcolor.photo.source import Source, at_directory, opened

Origin: TypeAlias = "Path | str | bytes | BinaryIO"

_log = logging.getLogger("labcolor")


class Pages:
    """The pages of a file, each of which is read when its turn comes.

    A TIFF has as many as it has pictures, each with its own size, depth and metadata; its copies
    of reduced resolution and its transparency masks are no pages. Every other format has one.

    Parameters
    ----------
    source : path, bytes or binary file
        JPEG, PNG, TIFF, WebP, BMP, JPEG 2000, AVIF or GIF; HEIC and camera raw files by optional
        packages. A path is opened anew for each page.
    accept_damaged : bool
        Take what is left of a file that is cut or damaged.

    Attributes
    ----------
    name : str
        How messages call the file.
    format : str
        A name in `labcolor.photo.formats.FORMATS`.

    Raises
    ------
    PhotoError
        When there is no such file, or it is no photograph; in reading a page also when it is
        damaged, too large, or of a kind that labcolor does not read.
    """

    def __init__(self, source: Origin, *, accept_damaged: bool = False) -> None:
        self._accept_damaged = accept_damaged
        with opened(source) as file:
            self.name = file.name
            self.format = reading.recognised(file)
            self._held = isinstance(file.data, bytes)
            self._open = _opener(source, file)
            self._directories = self._listed(file)

    def __len__(self) -> int:
        return len(self._directories)

    def __iter__(self) -> Iterator[Photo]:
        """Read one page after the other; none is kept.

        What came from a stream is let go of with its last page, so it can be done once.
        """
        for index in range(len(self)):
            photo = self.read(index)
            if index == len(self) - 1 and self._held:
                self._open = _gone
            yield photo
            del photo

    @property
    def marked(self) -> bool:
        """Whether the file says of a page that labcolor has made its colours."""
        with self._open() as file:
            pages = (self._page(file, index) for index in range(len(self)))
            try:
                header = [reading.header_of(self.format, page) for page in pages]
            except ValueError:  # what is wrong with it is said when it is read
                return False
            return any(is_marked(one.metadata) for one in header)

    def read(self, index: int) -> Photo:
        """Read a page, counted from 0.

        Returns
        -------
        Photo
            8-bit pages as uint8, deeper ones as uint16; grey stays grey, everything else is BGR.
        """
        with self._open() as file:
            page = self._page(file, index)
            header, pixels, alpha = reading.stored(
                self.format, page, accept_damaged=self._accept_damaged
            )
        # the file is closed by now: turning needs its room for a second picture
        pixels, alpha, kept = metadata.upright(pixels, alpha, header.metadata, page.name)
        return Photo(pixels, alpha, kept, page.name, self.format)

    def _page(self, file: Source, index: int) -> Source:
        directory = self._directories[index]
        name = f"{file.name} (page {index + 1})" if len(self) > 1 else file.name
        if not directory:
            return file._replace(name=name)
        try:
            head = tiff.pointing_to(file.data, directory)
        except ValueError as error:  # it has been replaced meanwhile
            raise reading.damaged(name) from error
        return at_directory(file, name, directory, head)

    def _listed(self, file: Source) -> list[int]:
        """Find where the directories of the pages stand; 0 stands for the first of a file."""
        if self.format != "tiff":
            return [0]
        try:
            found = tiff.contents(file.data)
            first = tags.layout_of(file.data).first
        except ValueError as error:
            raise reading.damaged(file.name) from error
        if not found.whole and not self._accept_damaged:
            raise reading.damaged(file.name)
        for number, kind in ((found.reduced, "reduced copy"), (found.masks, "transparency mask")):
            if number:
                _log.warning("%s has a %s beside its pages; it is left out.", file.name, kind)
        return [0 if directory == first else directory for directory in found.pages]


def read(source: Origin, *, accept_damaged: bool = False) -> Photo:
    """Read a photograph.

    The pixels come back upright and in sRGB: the orientation of the file is applied, and its ICC
    profile used at the depth of its samples. Of a file with several pictures the first is read;
    `Pages` has them all.

    Parameters
    ----------
    source : path, bytes or binary file
        JPEG, PNG, TIFF, WebP, BMP, JPEG 2000, AVIF or GIF; HEIC and camera raw files by optional
        packages.
    accept_damaged : bool
        Take what is left of a file that is cut or damaged.

    Returns
    -------
    Photo
        8-bit files as uint8, deeper ones as uint16; grey stays grey, everything else is BGR.

    Raises
    ------
    PhotoError
        When there is no such file, it is no photograph, is damaged, too large, or of a kind that
        labcolor does not read.
    """
    pages = Pages(source, accept_damaged=accept_damaged)
    if len(pages) > 1:
        _log.warning("%s holds %d pictures; the first one is taken.", pages.name, len(pages))
    return pages.read(0)


def check_pages(pages: Pages, form: str) -> None:
    """Make sure, before any work, that a format holds all pages of a file.

    Parameters
    ----------
    pages : Pages
        What is to be written.
    form : str
        A name in `labcolor.photo.formats.FORMATS`.

    Raises
    ------
    OutputError
        When there are several pages, which only TIFF holds.
    """
    if len(pages) > 1 and form != "tiff":
        message = (
            f"{pages.name} has {len(pages)} pages, and {FORMATS[form].title} holds only one; "
            "write it as TIFF."
        )
        raise OutputError(message)


def _gone() -> AbstractContextManager[Source]:
    message = "the pages of a stream can be read only once"
    raise ValueError(message)


def _opener(source: Origin, file: Source) -> Callable[[], AbstractContextManager[Source]]:
    """Choose how a file is opened again: a path by its name, all else from memory."""
    if isinstance(file.data, bytes):
        return lambda: nullcontext(Source(file.name, file.data, io.BytesIO(file.data)))
    # nothing else is mapped instead of read
    assert isinstance(source, (str, os.PathLike))
    return partial(opened, source)
