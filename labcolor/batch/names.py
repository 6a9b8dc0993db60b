"""What results are called: as their photographs, and no two alike on any file system.

Names that differ in case only, or in how Unicode composes an accent, are one name on most disks
of Windows and macOS, and an archive may move there later; so they count as one everywhere.

The rule where several photographs would write one name:

1. The photograph that has the name from an earlier run keeps it, else the one that is called so
   itself, else the first in alphabetical order.
2. Another whose ending changes gets its whole name before the new one: `a.jpg` → `a.jpg.png`.
3. All others are numbered from 2 on: `a-2.png`.

A name that the file system finds too long is shortened at the end of its stem.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count
from pathlib import PurePosixPath
from typing import NamedTuple

from labcolor.film.containers import ending_of
from labcolor.film.signature import SUFFIXES as FILM_SUFFIXES
from labcolor.photo.formats import FORMATS, result_suffix

LONGEST = 255
"""Bytes that a name may have on nearly every file system."""


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
    """

    ending: str = ""
    suffix: str = ""
    pairs: bool = False
    longest: int = LONGEST
    codec: str = "h264"


class Names(NamedTuple):
    """The names of what is made of a photograph, in the output folder."""

    output: str
    pair: str | None = None


def name_results(
    photographs: Sequence[str],
    rule: Rule,
    *,
    taken: Iterable[str] = (),
    before: Mapping[str, str] | None = None,
) -> dict[str, Names]:
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
    before : mapping of str to str, optional
        Which photograph each result of earlier runs came from.

    Returns
    -------
    dict of str to Names
        For each photograph.
    """
    before = before or {}
    used = {folded(name) for name in taken}
    # a folder, too, takes its name from the files beside it
    used.update(folded(str(up)) for name in photographs for up in PurePosixPath(name).parents)

    def claim(candidates: Iterator[str]) -> str:
        name = next(one for one in candidates if folded(one) not in used)
        used.add(folded(name))
        return name

    def rank(name: str) -> tuple[bool, bool, str]:
        wanted = next(_candidates(name, rule))
        return before.get(wanted) != name, wanted != name, name

    outputs = {name: claim(_candidates(name, rule)) for name in sorted(photographs, key=rank)}
    return {
        name: Names(
            outputs[name], claim(_pair_candidates(outputs[name], rule)) if rule.pairs else None
        )
        for name in sorted(photographs)
    }


def folded(name: str) -> str:
    """Give what is the same for names that some file system holds equal."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _candidates(name: str, rule: Rule) -> Iterator[str]:
    """Yield the names that a result may have, the best one first."""
    path = PurePosixPath(name)
    ending = _ending(path, rule)
    yield _fitting(path.parent, path.stem, rule.suffix + ending, rule.longest)
    if ending != path.suffix:
        yield _fitting(path.parent, path.name, rule.suffix + ending, rule.longest)
    for number in count(2):
        tail = f"{rule.suffix}-{number}{ending}"
        yield _fitting(path.parent, path.stem, tail, rule.longest)


def _pair_candidates(output: str, rule: Rule) -> Iterator[str]:
    path = PurePosixPath(output)
    yield _fitting(path.parent, path.stem, "-compare.jpg", rule.longest)
    for number in count(2):
        yield _fitting(path.parent, path.stem, f"-compare-{number}.jpg", rule.longest)


def _ending(path: PurePosixPath, rule: Rule) -> str:
    """Choose the ending; `.JPEG` stays where a JPEG is asked for."""
    if path.suffix.lower() in FILM_SUFFIXES:
        return ending_of(path.suffix, rule.codec)
    wanted = rule.ending
    forms = {suffix: form for form, holds in FORMATS.items() for suffix in holds.suffixes}
    own = forms.get(path.suffix.lower())
    if own is None:  # what is read only
        return wanted or result_suffix(path.suffix)
    return path.suffix if not wanted or own == forms.get(wanted) else wanted


def _fitting(folder: PurePosixPath, stem: str, tail: str, longest: int) -> str:
    while len(os.fsencode(stem + tail)) > longest and len(stem) > 1:
        stem = stem[:-1]
    return str(folder / (stem + tail))
