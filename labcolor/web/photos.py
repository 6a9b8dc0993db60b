"""The photographs that people work on: their files on the disk, what is shown in memory.

Of the last few there is also a preview of at most a megapixel and what the network said. Those not
asked for longest go when there are too many, and all go an hour after they were.
"""

from __future__ import annotations

import secrets
import shutil
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

import cv2
import numpy as np

from labcolor.color.palette import Palette
from labcolor.color.toning import has_colour
from labcolor.colorizer import Colorizer
from labcolor.palettes import References
from labcolor.photo import Pages
from labcolor.photo.model import Pixels
from labcolor.web.failures import not_found
from labcolor.web.uploads import Upload

PREVIEW = 1_000_000
"""Pixels of a preview."""
THUMBNAIL = 60_000
"""Pixels of a version in the gallery."""

IN_MEMORY = 8
"""Photographs of which more than the file is kept."""
HOUR = 3600.0
MOST = 64


class _Kept(Protocol):
    @property
    def size(self) -> int:
        """Bytes on the disk."""

    def close(self) -> None:
        """Remove what is on the disk."""


T = TypeVar("T", bound=_Kept)


class Store(Generic[T]):
    """Things under names that nobody guesses, for an hour after they were last asked for.

    Parameters
    ----------
    what : str
        What a sentence calls one of them.
    most : int
        How many there may be; beyond, the one not asked for longest goes.
    room : int, optional
        Bytes on the disk that all may take together, but for the last one; beyond, the same.
    lasting : bool
        Whether asking for one makes it stay longer.
    clock : callable
        Seconds.
    """

    def __init__(
        self,
        what: str,
        most: int = MOST,
        *,
        room: int | None = None,
        lasting: bool = True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._what, self._most, self._room = what, most, room
        self._lasting, self._clock = lasting, clock
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[float, T]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def add(self, thing: T) -> str:
        """Keep something; return the name that it has from now on."""
        self.sweep()
        name = secrets.token_urlsafe(18)
        with self._lock:
            self._kept[name] = self._clock(), thing
            surplus = []
            while self._is_crowded():
                surplus.append(self._kept.popitem(last=False)[1][1])
        for one in surplus:
            one.close()
        return name

    def _is_crowded(self) -> bool:
        if len(self._kept) > self._most:
            return True
        taken = sum(thing.size for _, thing in self._kept.values())
        return self._room is not None and taken > self._room and len(self._kept) > 1

    def get(self, name: str) -> T:
        """Return what has a name.

        Raises
        ------
        Refused
            404: there is nothing of that name, or not any more.
        """
        self.sweep()
        with self._lock:
            if name not in self._kept:
                raise not_found(self._what)
            _, thing = self._kept[name]
            if self._lasting:
                self._kept[name] = self._clock(), thing
                self._kept.move_to_end(name)
            return thing

    def remove(self, name: str) -> None:
        """Let go of what has a name.

        Raises
        ------
        Refused
            404, as above.
        """
        with self._lock:
            if name not in self._kept:
                raise not_found(self._what)
            _, thing = self._kept.pop(name)
        thing.close()

    def sweep(self) -> None:
        """Let go of what has been here for its hour."""
        before = self._clock() - HOUR
        with self._lock:
            old = [name for name, (since, _) in self._kept.items() if since < before]
            gone = [self._kept.pop(name)[1] for name in old]
        for one in gone:
            one.close()

    def close(self) -> None:
        """Let go of everything."""
        with self._lock:
            gone = [thing for _, thing in self._kept.values()]
            self._kept.clear()
        for one in gone:
            one.close()


@dataclass
class View:
    """What is kept in memory of a photograph, some 5 MB, and can be made again.

    Attributes
    ----------
    preview, thumbnail : (h, w) or (h, w, 3) uint8
        The first page, made small.
    known : dict
        Colorizers that remember it, by how they look at it.
    palette : Palette, optional
        Its colours, once somebody wanted them for another photograph.
    """

    preview: Pixels
    thumbnail: Pixels
    known: dict[tuple[str, str, int], Colorizer] = field(default_factory=dict)
    palette: Palette | None = None


@dataclass(frozen=True, eq=False)
class Photograph:
    """A photograph that somebody works on.

    Attributes
    ----------
    upload : Upload
        Its file.
    width, height : int
        Of the first page, upright.
    bits : int
        8 or 16, of a sample.
    in_colour : bool
        Whether it has colour already.
    estimated : bool
        Whether labcolor gave it that colour.
    """

    upload: Upload
    width: int
    height: int
    bits: int
    in_colour: bool
    estimated: bool

    @property
    def size(self) -> int:
        """Bytes on the disk."""
        return self.upload.path.stat().st_size

    def close(self) -> None:
        """Remove its file."""
        shutil.rmtree(self.upload.path.parent, ignore_errors=True)


class Views:
    """What is kept in memory of the photographs that were looked at last.

    Parameters
    ----------
    most : int
        Of so many.
    """

    def __init__(self, most: int = IN_MEMORY) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._kept: OrderedDict[Photograph, View] = OrderedDict()

    def read(self, upload: Upload) -> Photograph:
        """Decode an upload, and keep what is shown of it.

        Raises
        ------
        PhotoError
            It is damaged, or of a kind that labcolor does not read.
        """
        pages = Pages(upload.path)
        pixels = pages.read(0).pixels
        height, width = pixels.shape[:2]
        view, bits = _view(pixels), 8 * pixels.itemsize
        coloured = has_colour(view.preview)
        photograph = Photograph(upload, width, height, bits, coloured, pages.marked)
        self._keep(photograph, view)
        return photograph

    def of(self, photograph: Photograph) -> View:
        """Return what is shown of a photograph, made again where it was let go."""
        with self._lock:
            view = self._kept.get(photograph)
        if view is None:
            view = _view(first_page(photograph.upload))
        self._keep(photograph, view)
        return view

    def known_to(self, colorizer: Colorizer, photograph: Photograph, weights: str) -> Colorizer:
        """Return a colorizer that remembers a photograph, decoded again the first time."""
        known = self.of(photograph).known
        key = colorizer.method, weights, colorizer.detail
        if key not in known:
            known[key] = colorizer.remembering(first_page(photograph.upload))
        return known[key]

    def palette(self, photograph: Photograph) -> Palette:
        """Return the colours of a photograph, for others to take.

        Raises
        ------
        PhotoError
            It has none.
        """
        view = self.of(photograph)
        if view.palette is None:
            view.palette = References(first_page(photograph.upload)).palettes[0]
        return view.palette

    def _keep(self, photograph: Photograph, view: View) -> None:
        with self._lock:
            self._kept[photograph] = view
            self._kept.move_to_end(photograph)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)


def _view(pixels: Pixels) -> View:
    preview = _small(pixels, PREVIEW)
    if preview.ndim == 3 and (preview == preview[..., :1]).all():
        preview = np.ascontiguousarray(preview[..., 0])  # grey, and sooner merged
    return View(preview, _small(preview, THUMBNAIL))


def first_page(upload: Upload) -> Pixels:
    """Decode the first page of an upload."""
    return Pages(upload.path).read(0).pixels


def of_8_bits(pixels: Pixels) -> Pixels:
    """Bring samples to 8 bits."""
    if pixels.dtype == np.uint8:
        return pixels
    return np.asarray(cv2.convertScaleAbs(pixels, alpha=1 / 257), np.uint8)


def _small(pixels: Pixels, most: int) -> Pixels:
    """Bring a picture to at most so many pixels, of 8 bits."""
    height, width = pixels.shape[:2]
    scale = min(1.0, (most / (height * width)) ** 0.5)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = pixels if scale == 1 else cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(of_8_bits(small))
