"""What was found under the folders: photographs with what lies beside them, and the rest."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from labcolor.batch.companions import Companions
from labcolor.batch.films import identity_of

if TYPE_CHECKING:
    from labcolor.film import Options


class Found(NamedTuple):
    """A photograph.

    Attributes
    ----------
    folder : Path
        Where it lies; one object for all that lie there, of whom there may be half a million.
    name : str
        Where it lies below what was named, with `/` between the parts.
    companions : Companions
        What lies beside it.
    film : Options, optional
        How it is coloured, if it is a film.
    """

    folder: Path
    name: str
    companions: Companions = Companions()
    film: Options | None = None

    @property
    def beside(self) -> str:
        """What the result depends on besides the file itself and the settings of the run."""
        return beside(self.companions, self.film)

    @property
    def path(self) -> Path:
        """What to open."""
        return self.folder / self.name.rpartition("/")[2]

    @property
    def location(self) -> str:
        """The same as text, which is made in a third of the time."""
        return os.path.join(self.folder, self.name.rpartition("/")[2])  # noqa: PTH118


@dataclass
class Findings:
    """What lies under the folders.

    Attributes
    ----------
    photographs : list of Found
        In the order of their names.
    left : list of (str, str)
        What is left alone, and why.
    unreadable : list of (str, str)
        Folders that could not be looked into, and why.
    """

    photographs: list[Found] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)
    unreadable: list[tuple[str, str]] = field(default_factory=list)


def beside(companions: Companions, film: Options | None) -> str:
    """Join what a result depends on: equal strings for equal things."""
    if film is None:
        return companions.identity
    return f"{companions.identity} {identity_of(film)}".strip()
