"""What became of a folder, in a sentence or two."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from labcolor.batch.report import Became

_WORDS: Mapping[Became, str] = {
    "done before": "done before",
    "in colour": "in colour already",
    "kept": "kept because the result was changed",
    "failed": "failed",
    "not reached": "not reached",
}
_SEVERAL = {
    "a labcolor result": "labcolor results",
    "a sub-folder": "sub-folders",
    "a link to a folder that is searched anyway": "links to folders that are searched anyway",
}


def summary(counts: Counter[Became], output: Path, left: Iterable[tuple[str, str]]) -> str:
    """Count what became of photographs, and what else lies there.

    Parameters
    ----------
    counts : counter of what became of them
    output : Path
        The folder of results.
    left : iterable of (str, str)
        Paths that were left alone, and why.
    """
    became = [f"{counts['done']} coloured"]
    became += [f"{counts[kind]} {words}" for kind, words in _WORDS.items() if counts[kind]]
    # the sign of a folder: a name such as colour would read as an adverb
    of_all = f"of {photographs(counts.total())} in {named(output)}{os.sep}"
    return f"{', '.join(became)} {of_all}.{left_alone(left)}"


def photographs(number: int) -> str:
    """Count photographs."""
    return f"{number} photograph{'s' if number != 1 else ''}"


def waiting(number: int) -> str:
    """Say how many photographs have not had their turn."""
    return f"{photographs(number)} wait{'s' if number == 1 else ''}"


def named(folder: Path) -> Path:
    """Name a folder; `.` and `..` are no names that tell anybody where things are."""
    return folder if folder.name not in ("", "..") else folder.resolve()


def left_alone(left: Iterable[tuple[str, str]]) -> str:
    """Say what else lies there: pictures that cannot be read, and what is no photograph."""
    from labcolor.photo.formats import UNREAD, lacking

    kinds = Counter(reason for _, reason in left)
    packages = {kind: package for kind in sorted(kinds) if (package := lacking(kind))}
    unread = {kind: kinds.pop(kind) for kind in sorted(kinds) if kind in UNREAD}
    sentences = ""
    for package in dict.fromkeys(packages.values()):
        waiting = {kind: kinds.pop(kind) for kind, its in packages.items() if its == package}
        sentences += f" labcolor reads {_listed(waiting)} after {package.command}."
    if unread:
        sentences += f" labcolor cannot read {_listed(unread)}; convert them, to TIFF for example."
    if kinds:
        sentences += f" Not looked at: {_listed(dict(kinds.most_common()))}."
    return sentences


def _listed(kinds: dict[str, int]) -> str:
    return ", ".join(f"{number} {_words(kind, number)}" for kind, number in kinds.items())


def _words(kind: str, number: int) -> str:
    """Say a kind without its article: 1 result, 2 results."""
    if number > 1 and kind in _SEVERAL:
        return _SEVERAL[kind]
    return kind.removeprefix("a ").removeprefix("the ")
