"""What runs have done, as lines of JSON that are written before the deed.

The journal says which bytes a result will have before the result gets its name. So after a kill
at any moment a file that has these bytes is labcolor's, whole and finished, and every other file
is somebody else's. Events, one a line:

`run`     the settings of a run, under the identity that the lines below name them by
`intent`  a photograph (name, path, size, mtime, sha256) and what the files made of it will hold
`done`    these files have their names
`left`    nothing is to be made of this photograph, and why
`failed`  nothing could be made of it, and why
"""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, Literal, NamedTuple

from labcolor.batch import look
from labcolor.batch.paths import journal_of
from labcolor.batch.records import Record, Records
from labcolor.weights.store import sha256

_BLOCK = 1 << 16
_log = logging.getLogger("labcolor")


class Finished(NamedTuple):
    """A photograph and what was made of it, as paths that were there a moment ago.

    `facts` are those of `Records.facts`.
    """

    source: Path
    output: Path
    pair: Path | None
    facts: Mapping[str, Any]


class Journal:
    """The journal of a folder of results; reading it changes nothing there.

    Parameters
    ----------
    output : Path
        The folder.
    names : iterable of str
        Those of photographs: a result that is called as one of them takes no memory for its name.

    Attributes
    ----------
    records : Records
        The last that was done, by the name of the result.
    runs : dict of str to dict
        The settings of runs by their identity.
    failed : dict of str to (str, str)
        By the name of the result, the photographs of which nothing could be made in the end, and
        why.
    """

    def __init__(self, output: Path, names: Iterable[str] = ()) -> None:
        self.output = output
        self.records = Records(journal_of(output))
        self.runs: dict[str, dict[str, Any]] = {}
        self.failed: dict[str, tuple[str, str]] = {}
        self._file: BinaryIO | None = None
        self._opened = sys.maxsize
        self._lock = threading.Lock()
        shared = {name: name for name in names}
        for offset, event in _events(journal_of(output)):
            if name := shared.get(event.get("output", "")):
                event["output"] = name
            self._learn(event, offset)

    def is_own(self, name: str) -> bool:
        """Whether the file of this name is, to the byte, one that labcolor wrote."""
        record = self.records.made_with(name)
        path = self.output / name
        status = look.own(path) if record else None
        if record is None or status is None:
            return False
        last = record.files.get(name) if record.done else None
        return bool(last and last.seems_to_be(status)) or sha256_of(path) in self.records.sums(
            name
        )

    def is_complete(self, output: str, names: Iterable[str]) -> bool:
        """Whether files that were last made together are there as they were made."""
        record = self.records[output]
        for name in names:
            content = record.files.get(name)
            if content is None:
                return False
            path = os.path.join(self.output, name)  # noqa: PTH118  half a million times
            status = look.own(path)
            if status is None:
                return False
            seems = record.done and content.seems_to_be(status)
            if not seems and sha256_of(Path(path)) != content.sha256:
                return False
        return True

    def open(self) -> None:
        """Go on with the journal; a line that a kill has torn is taken away."""
        path = journal_of(self.output)
        path.parent.mkdir(parents=True, exist_ok=True)
        # unbuffered: what cannot be written is not to be tried again when the file is closed
        self._file = path.open("ab", buffering=0)
        self._opened = _end_of_whole_lines(path)
        self._file.truncate(self._opened)

    def close(self) -> None:
        """Let go of the file."""
        if self._file:
            self._file.close()
            self._file = None

    def outcome(self, output: str) -> Literal["done", "left", ""]:
        """Say what became of a result since the journal was opened."""
        intent, done = self.records.offsets(output)
        if done >= self._opened:
            return "done"
        return "left" if intent >= self._opened and self.records[output].left else ""

    def begin(self, identity: str, settings: Mapping[str, object], started: str) -> None:
        """Note the settings of a run."""
        self._append("run", id=identity, settings=settings, started=started)

    def intend(self, output: str, record: Record) -> None:
        """Note, so that it survives a power cut, what is about to get its name."""
        self._append("intent", durable=True, output=output, **record.told())

    def finish(self, output: str, facts: Mapping[str, object]) -> None:
        """Note that the files of a result have their names, and whatever else is to be told."""
        self._append("done", output=output, facts=facts)

    def leave(self, output: str, record: Record) -> None:
        """Note that nothing is made of a photograph, and why."""
        self._append("left", output=output, **record.told())

    def fail(self, photograph: str, output: str, error: str) -> None:
        """Note that nothing could be made of a photograph, and why."""
        self._append("failed", photograph=photograph, output=output, error=error)

    def _append(self, event: str, *, durable: bool = False, **facts: object) -> None:
        # ASCII, so that names which are not valid Unicode survive too
        line = json.dumps({"event": event, **facts}).encode() + b"\n"
        with self._lock:
            assert self._file is not None
            end = self._file.seek(0, os.SEEK_END)
            try:
                self._write(line)
                if durable:
                    os.fsync(self._file.fileno())
            except OSError:
                with suppress(OSError):
                    self._file.truncate(end)
                raise
            self._learn({"event": event, **facts}, end)

    def _write(self, line: bytes) -> None:
        assert self._file is not None
        while line:
            line = line[self._file.write(line) :]

    def _learn(self, event: dict[str, Any], offset: int) -> None:
        """Take note of a line that stands at an offset of the file."""
        match event["event"]:
            case "run":
                self.runs[event["id"]] = event["settings"]
            case "failed":
                self.failed[event["output"]] = event["photograph"], event["error"]
            case "intent" | "left":
                self.failed.pop(event["output"], None)
                self.records.note(event["output"], event["photograph"], event["files"], offset)
            case "done":
                self.records.note_done(event["output"], offset)


