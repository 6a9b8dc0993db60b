"""What a journal says last about each photograph, read from it again when it is asked for.

An archive may have half a million photographs; of each there are the name of its result and two
numbers in memory, the places of its lines.
"""

from __future__ import annotations

import json
import threading
import weakref
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

if TYPE_CHECKING:
    import os

_NEVER = -1


class Content(NamedTuple):
    """What a file holds, and when it was last changed (nanoseconds since 1970)."""

    size: int
    mtime: int
    sha256: str

    def seems_to_be(self, status: os.stat_result) -> bool:
        """Whether a file has this size and time; then its bytes are not compared."""
        return (self.size, self.mtime) == (status.st_size, status.st_mtime_ns)


@dataclass
class Record:
    """The last that was done about a photograph.

    Attributes
    ----------
    photograph : str
        Its name in its folder.
    source : str
        Its path at that time.
    content : Content
        What it held.
    settings : str
        The identity of the run's settings.
    files : dict of str to Content
        What is made of it, by the names in the output folder: the result first, then its
        before/after pair if it has one.
    left : str
        Why nothing is made of it; empty otherwise.
    done : bool
        Whether its files are known to have got their names.
    beside : str
        The identity of what else it depends on: companions, or how films are coloured.
    own : str
        The settings that it keeps: `labcolor.batch.own_settings`.
    """

    photograph: str
    source: str
    content: Content
    settings: str
    files: dict[str, Content] = field(default_factory=dict)
    left: str = ""
    done: bool = False
    beside: str = ""
    own: str = ""

    def told(self) -> dict[str, Any]:
        """Return what the line of an intent says; that it is done is said in another."""
        return {
            "photograph": self.photograph,
            "source": self.source,
            "content": self.content._asdict(),
            "settings": self.settings,
            "files": {name: content._asdict() for name, content in self.files.items()},
            "left": self.left,
            "beside": self.beside,
            "own": self.own,
        }


class Records(Mapping[str, Record]):
    """The last that was done about photographs, by the names of their results.

    Parameters
    ----------
    journal : Path
        The file; it may grow, but what is in it stays where it is.
    """

    def __init__(self, journal: Path) -> None:
        self._journal = journal
        self._rows: dict[str, int] = {}
        self._intents, self._dones = array("q"), array("q")
        self._earlier: dict[str, list[int]] = {}  # offsets of lines by the names of files
        self._made_with: dict[str, str] = {}  # a pair's name → its result's
        self._photographs: dict[str, str] = {}  # those whose results are called otherwise
        self._unmade: set[str] = set()  # results that never were
        self._latest: tuple[str, Record] | None = None  # asked for several times, as a rule
        self._file: BinaryIO | None = None
        self._reading = threading.Lock()

    def note(self, output: str, photograph: str, files: Mapping[str, object], offset: int) -> None:
        """Learn that a line at this offset tells of a photograph, and of files that it gets."""
        self._latest = None
        if photograph != output:
            self._photographs[output] = photograph
        else:
            self._photographs.pop(output, None)
        row = self._rows.setdefault(output, len(self._rows))
        if row == len(self._intents):
            self._intents.append(offset)
            self._dones.append(_NEVER)
            if not files:
                self._unmade.add(output)
        else:
            for name in self._record(output).files:
                self._earlier.setdefault(name, []).append(self._intents[row])
            self._intents[row], self._dones[row] = offset, _NEVER
        for name in files:
            if name != output:
                self._made_with[name] = output
            else:
                self._unmade.discard(name)

    def note_done(self, output: str, offset: int) -> None:
        """Learn that a line at this offset tells that the files have their names."""
        self._latest = None
        if output in self._rows:  # the line of its intent may be damaged
            self._dones[self._rows[output]] = offset

    def photograph_of(self, output: str) -> str | None:
        """Name the photograph that a result was last made of."""
        return self._photographs.get(output, output) if output in self._rows else None

    def offsets(self, output: str) -> tuple[int, int]:
        """Tell where the lines of an intent and of its deed stand; -1 where there is none."""
        row = self._rows.get(output)
        return (_NEVER, _NEVER) if row is None else (self._intents[row], self._dones[row])

    def made_with(self, name: str) -> Record | None:
        """Return the last record of the photograph that a file was made of."""
        output = self._made_with.get(name, name)
        return self.get(output) if name not in self._unmade else None

    def sums(self, name: str) -> set[str]:
        """Return the sha256 of everything that was put, or about to be put, under a name."""
        record = self.made_with(name)
        files = [record.files] if record else []
        files += [_parsed(self._line(offset)).files for offset in self._earlier.get(name, ())]
        return {held[name].sha256 for held in files if name in held}

    def files(self) -> Iterator[str]:
        """Name everything that was ever put under a name."""
        yield from (name for name in self._rows if name not in self._unmade)
        yield from self._made_with

    def facts(self, output: str) -> dict[str, Any]:
        """Return what is known of a result: `labcolor.batch.one.Outcome`, seconds and warnings."""
        offset = self._dones[self._rows[output]]
        told: dict[str, Any] = json.loads(self._line(offset))["facts"] if offset != _NEVER else {}
        return told

    def __getitem__(self, output: str) -> Record:
        latest = self._latest
        if latest is None or latest[0] != output:
            latest = self._latest = output, self._record(output)
        return latest[1]

    def __contains__(self, output: object) -> bool:
        return output in self._rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def _record(self, output: str) -> Record:
        row = self._rows[output]
        record = _parsed(self._line(self._intents[row]))
        record.done = self._dones[row] != _NEVER
        return record

    def _line(self, offset: int) -> str:
        with self._reading:
            if self._file is None:
                self._file = self._journal.open("rb")
                weakref.finalize(self, self._file.close)
            self._file.seek(offset)
            return self._file.readline().decode()


def _parsed(line: str) -> Record:
    event = json.loads(line)
    return Record(
        event["photograph"],
        event["source"],
        _content(event["content"]),
        event["settings"],
        {name: _content(content) for name, content in event["files"].items()},
        event["left"],
        beside=event.get("beside", ""),  # which older journals do not know
        own=event.get("own", ""),
    )


def _content(told: dict[str, Any]) -> Content:
    return Content(told["size"], told["mtime"], told["sha256"])
