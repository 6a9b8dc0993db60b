"""Interlaced pictures: noticing them, and making whole pictures of their fields."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any, Literal, TypeAlias

from labcolor.film.libav import libav, opened, sought, troubles
from labcolor.film.properties import Properties, pictures_of

Fields: TypeAlias = Literal["auto", "keep", "ivtc"]
FIELDS: tuple[Fields, ...] = ("auto", "keep", "ivtc")

TOP_FIRST, BOTTOM_FIRST = "tff", "bff"

_SAMPLES, _LONG = 3, 24
"""Positions in a film that are looked at, and pictures at each."""
_FEW = 4
"""Pictures that tell too little."""

_FILTERS = {
    # as many pictures as before, at the same times
    "auto": (("bwdif", "mode=send_frame:parity=auto:deint=all"),),
    # the pictures that a telecine made five of from four
    "ivtc": (("fieldmatch", "order=auto:combmatch=full"), ("decimate", "")),
}


def field_order(film: Properties) -> str:
    """Tell whether a film is interlaced, by FFmpeg's `idet` on samples of it.

    Parameters
    ----------
    film : Properties

    Returns
    -------
    str
        `tff` or `bff`, top or bottom field first, where most pictures that tell are of two
        moments; empty where they are not.
    """
    found: Counter[str] = Counter()
    for sample in range(_SAMPLES):
        with opened(film.path) as container:
            stream = pictures_of(container, film.path)
            if sample:
                moment = film.start + film.seconds * Fraction(sample, _SAMPLES)
                if not sought(container, stream, moment):
                    break  # the beginning has to do
            found.update(_orders(stream, _decoded(container, stream)))
        if not film.seconds:
            break
    interlaced = found[TOP_FIRST] + found[BOTTOM_FIRST]
    if interlaced < _FEW or interlaced <= found["progressive"]:
        return ""
    return TOP_FIRST if found[TOP_FIRST] >= found[BOTTOM_FIRST] else BOTTOM_FIRST


def whole(frames: Iterable[Any], stream: Any, fields: Fields) -> Iterator[Any]:
    """Make whole pictures of fields.

    Parameters
    ----------
    frames : iterable of av.VideoFrame
    stream : av.video.stream.VideoStream
        That they are of.
    fields : {"auto", "ivtc"}
        By deinterlacing, a picture for a picture; or by undoing a telecine, four for five.

    Yields
    ------
    av.VideoFrame
        With time bases of their own.
    """
    yield from _filtered(frames, stream, _FILTERS[fields])


def _decoded(container: Any, stream: Any) -> Iterator[Any]:
    try:
        for number, frame in enumerate(container.decode(stream)):
            if number == _LONG:
                return
            yield frame
    except troubles():  # damage is told of where it is coloured
        return


def _orders(stream: Any, frames: Iterable[Any]) -> Iterator[str]:
    """Tell of each picture what `idet` makes of it and its neighbours."""
    for frame in _filtered(frames, stream, (("idet", ""),)):
        yield frame.metadata.get("lavfi.idet.multiple.current_frame", "")


def _filtered(
    frames: Iterable[Any], stream: Any, filters: Iterable[tuple[str, str]]
) -> Iterator[Any]:
    av = libav()
    graph = av.filter.Graph()
    chain = [graph.add("buffer", _described(stream))]
    chain += [graph.add(name, options or None) for name, options in filters]
    chain.append(graph.add("buffersink"))
    graph.link_nodes(*chain).configure()
    for frame in frames:
        graph.push(frame)
        yield from _pulled(graph, av)
    graph.push(None)
    yield from _pulled(graph, av)


def _described(stream: Any) -> str:
    """Describe a stream to a filter; with its rate, without which `decimate` does nothing."""
    told = {
        "video_size": f"{stream.width}x{stream.height}",
        "pix_fmt": stream.format.name,
        "time_base": stream.time_base,
        "pixel_aspect": stream.sample_aspect_ratio or 1,
        "frame_rate": stream.average_rate or stream.guessed_rate or 25,
    }
    return ":".join(f"{key}={value}" for key, value in told.items())


def _pulled(graph: Any, av: Any) -> Iterator[Any]:
    while True:
        try:
            yield graph.pull()
        except (BlockingIOError, EOFError):
            return
        except av.error.FFmpegError:
            return
