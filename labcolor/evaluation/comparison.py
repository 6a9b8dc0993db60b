"""Every photograph of a folder, coloured by every candidate and measured, one after the other."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np

from labcolor.errors import PhotoError
from labcolor.evaluation.baselines import Colouring
from labcolor.evaluation.measure import Scores, length, measure
from labcolor.evaluation.truth import Folder, Photograph
from labcolor.metrics import colourfulness

_log = logging.getLogger("labcolor")


class Candidate(NamedTuple):
    """A method or a baseline: its name, and how it colours."""

    name: str
    colour: Colouring
    is_baseline: bool = False


@dataclass(frozen=True, eq=False)
class Record:
    """A photograph and how each candidate coloured it.

    Attributes
    ----------
    name : str
        Its path below the folder.
    width, height : int
        In pixels.
    colourfulness, chroma : float
        Of the truth.
    scores : dict of str to Scores
        By candidate.
    """

    name: str
    width: int
    height: int
    colourfulness: float
    chroma: float
    scores: dict[str, Scores]

    @property
    def source(self) -> str:
        """The subfolder of the first level that it lies in; "." where it lies in none."""
        first, _, below = self.name.partition("/")
        return first if below else "."


@dataclass
class Comparison:
    """What came of the photographs of a folder.

    Attributes
    ----------
    records : list of Record
        Those that were measured.
    grey : list of str
        Those without colour, skipped.
    unreadable : dict of str to str
        Those that cannot be read, and why.
    """

    records: list[Record] = field(default_factory=list)
    grey: list[str] = field(default_factory=list)
    unreadable: dict[str, str] = field(default_factory=dict)


def compare(
    folder: Folder,
    candidates: Sequence[Candidate],
    progress: Callable[[Sequence[Path]], Iterable[Path]] = iter,
) -> Comparison:
    """Colour and measure photograph by photograph; only numbers are kept.

    Parameters
    ----------
    folder : Folder
        The photographs.
    candidates : sequence of Candidate
        What colours them.
    progress : callable, optional
        Passes the files on while it shows how many are done.

    Raises
    ------
    PhotoError
        If no photograph could be measured.
    """
    result = Comparison()
    for file in progress(folder.files):
        try:
            photograph = folder.read(file)
        except PhotoError as error:
            _log.warning("%s", error)
            result.unreadable[folder.name(file)] = str(error)
            continue
        if photograph is None:
            result.grey.append(folder.name(file))
            continue
        result.records.append(_record(photograph, candidates))
    if not result.records:
        message = (
            f"There is no colour photograph to measure in {folder.path}: of {len(folder.files)}, "
            f"{len(result.grey)} are grey and {len(result.unreadable)} cannot be read."
        )
        raise PhotoError(message)
    return result


def _record(photograph: Photograph, candidates: Sequence[Candidate]) -> Record:
    height, width = photograph.pixels.shape[:2]
    return Record(
        name=photograph.name,
        width=width,
        height=height,
        colourfulness=colourfulness(photograph.pixels),
        chroma=float(length(photograph.lab[..., 1:]).mean(dtype=np.float64)),
        scores={one.name: _scores(photograph, one) for one in candidates},
    )


def _scores(photograph: Photograph, candidate: Candidate) -> Scores:
    began = time.perf_counter()
    coloured = candidate.colour(photograph)
    seconds = time.perf_counter() - began
    return measure(photograph, coloured, None if candidate.is_baseline else seconds)
