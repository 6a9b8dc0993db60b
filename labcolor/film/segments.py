"""A film in the making: segments of coloured pictures, and a journal of those that are whole.

Everything lies in a hidden folder beside the film to be. A segment is written under another name,
asked onto the disk, named, and only then told of in the journal; so a line of the journal is true
whatever happens after it, and what the journal does not tell of is swept away.

`film`     what is made of what, by the identity of both
`segment`  a segment is whole: its pictures, its bytes, and what the next one goes on from
`end`      there are no more pictures
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
from typing import Any

from labcolor.film.reading import Position
from labcolor.photo.target import sync_folder
from labcolor.weights.store import sha256

SHORTEST, LONGEST = Fraction(10), Fraction(30)
"""Seconds of a segment: from the shortest on it ends with its shot, and at the longest anyway."""


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
    segments : list of Segment
        Those that are whole.
    complete : bool
        Whether there are no more pictures.
    state : bytes, optional
        What the colours of the next segment go on from.

    Raises
    ------
    OSError
        The folder takes no files.
    """

    def __init__(self, target: Path, identity: dict[str, Any]) -> None:
        self.folder = folder_of(target)
        self.segments: list[Segment] = []
        self.complete = False
        self.state: bytes | None = None
        self.folder.mkdir(parents=True, exist_ok=True)
        self._journal = self.folder / "journal.jsonl"
        events = list(_events(self._journal))
        same = bool(events) and events[0] == ("film", identity)
        for event, facts in events[1:] if same else ():
            if event == "end":
                self.complete = True
            elif not self._take(Segment(**facts)):
                break
        self._sweep()
        self._write_journal(identity)

    @property
    def part(self) -> Path:
        """Name the file of the segment that is being written."""
        return self.folder / "segment.part"

    def file(self, number: int) -> Path:
        """Name the file of a segment that is whole."""
        return self.folder / f"{number:06}.segment"

    def add(self, segment: Segment, state: bytes | None) -> None:
        """Name the segment that was written, and note it.

        Raises
        ------
        OSError
            The disk takes no more.
        """
        _sync(self.part)
        self.part.replace(self.file(segment.number))
        if state is not None:
            self._state_file(segment.number).write_bytes(state)
            _sync(self._state_file(segment.number))
        sync_folder(self.folder)
        self._note("segment", asdict(segment))
        self.segments.append(segment)

    def end(self) -> None:
        """Note that there are no more pictures."""
        self._note("end", {})
        self.complete = True

    def remove(self) -> None:
        """Sweep everything away."""
        shutil.rmtree(self.folder, ignore_errors=True)
        with suppress(OSError):  # others may be at work beside
            self.folder.parent.rmdir()

    def _state_file(self, number: int) -> Path:
        return self.folder / f"{number:06}.state"

    def _take(self, segment: Segment) -> bool:
        """Take a segment into the work, if it is what the journal says."""
        if sha256_of(self.file(segment.number)) != segment.sha256:
            return False
        state = None
        if segment.state:
            if sha256_of(self._state_file(segment.number)) != segment.state:
                return False
            state = self._state_file(segment.number).read_bytes()
        self.segments.append(segment)
        self.state = state
        return True

    def _sweep(self) -> None:
        """Remove what the journal does not tell of."""
        numbers = [segment.number for segment in self.segments]
        known = {file for n in numbers for file in (self.file(n), self._state_file(n))}
        for file in self.folder.iterdir():
            if file.is_file() and file not in (self._journal, *known):
                file.unlink()

    def _write_journal(self, identity: dict[str, Any]) -> None:
        """Begin the journal, or write it anew without what was torn or is no longer true."""
        lines = [_line("film", identity)]
        lines += [_line("segment", asdict(segment)) for segment in self.segments]
        lines += [_line("end", {})] * self.complete
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
