"""The pictures of a film, one after the other: luma as it is coded, and its time stamp."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from labcolor.film.fields import Fields, whole
from labcolor.film.levels import Codes
from labcolor.film.libav import opened, sought, troubles, unreadable
from labcolor.film.properties import Properties, pictures_of

_RUN_UP = Fraction(2)
"""Seconds that decoding begins before the picture that is wanted: filters look around."""


class Picture(NamedTuple):
    """A picture.

    Attributes
    ----------
    luma : (h, w) uint8 or uint16
        Code values.
    pts, duration : int
        When it is shown and for how long, in units of the film's time base; the duration is 0
        where the film does not tell.
    damaged : bool
        Whether it was decoded of a damaged packet.
    lost : int
        Packets before it of which nothing could be decoded.
    unstamped : bool
        Whether it has no usable time stamp of its own.
    """

    luma: Codes
    pts: int
    duration: int
    damaged: bool = False
    lost: int = 0
    unstamped: bool = False

    @property
    def checksum(self) -> int:
        """The CRC of the luma."""
        return zlib.crc32(self.luma.tobytes())


class Position(NamedTuple):
    """A picture to go on after: its time stamp and its checksum."""

    pts: int
    checksum: int


@dataclass
class Reader:
    """Decodes a film.

    Attributes
    ----------
    film : Properties
    fields : {"keep", "auto", "ivtc"}
        Whether fields are made whole pictures.
    begin, end : Fraction, optional
        The moments, seconds of the film's own clock, between which pictures are wanted.
    """

    film: Properties
    fields: Fields = "keep"
    begin: Fraction | None = None
    end: Fraction | None = None

    def __post_init__(self) -> None:
        self._lost = 0

    def pictures(self, after: Position | None = None) -> Iterator[Picture]:
        """Give the pictures in the order of their time stamps.

        Parameters
        ----------
        after : Position, optional
            Where to go on. Not every container leads back to just the same pictures; where the
            picture there is not the one that is remembered, all before it are decoded again.

        Raises
        ------
        FilmError
            The film cannot be read.
        """
        if after is not None:
            yield from self._after(after)
        elif self.begin:
            yield from self._from(self.begin)
        else:
            yield from self._until_end(self._decoded(None))

    def _after(self, position: Position) -> Iterator[Picture]:
        near = Fraction(position.pts) * self.film.time_base - _RUN_UP
        for seek in (max(near, self.film.start), None):
            pictures = self._decoded(seek)
            for picture in pictures:
                if picture.pts < position.pts:
                    continue
                found = picture.pts == position.pts and picture.checksum == position.checksum
                if found or seek is None:
                    if picture.pts > position.pts:
                        yield from self._until_end(iter([picture]))
                    yield from self._until_end(pictures)
                    return
                break

    def _from(self, begin: Fraction) -> Iterator[Picture]:
        """Give the pictures from a moment on: the one that is shown then is the first."""
        first = -(-begin // self.film.time_base)
        for seek in (max(begin - _RUN_UP, self.film.start), None):
            pictures = self._decoded(seek)
            earlier = False
            for picture in pictures:
                if picture.pts < first:
                    earlier = True
                    continue
                if seek is not None and not earlier and begin > self.film.start:
                    break  # the first picture that is found may come too late
                yield from self._until_end(iter([picture]))
                yield from self._until_end(pictures)
                return

    def _until_end(self, pictures: Iterator[Picture]) -> Iterator[Picture]:
        for picture in pictures:
            if self.end is not None and picture.pts * self.film.time_base >= self.end:
                return
            yield picture

    def _decoded(self, seek: Fraction | None) -> Iterator[Picture]:
        film, self._lost = self.film, 0
        last: int | None = None
        duration = round(1 / film.rate / film.time_base)
        with opened(film.path) as container:
            stream = pictures_of(container, film.path)
            stream.thread_type = "AUTO"
            if seek is not None and not sought(container, stream, seek):
                return
            frames = self._frames(container, stream)
            if self.fields != "keep":
                frames = whole(frames, stream, self.fields)
            for frame in frames:
                pts = _stamp(frame, film)
                unstamped = pts is None or (last is not None and pts <= last)
                if pts is None or unstamped:
                    pts = 0 if last is None else last + duration
                last = pts
                lost, self._lost = self._lost, 0
                yield Picture(
                    *(_luma(frame, film), pts, _duration(frame, film)),
                    *(bool(frame.is_corrupt), lost, unstamped),
                )

    def _frames(self, container: Any, stream: Any) -> Iterator[Any]:
        """Decode packet by packet; what cannot be decoded is counted and passed over."""
        packets = container.demux(stream)
        while True:
            try:
                packet = next(packets, None)
            except troubles() as error:
                if isinstance(error, OSError):
                    raise unreadable(self.film.path, error) from error
                self._lost += 1
                return  # the container ends in the midst of something
            if packet is None:
                return
            try:
                frames = packet.decode()
            except troubles():
                self._lost += 1
                continue
            yield from frames


def _stamp(frame: Any, film: Properties) -> int | None:
    stamp = frame.pts if frame.pts is not None else frame.dts
    return None if stamp is None else _rescaled(stamp, frame, film)


def _duration(frame: Any, film: Properties) -> int:
    return _rescaled(frame.duration or 0, frame, film)


def _rescaled(count: int, frame: Any, film: Properties) -> int:
    """Bring a time to the film's own units; filters have others."""
    base = frame.time_base
    return count if base in (None, film.time_base) else round(count * base / film.time_base)


def _luma(frame: Any, film: Properties) -> Codes:
    """Copy the luma out of a frame, whose memory the decoder wants back."""
    size = (frame.width, frame.height)
    if frame.format.name != film.pixels or size != (film.width, film.height):
        frame = frame.reformat(film.width, film.height, film.pixels)
    plane = frame.planes[0]
    depth = np.uint8 if film.levels.bits == 8 else np.uint16
    rows = np.frombuffer(plane, depth).reshape(-1, plane.line_size // depth().itemsize)
    return rows[: film.height, : film.width].copy()
