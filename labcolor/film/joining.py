"""The finished film: the coloured pictures, and everything else as it was, packet by packet."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

from labcolor.errors import FilmError
from labcolor.film.containers import CONTAINERS
from labcolor.film.encoding import packets
from labcolor.film.libav import libav, opened, troubles
from labcolor.film.properties import Properties, is_cover, pictures_of
from labcolor.film.segments import Segment, file_of

_OWN = ("encoder", "major_brand", "minor_version", "compatible_brands", "creation_time")
"""What a container says of itself, and of no other."""

_OF_PICTURES = ("duration", "bps", "number_of_frames", "number_of_bytes")
"""What Matroska's tags say of a stream's own bytes."""
_NO_TEXT = bytes(2)
"""A gap between subtitles in MP4, which FFmpeg's muxer makes anew."""


@dataclass(frozen=True)
class Stream:
    """A stream besides the pictures.

    Attributes
    ----------
    index : int
        Its number in the film.
    kind : str
        `video`, `audio`, `subtitle`, `attachment`, `data` or `unknown`.
    codec : str
        FFmpeg's name.
    """

    index: int
    kind: str
    codec: str


def others(film: Properties) -> list[Stream]:
    """List the streams besides the pictures."""
    with opened(film.path) as container:
        pictures = pictures_of(container, film.path).index
        found = []
        for stream in container.streams:
            # MP4 keeps the titles of chapters as a track of text, made anew with the chapters
            if stream.index == pictures or _is_chapter_titles(stream):
                continue
            context = stream.codec_context
            known = context is not None and stream.type != "attachment"
            codec = context.codec.canonical_name if known else ""
            found.append(Stream(stream.index, stream.type, codec))
        return found


def _is_chapter_titles(stream: Any) -> bool:
    return stream.type == "data" and "bin_data" in str(getattr(stream, "name", "") or "")


@dataclass(frozen=True)
class Cut:
    """What part of the film is wanted, seconds of its own clock; all of it by default."""

    begin: Fraction | None = None
    end: Fraction | None = None

    def holds(self, moment: Fraction) -> bool:
        """Whether a moment is within."""
        return (self.begin is None or moment >= self.begin) and (
            self.end is None or moment < self.end
        )


def join(
    target: Path,
    film: Properties,
    folder: Path,
    segments: Sequence[Segment],
    container: str,
    streams: Sequence[Stream],
    cut: Cut,
    metadata: Mapping[str, str],
    *,
    accept_damaged: bool = False,
) -> int:
    """Write the finished film.

    Parameters
    ----------
    target : Path
        A name for the meantime.
    film : Properties
    folder : Path
        Where its segments lie.
    segments : sequence of Segment
        All of them, in their order.
    container : str
        One of `CONTAINERS`.
    streams : sequence of Stream
        Those that are copied.
    cut : Cut
        What part is wanted; its beginning becomes the moment 0.
    metadata : mapping of str to str
        What is said of the film besides what it said itself.
    accept_damaged : bool
        Whether packets are left out that are damaged such that the container does not take them.

    Returns
    -------
    int
        How many were left out.

    Raises
    ------
    FilmError
        There are some, and they are not to be left out.
    OSError
        The disk takes no more.
    """
    av = libav()
    with opened(film.path) as source:
        options = {"fflags": "+bitexact"}
        with av.open(
            str(target), "w", format=CONTAINERS[container].muxer, options=options
        ) as result:
            joining = _Joining(
                *(source, result, film, folder, segments, cut), accept_damaged=accept_damaged
            )
            joining.go(streams, metadata)
            return joining.left_out


