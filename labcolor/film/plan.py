"""What will become of a film, decided before any picture of it is coloured."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from labcolor.errors import OutputError, UsageError
from labcolor.film import containers
from labcolor.film.codecs import Coding, coding
from labcolor.film.containers import ANYTHING, CONTAINERS
from labcolor.film.fields import Fields, field_order
from labcolor.film.joining import Cut, Stream, others
from labcolor.film.levels import Codes
from labcolor.film.matrix import Tags
from labcolor.film.options import Options
from labcolor.film.properties import Properties, properties
from labcolor.film.segments import Work
from labcolor.photo.target import check_target, same_file

_log = logging.getLogger("labcolor")

_THREADS = 4  # of an encoder; more take more memory and are no faster beside the other stages


def encoder_threads() -> int:
    """Choose the threads of an encoder, on which its bytes depend, for this machine."""
    return min(_THREADS, os.cpu_count() or 1)


@dataclass(frozen=True)
class Plan:
    """What will become of a film.

    Attributes
    ----------
    film : Properties
    target : Path
        The film to be.
    container : str
        One of `labcolor.film.containers.CONTAINERS`.
    coding : Coding
    tags : Tags
        Of colour, complete.
    fields : {"keep", "auto", "ivtc"}
        What is done to fields: nothing, where there are none.
    cut : Cut
        The part that is wanted.
    streams : sequence of Stream
        Those that are copied.
    notes : sequence of str
        What is not as it was, sentences.
    threads : int
        Of the encoder.
    """

    film: Properties
    target: Path
    container: str
    coding: Coding
    tags: Tags
    fields: Fields
    cut: Cut
    streams: Sequence[Stream]
    notes: Sequence[str]
    threads: int = field(default_factory=encoder_threads)

    @property
    def pictures(self) -> int:
        """How many pictures there may be; 0 where that is not known."""
        film = self.film
        begin = self.cut.begin or film.start
        if self.cut.begin is None and self.cut.end is None:
            return film.pictures
        whole = film.start + film.seconds
        end = min(self.cut.end, whole) if self.cut.end is not None and film.seconds else whole
        return max(0, round((end - begin) * film.rate))

    def say(self) -> None:
        """Say what will not be as it was."""
        for note in self.notes:
            _log.warning("%s", note)

    def recoded(self, luma: Codes) -> Codes:
        """Bring luma to the depth that is written, where the codec has not the film's own."""
        less = self.film.levels.bits - self.coding.levels.bits
        if less == 0:
            return luma
        wide = luma.astype(np.uint16)
        return (wide << -less if less < 0 else wide >> less).astype(np.uint16)

    def check_room(self, work: Work) -> None:
        """Make sure that there may be room for the segments and the film made of them.

        Raises
        ------
        OutputError
            There is far too little; where it is only a little, that is said.
        """
        part = self.pictures / self.film.pictures if self.film.pictures else 1
        wanted = int(2 * part * self.coding.estimate(self.film)) - work.size
        free = shutil.disk_usage(work.folder).free
        if wanted <= free:
            return
        message = (
            f"{self.target} may need {_megabytes(wanted)} while it is made, and its disk has "
            f"{_megabytes(free)} free"
        )
        if wanted > 3 * free:
            message = f"{message}; free some, or choose another disk with -o."
            raise OutputError(message)
        _log.warning("%s.", message)


def make_plan(path: Path, output: Path | None, options: Options, *, overwrite: bool) -> Plan:
    """Decide what will become of a film.

    Raises
    ------
    FilmError, OutputError, UsageError, BackendError
        As for `labcolor.film.colour`.
    """
    film = properties(path)
    notes: list[str] = []
    order = field_order(film)
    fields = _fields(film, options.fields, order, notes)
    chosen = coding(
        film,
        options.codec,
        crf=options.crf,
        preset=options.preset,
        field_order=order if fields == "keep" else "",
    )
    _note_depth(film, chosen, notes)
    tags = film.tags.completed(film.height)
    if tags != film.tags:
        notes.append(_about_tags(film, tags))
    streams = others(film)
    target, container = _destination(film, output, chosen, streams, notes)
    copied = [one for one in streams if CONTAINERS[container].takes(one.kind, one.codec)]
    notes += [
        f"{film.path} has a stream of {one.kind} ({one.codec or 'unknown'}) that "
        f"{target.suffix} does not take; it is left out."
        for one in streams
        if one not in copied
    ]
    if same_file(path, target):
        message = f"{target} is the film itself; give the result another name."
        raise OutputError(message)
    check_target(None, target, overwrite=overwrite)
    start = film.start
    cut = Cut(
        None if options.begin is None else start + options.begin,
        None if options.end is None else start + options.end,
    )
    return Plan(film, target, container, chosen, tags, fields, cut, copied, notes)