def finished(output: Path) -> list[Finished]:
    """List what is done in a folder of results and still there, by the names of the results.

    Parameters
    ----------
    output : Path
        The folder.

    Returns
    -------
    list of Finished
        The photographs at the paths that they had when they were coloured.
    """
    found = []
    records = Journal(output).records
    for name, record in sorted(records.items()):
        paths = [output / name for name in record.files]
        if paths and look.is_file(paths[0]):
            pair = paths[1] if paths[1:] and look.is_file(paths[1]) else None
            found.append(Finished(Path(record.source), paths[0], pair, records.facts(name)))
    return found


def failures(output: Path) -> dict[str, str]:
    """Give the photographs of which nothing could be made in the end, and why.

    Parameters
    ----------
    output : Path
        The folder of results.

    Returns
    -------
    dict of str to str
        The reasons by the names of the photographs.
    """
    return dict(Journal(output).failed.values())


def _events(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield what is legible of a journal, and where it stands; none where there is none."""
    offset = 0
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if not line.endswith(b"\n"):  # a kill has torn it
                    return
                try:
                    event = json.loads(line)
                except (ValueError, RecursionError):
                    event = None
                if _is_legible(event):
                    yield offset, event
                else:
                    _log.warning(
                        "Line %d of %s is damaged; the result that it describes is treated as a "
                        "file of yours.",
                        number,
                        path,
                    )
                offset += len(line)
    except FileNotFoundError:
        return


_TEXTS = {
    "run": ("id",),
    "intent": ("output", "photograph", "source", "settings", "left"),
    "left": ("output", "photograph", "source", "settings", "left"),
    "done": ("output",),
    "failed": ("output", "photograph", "error"),
}
_KINDS_OF_CONTENT = {"size": int, "mtime": int, "sha256": str}


def _is_legible(event: Any) -> bool:
    """Whether an event says all that its kind has to, in the right types."""
    if not isinstance(event, dict) or not isinstance(event.get("event"), str):
        return False
    kind = event["event"]
    if not all(isinstance(event.get(name), str) for name in _TEXTS.get(kind, ())):
        return False
    if kind in ("intent", "left"):
        files = event.get("files")
        beside = isinstance(event.get("beside", ""), str)
        contents = [event.get("content"), *(files.values() if isinstance(files, dict) else [None])]
        return beside and _is_own(event.get("own", "")) and all(map(_is_content, contents))
    wanted = {"run": "settings", "done": "facts"}.get(kind)
    return wanted is None or isinstance(event.get(wanted), dict)


def _is_own(told: Any) -> bool:
    """Whether these are settings of one's own, or none."""
    try:
        return told == "" or isinstance(json.loads(told), dict)
    except (TypeError, ValueError, RecursionError):
        return False


def _is_content(told: Any) -> bool:
    return (
        isinstance(told, dict)
        and told.keys() == _KINDS_OF_CONTENT.keys()
        and all(type(told[name]) is kind for name, kind in _KINDS_OF_CONTENT.items())
    )


def _end_of_whole_lines(path: Path) -> int:
    """Count the bytes up to the end of the last whole line."""
    with path.open("rb") as file:
        end = file.seek(0, os.SEEK_END)
        while end:
            start = max(0, end - _BLOCK)
            file.seek(start)
            found = file.read(end - start).rfind(b"\n")
            if found >= 0:
                return start + found + 1
            end = start
    return 0


def sha256_of(path: Path) -> str:
    """Hash a file; what cannot be read has an empty hash, which is nobody's."""
    try:
        with path.open("rb") as file:
            return sha256(file)
    except OSError:
        return ""
