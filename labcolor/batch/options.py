"""What may be asked for besides the colours: of each result, and of a run through many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class OutputOptions:
    """What is done to each photograph or film besides giving it colour.

    Attributes
    ----------
    quality : int
        Of JPEG, 1…100.
    accept_damaged : bool
        Whether what is left of a damaged file is taken.
    mark : bool
        Whether the result says that its colours are estimated.
    skip_colour : bool
        Whether photographs that have colour are left as they are.
    again : bool
        Whether results of labcolor are coloured too.
    compare : bool
        Whether before/after pairs are written.
    sidecars : bool
        Whether XMP sidecars go with their photographs.
    overwrite : bool
        Whether files of the user's may be replaced.
    format : str, optional
        The ending of the results without its dot; by default that of the photograph.
    """

    quality: int = 95
    accept_damaged: bool = False
    mark: bool = True
    skip_colour: bool = False
    again: bool = False
    compare: bool = False
    sidecars: bool = False
    overwrite: bool = False
    format: str | None = None


@dataclass(frozen=True)
class RunOptions:
    """Which of many files are taken, what their results are called, and how the work is done.

    Attributes
    ----------
    recursive : bool
        Whether sub-folders are searched.
    include, exclude : tuple of str
        As in `labcolor.batch.find.Choice`.
    films : bool
        Whether films are coloured too.
    suffix : str, optional
        What names of results have between their stem and their ending.
    portable_names : bool
        Whether they have no characters that some disks refuse.
    dry_run : bool
        Whether nothing is done but shown.
    watch : bool
        Whether folders are kept coloured until a signal.
    reset : bool
        Whether settings that single photographs have kept are forgotten.
    report : str, optional
        The file that says what became of each.
    fail_fast : bool
        Whether the first failure ends the run.
    jobs : int, optional
        Photographs in hand at one time.
    cluster : str, optional
        The address of a cluster that colours them.
    hints_beside : bool
        Whether pictures of hints are looked for beside the photographs.
    aside : mapping of Path to str
        Files that are left alone for now, and why.
    """

    recursive: bool = True
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    films: bool = True
    suffix: str | None = None
    portable_names: bool = False
    dry_run: bool = False
    watch: bool = False
    reset: bool = False
    report: str | None = None
    fail_fast: bool = False
    jobs: int | None = None
    cluster: str | None = None
    hints_beside: bool = False
    aside: Mapping[Path, str] = field(default_factory=dict)