def _fields(film: Properties, wish: Fields, order: str, notes: list[str]) -> Fields:
    if wish != "auto":
        return wish
    if not order:
        return "keep"
    notes.append(
        f"{film.path} is interlaced, so it is deinterlaced (--fields keep leaves the fields, "
        "--fields ivtc undoes a telecine)."
    )
    return "auto"


def _note_depth(film: Properties, chosen: Coding, notes: list[str]) -> None:
    title = chosen.codec.title
    if chosen.levels.bits < film.levels.bits:
        notes.append(f"{title} has {chosen.levels.bits} bits at most, of {film.levels.bits}.")
    if (
        film.subsampling == (1, 1)
        and chosen.subsampling != (1, 1)
        and len(chosen.codec.layouts) > 1
    ):
        notes.append(
            f"{film.path} is {film.width}×{film.height} pixels, an odd size, so its chroma is "
            f"written at a higher resolution ({chosen.pixels})."
        )


def _about_tags(film: Properties, tags: Tags) -> str:
    names = ("range", "matrix", "primaries", "transfer curve")
    missing = [name for name, old, new in zip(names, film.tags, tags, strict=True) if old != new]
    kind = "BT.709" if tags.matrix == 1 else "BT.601"
    return (
        f"{film.path} does not state the {', '.join(missing)} of its colours; the result states "
        f"{'full' if tags.range == 2 else 'limited'} range, {kind} matrix, BT.709 primaries."
    )


def _destination(
    film: Properties,
    output: Path | None,
    chosen: Coding,
    streams: Sequence[Stream],
    notes: list[str],
) -> tuple[Path, str]:
    """Choose the name and the container."""
    if output is not None:
        container = containers.by_suffix(output.suffix)
        if container is None:
            endings = ", ".join(one.suffixes[0] for one in CONTAINERS.values())
            message = f"{output} is not named like a film; let it end in one of {endings}."
            raise UsageError(message)
        refused = _refused(container, chosen, streams)
        if refused:
            message = f"{output.suffix} cannot hold {refused}; name a file that ends in .mkv."
            raise UsageError(message)
        return output, container
    suffix, why = _ending(film, chosen, streams)
    target = film.path.with_name(f"{film.path.stem}-colour{suffix}")
    if why:
        notes.append(f"{why}; the result is written as {target.name}, which can hold everything.")
    return target, containers.by_suffix(suffix) or ANYTHING


def ending(path: Path, options: Options) -> tuple[str, str]:
    """Choose the ending of a film's result, where nobody has named it.

    Parameters
    ----------
    path : Path
        The film.
    options : Options

    Returns
    -------
    suffix : str
        The film's own, where its container takes pictures and sound; else `.mkv`.
    why : str
        Why it is another; empty where it is not.

    Raises
    ------
    FilmError, UsageError, BackendError
        As for `labcolor.film.colour`.
    """
    film = properties(path)
    chosen = coding(film, options.codec, crf=options.crf, preset=options.preset)
    return _ending(film, chosen, others(film))


def _ending(film: Properties, chosen: Coding, streams: Sequence[Stream]) -> tuple[str, str]:
    suffix = film.path.suffix
    own = containers.by_suffix(suffix)
    if chosen.codec.name == "prores" and own in (None, "mp4"):
        suffix, own = ".mov", "mov"
    if own is None:
        return ".mkv", f"labcolor cannot write {suffix or 'its format'}"
    refused = _refused(own, chosen, streams)
    return (".mkv", f"{suffix} cannot hold {refused}") if refused else (suffix, "")


def _refused(container: str, chosen: Coding, streams: Sequence[Stream]) -> str:
    """Name the first thing that a container does not take and must; empty where there is none."""
    kind = CONTAINERS[container]
    if not kind.takes("video", chosen.codec.name):
        return chosen.codec.title
    for stream in streams:
        if stream.kind in ("audio", "subtitle") and not kind.takes(stream.kind, stream.codec):
            return f"{'sound' if stream.kind == 'audio' else 'subtitles'} in {stream.codec or '?'}"
    return ""


def _megabytes(count: int) -> str:
    return f"{count / 1e6:.0f} MB" if count < 1e9 else f"{count / 1e9:.1f} GB"
