"""A film in the making: segments of coloured pictures, and a journal of those that are whole.

Everything lies in a hidden folder beside the film to be. A segment is written under another name,
asked onto the disk, named, and only then told of in the journal; so a line of the journal is true
whatever happens after it, and what the journal does not tell of is swept away. Segments may come
in any order, as several machines may be at work.

`film`     what is made of what, by the identity of both
`segment`  a segment is whole: its pictures, its bytes, and what the next one goes on from
`end`      there are no more segments
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

from labcolor.film.reading import Position
from labcolor.film.steady import BLOCK
from labcolor.photo.target import sync_folder
from labcolor.weights.store import sha256

SHORTEST, LONGEST = Fraction(10), Fraction(30)
"""Seconds of a segment: from the shortest on it ends with its shot, and at the longest anyway."""


def is_over(age: Fraction, rate: Fraction, *, at_cut: bool) -> bool:
    """Tell whether a segment ends before a block of pictures.

    Parameters
    ----------
    age : Fraction
        Seconds from the segment's first picture to the block's.
    rate : Fraction
        Pictures a second.
    at_cut : bool
        Whether a shot begins with the block.
    """
    return age >= SHORTEST if at_cut else age + BLOCK / rate > LONGEST


class Start(NamedTuple):
    """Where a segment begins.

    Attributes
    ----------
    number : int
        Of the segment.
    after : Position, optional
        The picture before its first; None at the film's beginning.
    state : bytes, optional
        What its colours depend on: a `labcolor.film.state.State`, packed. None at the beginning.
    is_whole : bool
        Whether the state is all that they depend on. Who has only looked for cuts knows nothing
        of the colours of a shot that goes on.
    """

    number: int
    after: Position | None = None
    state: bytes | None = None
    is_whole: bool = True


class End(NamedTuple):
    """Where a segment ends.

    Attributes
    ----------
    before : int
        The time stamp of the first picture of the next one.
    at_cut : bool
        Whether a shot begins with that.
    """

    before: int
    at_cut: bool


@dataclass(frozen=True)
class Segment:
    """A segment that is whole.

    Attributes
    ----------
    number : int
    sha256 : str
        Of its file.
    pictures : int
        How many it holds.
    first, last : int
        The time stamps of the first and the last of them, in the film's units.
    duration : int
        Of the last of them.
    checksum : int
        Of the last of them, as it was read.
    state : str
        The sha256 of what the colours of the next segment depend on; empty after the last one.
    shots : int
        How many shots begin in it.
    damaged, lost, unstamped : int
        Pictures of damaged packets, packets without pictures, pictures without time stamps.
    """

    number: int
    sha256: str
    pictures: int
    first: int
    last: int
    duration: int
    checksum: int
    state: str
    shots: int = 0
    damaged: int = 0
    lost: int = 0
    unstamped: int = 0

    @property
    def position(self) -> Position:
        """Where to go on."""
        return Position(self.last, self.checksum)


class Work:
    """What there is of a film in the making: taken up where it was left, or begun.

    Segments may come in any order.

    Parameters
    ----------
    target : Path
        The film to be.
    identity : dict
        What it is made of and how, fit for JSON. What was made of anything else, or otherwise, is
        swept away.

    Attributes
    ----------
    folder : Path
        Where it lies.
    complete : bool
        Whether all segments are there.

    Raises
    ------
    OSError
        The folder takes no files.
    """

    def __init__(self, target: Path, identity: dict[str, Any]) -> None:
        self.folder = folder_of(target)
        self.complete = False
        self._known: dict[int, Segment] = {}
        self.folder.mkdir(parents=True, exist_ok=True)
        self._journal = self.folder / "journal.jsonl"
        events = list(_events(self._journal))
        same = bool(events) and events[0] == ("film", identity)
        for event, facts in events[1:] if same else ():
            if event == "segment":
                self._take(Segment(**facts))
            elif self._missing == facts["segments"]:
                self.complete = True
        self.sweep()
        self._write_journal(identity)

    @property
    def segments(self) -> list[Segment]:
        """Those that are whole, from the first on without a gap."""
        return [self._known[number] for number in range(self._missing)]

    @property
    def start(self) -> Start:
        """Where the first segment begins that is not there."""
        return self.after(self._missing - 1) if self._missing else Start(0)

    @property
    def _missing(self) -> int:
        return next(n for n in range(len(self._known) + 1) if n not in self._known)

    def after(self, number: int) -> Start:
        """Tell where the segment begins that follows one that is there."""
        before = self._known[number]
        state = self._state_file(number).read_bytes() if before.state else None
        return Start(number + 1, before.position, state)

    def starts(self) -> dict[int, Start]:
        """Tell where those missing segments begin that can be coloured now, by their numbers."""
        found = [Start(0)]
        found += [self.after(number) for number, one in self._known.items() if one.state]
        return {one.number: one for one in found if one.number not in self._known}

    def holds(self, number: int, first: int | None = None) -> bool:
        """Whether a segment is there; one that begins with a certain picture, if that is given."""
        known = self._known.get(number)
        return known is not None and first in (None, known.first)

    @property
    def pictures(self) -> int:
        """How many are there."""
        return sum(segment.pictures for segment in self._known.values())

    @property
    def size(self) -> int:
        """Bytes of all segments."""
        return sum(file_of(self.folder, number).stat().st_size for number in self._known)

    @property
    def part(self) -> Path:
        """Name the file of the segment that is being written."""
        return self.folder / "segment.part"

    def add(self, segment: Segment, state: bytes | None, part: Path | None = None) -> None:
        """Name a segment that was written, and note it.

        Parameters
        ----------
        segment : Segment
        state : bytes, optional
            What the next one goes on from; None after the last one.
        part : Path, optional
            Where it was written; by default `part`.

        Raises
        ------
        OSError
            The disk takes no more.
        """
        part = part or self.part
        _sync(part)
        part.replace(file_of(self.folder, segment.number))
        if state is not None:
            self._state_file(segment.number).write_bytes(state)
            _sync(self._state_file(segment.number))
        sync_folder(self.folder)
        self._note("segment", asdict(segment))
        self._known[segment.number] = segment

    def end(self, segments: int) -> None:
        """Note how many segments the film has, all of which are there."""
        self._known = {number: self._known[number] for number in range(segments)}
        self._note("end", {"segments": segments})
        self.complete = True

    def remove(self) -> None:
        """Sweep everything away."""
        shutil.rmtree(self.folder, ignore_errors=True)
        with suppress(OSError):  # others may be at work beside
            self.folder.parent.rmdir()

    def sweep(self) -> None:
        """Remove what the journal does not tell of."""
        known = {self._journal, *map(self._state_file, self._known)}
        known |= {file_of(self.folder, number) for number in self._known}
        for file in self.folder.iterdir():
            if file.is_file() and file not in known:
                file.unlink()

    def _state_file(self, number: int) -> Path:
        return self.folder / f"{number:06}.state"

    def _take(self, segment: Segment) -> None:
        """Take a segment into the work, if it is what the journal says."""
        number = segment.number
        state = sha256_of(self._state_file(number)) if segment.state else ""
        if sha256_of(file_of(self.folder, number)) == segment.sha256 and state == segment.state:
            self._known[number] = segment

    def _write_journal(self, identity: dict[str, Any]) -> None:
        """Begin the journal, or write it anew without what was torn or is no longer true."""
        lines = [_line("film", identity)]
        lines += [_line("segment", asdict(segment)) for segment in self._known.values()]
        lines += [_line("end", {"segments": len(self._known)})] * self.complete
        fresh = self._journal.with_suffix(".part")
        fresh.write_bytes(b"".join(lines))
        _sync(fresh)
        fresh.replace(self._journal)
        sync_folder(self.folder)

    def _note(self, event: str, facts: dict[str, Any]) -> None:
        with self._journal.open("ab") as file:
            file.write(_line(event, facts))
            file.flush()
            os.fsync(file.fileno())


def folder_of(target: Path) -> Path:
    """Name the folder in which a film is in the making."""
    return target.parent / ".labcolor-film" / target.name


def file_of(folder: Path, number: int) -> Path:
    """Name the file of a segment that is whole."""
    return folder / f"{number:06}.segment"


def _line(event: str, facts: dict[str, Any]) -> bytes:
    return json.dumps({"event": event, **facts}).encode() + b"\n"


def _events(journal: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what is legible of a journal, up to the first line that is not."""
    if not journal.is_file():
        return
    for line in journal.read_bytes().splitlines(keepends=True):
        try:
            facts = json.loads(line)
        except ValueError:
            return
        if not line.endswith(b"\n"):  # a kill has torn it
            return
        yield facts.pop("event"), facts


def _sync(file: Path) -> None:
    with file.open("rb+") as stream:
        os.fsync(stream.fileno())


def sha256_of(path: Path) -> str:
    """Hash a file; what is not there has an empty hash, which is nobody's."""
    try:
        with path.open("rb") as file:
            return sha256(file)
    except OSError:
        return ""
