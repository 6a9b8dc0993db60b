"""What results are called: as their photographs, and no two alike on any file system.

Names that differ in case only, or in how Unicode composes an accent, are one name on most disks
of Windows and macOS, and an archive may move there later; so they count as one everywhere.

The rule where several photographs would write one name:

1. The photograph that has the name from an earlier run keeps it, else the one that is called so
   itself, else the first in alphabetical order.
2. Another whose ending changes gets its whole name before the new one: `a.jpg` → `a.jpg.png`.
3. All others are numbered from 2 on: `a-2.png`.

A name that the file system finds too long is shortened at the end of its stem. What other file
systems refuse in a name is replaced where that is asked for.
"""

from __future__ import annotations

import os
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import NamedTuple

from labcolor.film.containers import ending_of
from labcolor.film.signature import SUFFIXES as FILM_SUFFIXES
from labcolor.photo.formats import FORMATS, result_suffix
from labcolor.photo.portable import portable

LONGEST = 255
"""Bytes that a name may have on nearly every file system."""


_FORMS = {suffix: form for form, holds in FORMATS.items() for suffix in holds.suffixes}


class Rule(NamedTuple):
    """How results are named.

    Attributes
    ----------
    ending : str
        Of the format that was asked for, such as `.png`; empty for that of the photograph.
    suffix : str
        What stands between stem and ending.
    pairs : bool
        Whether each result has a before/after pair beside it.
    longest : int
        Bytes that a name may have.
    codec : str
        Of films, which chooses their endings; a name in `labcolor.film.codecs.CODECS`.
    portable : bool
        Whether names are made such that any disk takes them: see `labcolor.photo.portable`.
    endings : mapping of str to str
        Of the results of films, by the names of the films, where more is known than these.
    """

    ending: str = ""
    suffix: str = ""
    pairs: bool = False
    longest: int = LONGEST
    codec: str = "h264"
    portable: bool = False
    endings: Mapping[str, str] = MappingProxyType({})


class Names(NamedTuple):
    """The names of what is made of a photograph, in the output folder."""

    output: str
    pair: str | None = None


class Naming(Mapping[str, Names]):
    """The names of results by those of their photographs, in the order of the latter.

    As a rule both are one, and then nothing more is kept: there may be half a million.

    Parameters
    ----------
    photographs : list of str
        In order.
    """

    def __init__(self, photographs: list[str]) -> None:
        self._photographs = photographs
        self._others: dict[str, Names] = {}

    def learn(self, named: Mapping[str, Names]) -> None:
        """Take note of names."""
        self._others.update(
            (photograph, names)
            for photograph, names in named.items()
            if names != (photograph, None)
        )

    def __getitem__(self, photograph: str) -> Names:
        if other := self._others.get(photograph):
            return other
        at = bisect_left(self._photographs, photograph)
        if self._photographs[at : at + 1] != [photograph]:
            raise KeyError(photograph)
        return Names(photograph)

    def __iter__(self) -> Iterator[str]:
        return iter(self._photographs)

    def __len__(self) -> int:
        return len(self._photographs)


def name_results(
    photographs: Sequence[str],
    rule: Rule,
    *,
    taken: Iterable[str] = (),
    before: Callable[[str], str | None] = lambda _: None,
) -> Naming:
    """Name the results of photographs.

    Parameters
    ----------
    photographs : sequence of str
        Their names, `/` between the parts.
    rule : Rule
        Format and suffix.
    taken : iterable of str
        Names in the output folder that no result may have: those of the photographs themselves,
        where they lie there.
    before : callable
        From the name of a result to that of the photograph that it was made of by an earlier run.

    Returns
    -------
    Naming
        For each photograph.
    """
    used: dict[str, set[str]] = defaultdict(set)  # by the folder: names of others are no rivals
    # a folder, too, takes its name from the files beside it
    shown = _portable if rule.portable else str
    for name in (*taken, *map(shown, _folders(photographs))):
        used[_folder_of(folded(name))].add(folded(name))
    rivals: dict[str, list[str]] = defaultdict(list)
    naming = Naming(sorted(photographs))
    for name in naming:
        rivals[_folder_of(folded(shown(name)))].append(name)
    for folder in list(rivals):
        naming.learn(_named(rivals.pop(folder), rule, used.pop(folder, set()), before))
    return naming


def _named(
    photographs: list[str], rule: Rule, used: set[str], before: Callable[[str], str | None]
) -> dict[str, Names]:
    """Name the results of one folder."""

    def claim(candidates: Iterator[str]) -> str:
        names = map(_portable, candidates) if rule.portable else candidates
        name = next(one for one in names if folded(one) not in used)
        used.add(folded(name))
        return name

    def rank(name: str) -> tuple[bool, bool, str]:
        wanted = next(_candidates(name, rule))
        wanted = _portable(wanted) if rule.portable else wanted
        return before(wanted) != name, wanted != name, name

    outputs = {name: claim(_candidates(name, rule)) for name in sorted(photographs, key=rank)}
    return {
        name: Names(
            outputs[name], claim(_pair_candidates(outputs[name], rule)) if rule.pairs else None
        )
        for name in photographs
    }


def _folders(photographs: Iterable[str]) -> set[str]:
    """Name every folder above photographs."""
    folders = {_folder_of(name) for name in photographs}
    return {str(up) for folder in folders for up in (PurePosixPath(folder, "_")).parents}


def _folder_of(name: str) -> str:
    return name.rpartition("/")[0]


def folded(name: str) -> str:
    """Give what is the same for names that some file system holds equal."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _portable(name: str) -> str:
    return str(PurePosixPath(*map(portable, PurePosixPath(name).parts)))


def _candidates(name: str, rule: Rule) -> Iterator[str]:
    """Yield the names that a result may have, the best one first."""
    folder, stem, own = _parted(name)
    ending = rule.endings.get(name) or _ending(own, rule)
    best = _fitting(folder, stem, rule.suffix + ending, rule.longest)
    yield name if best == name else best  # one string for both: there may be half a million
    if ending != own:
        yield _fitting(folder, stem + own, rule.suffix + ending, rule.longest)
    for number in count(2):
        yield _fitting(folder, stem, f"{rule.suffix}-{number}{ending}", rule.longest)


def _pair_candidates(output: str, rule: Rule) -> Iterator[str]:
    folder, stem, _ = _parted(output)
    yield _fitting(folder, stem, "-compare.jpg", rule.longest)
    for number in count(2):
        yield _fitting(folder, stem, f"-compare-{number}.jpg", rule.longest)


def _parted(name: str) -> tuple[str, str, str]:
    """Part a name into folder, with its `/`, stem and ending, with its dot."""
    folder, slash, file = name.rpartition("/")
    stem, dot, ending = file.rpartition(".")
    return (folder + slash, stem, dot + ending) if stem and ending else (folder + slash, file, "")


def _ending(own: str, rule: Rule) -> str:
    """Choose the ending; `.JPEG` stays where a JPEG is asked for."""
    if own.lower() in FILM_SUFFIXES:
        return ending_of(own, rule.codec)
    form = _FORMS.get(own.lower())
    if form is None:  # what is read only
        return rule.ending or result_suffix(own)
    return own if not rule.ending or form == _FORMS.get(rule.ending) else rule.ending


def _fitting(folder: str, stem: str, tail: str, longest: int) -> str:
    while len(os.fsencode(stem + tail)) > longest and len(stem) > 1:
        stem = stem[:-1]
    return folder + stem + tail