class _Joining:
    def __init__(
        self,
        source: Any,
        result: Any,
        film: Properties,
        folder: Path,
        segments: Sequence[Segment],
        cut: Cut,
        *,
        accept_damaged: bool,
    ) -> None:
        self._source, self._result = source, result
        self._film, self._folder, self._segments, self._cut = film, folder, segments, cut
        self._shift = cut.begin or Fraction(0)
        self._accept_damaged = accept_damaged
        self.left_out = 0

    def go(self, streams: Sequence[Stream], metadata: Mapping[str, str]) -> None:
        """Write everything."""
        wanted = {stream.index: stream for stream in streams}
        source = self._source
        pictures = pictures_of(source, self._film.path)
        template = libav().open(str(file_of(self._folder, 0)))
        with template:
            copies: dict[int, Any] = {}
            # in the order of the original, so that a player's numbers stay
            for stream in source.streams:
                if stream.index == pictures.index:
                    coloured = self._add_pictures(template.streams.video[0], pictures)
                elif stream.index in wanted:
                    copies[stream.index] = self._add_copy(stream, wanted[stream.index])
            self._describe(metadata)
            self._result.start_encoding()
            copied = [source.streams[index] for index in copies if copies[index] is not None]
            moving = heapq.merge(
                self._pictures(coloured),
                self._copied(copied, copies),
                key=lambda item: item[0],
            )
            for _, packet in moving:
                self._mux(packet)

    def _mux(self, packet: Any) -> None:
        try:
            self._result.mux(packet)
        except OSError:
            raise
        except troubles() as error:
            if not self._accept_damaged:
                message = (
                    f"{self._film.path} has sound or subtitles that are damaged; copy it again "
                    "from its source, or leave out what is damaged with --accept-damaged."
                )
                raise FilmError(message) from error
            self.left_out += 1

    def _add_pictures(self, template: Any, pictures: Any) -> Any:
        stream = self._result.add_stream_from_template(template, opaque=True)
        stream.time_base = self._film.time_base
        if self._film.aspect:
            stream.sample_aspect_ratio = self._film.aspect
        if self._film.matrix:
            stream.set_display_matrix(self._film.matrix)
        _dress(stream, pictures)
        return stream

    def _add_copy(self, stream: Any, about: Stream) -> Any:
        if about.kind == "attachment":
            name = stream.name or stream.metadata.get("filename", "attachment")
            self._result.add_attachment(name, stream.mimetype or "", stream.data)
            return None
        copy = self._result.add_stream_from_template(stream, opaque=True)
        copy.time_base = stream.time_base
        _dress(copy, stream)
        return copy

    def _describe(self, metadata: Mapping[str, str]) -> None:
        """Copy what the film says of itself, and its chapters."""
        tags = {k: v for k, v in self._source.metadata.items() if k.lower() not in _OWN}
        for key, value in metadata.items():
            tags[key] = f"{tags[key]}; {value}" if tags.get(key) else value
        self._result.metadata.update(tags)
        chapters = [_shifted(one, self._cut) for one in self._source.chapters()]
        if kept := [one for one in chapters if one]:
            self._result.set_chapters(kept)

    def _pictures(self, stream: Any) -> Iterator[tuple[Fraction, Any]]:
        """Give the packets of pictures, their times of decoding made anew for all segments."""
        base, shift = self._film.time_base, round(self._shift / self._film.time_base)
        shown = [self._stamps(segment) for segment in self._segments]
        order = list(chain.from_iterable(shown))
        stamps = sorted(order)
        delay = _delay(shown)
        step = stamps[1] - stamps[0] if len(stamps) > 1 else 1
        durations = {before: after - before for before, after in pairwise(stamps)}
        durations[stamps[-1]] = self._segments[-1].duration or step
        numbers = iter(range(len(order)))
        for segment in self._segments:
            for pts, packet in self._segment(segment):
                number = next(numbers)
                early = number - delay
                dts = stamps[early] if early >= 0 else stamps[0] + early * step
                packet.stream = stream
                packet.time_base = base
                packet.pts, packet.dts = pts - shift, dts - shift
                packet.duration = durations[pts]
                yield (dts - shift) * base, packet

    def _stamps(self, segment: Segment) -> list[int]:
        return [pts for pts, _ in self._segment(segment)]

    def _segment(self, segment: Segment) -> Iterator[tuple[int, Any]]:
        """Give the packets of a segment, their time stamps those of the film."""
        path, base = file_of(self._folder, segment.number), self._film.time_base
        first = min(pts for pts, _ in packets(path, base))
        for pts, packet in packets(path, base):
            yield pts - first + segment.first, packet

    def _copied(self, streams: Sequence[Any], copies: Mapping[int, Any]) -> Iterator[Any]:
        """Give the other packets as they are, in the order of their times."""
        if not streams:
            return
        gaps = [one for one in streams if one.codec_context.name == "mov_text"]
        last = Fraction(-(10**9))
        for packet in self._source.demux(streams):
            if packet.dts is None and packet.pts is None:
                continue
            if packet.stream in gaps and bytes(packet) == _NO_TEXT:
                continue
            base = packet.time_base
            moment = (packet.pts if packet.pts is not None else packet.dts) * base
            if not self._cut.holds(moment) and not is_cover(packet.stream):
                continue
            shift = round(self._shift / base)
            if packet.pts is not None:
                packet.pts -= shift
            if packet.dts is not None:
                packet.dts -= shift
            packet.stream = copies[packet.stream.index]
            last = max(last, moment - self._shift)
            yield last, packet


def _delay(shown: Sequence[Sequence[int]]) -> int:
    """Tell by how many pictures decoding is ahead of showing, at most."""
    most = 0
    for stamps in shown:
        rank = {pts: number for number, pts in enumerate(sorted(stamps))}
        most = max(most, *(number - rank[pts] for number, pts in enumerate(stamps)))
    return most


def _dress(stream: Any, like: Any) -> None:
    """Give a stream what another says of itself."""
    tags = {k: v for k, v in like.metadata.items() if not _is_own(k)}
    if "name" in tags:  # what FFmpeg calls a title when it reads MP4, but not when it writes it
        tags.setdefault("title", tags["name"])
    stream.metadata.update(tags)
    stream.disposition = like.disposition


def _is_own(key: str) -> bool:
    plain = key.lower().split("-")[0]
    return plain in (*_OWN, *_OF_PICTURES) or plain.startswith("_statistics")


def _shifted(chapter: Mapping[str, Any], cut: Cut) -> dict[str, Any] | None:
    """Bring a chapter to the part that is wanted; None where it is not in it."""
    base = chapter["time_base"]
    begin, end = chapter["start"] * base, chapter["end"] * base
    first = max(begin, cut.begin) if cut.begin is not None else begin
    last = min(end, cut.end) if cut.end is not None else end
    if first >= last:
        return None
    shift = cut.begin or Fraction(0)
    return {
        **chapter,
        "start": round((first - shift) / base),
        "end": round((last - shift) / base),
    }
