"""Files that lie beside photographs and say how to colour them.

`like.jpg`, or with another ending, is the reference of the photographs in its folder and below it,
up to the next one. `NAME.hints.png` holds the colour hints of the photograph NAME.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from labcolor.batch.journal import sha256_of

if TYPE_CHECKING:
    from labcolor.color.hints import Hints
    from labcolor.palettes import References

REFERENCE = "like"
HINTS = ".hints.png"


@dataclass(frozen=True)
class Companions:
    """What lies beside a photograph.

    Attributes
    ----------
    like : Path, optional
        The reference that it takes its colours from, instead of that of the run.
    hints : Path, optional
        The picture of its hints.
    """

    like: Path | None = None
    hints: Path | None = None

    def absolute(self) -> Companions:
        """Return the same by paths that others find too."""
        return Companions(self.like and self.like.absolute(), self.hints and self.hints.absolute())

    @property
    def identity(self) -> str:
        """What they hold: equal ones the same, others another; nothing where there are none."""
        files = {"like": self.like, "hints": self.hints}
        return " ".join(f"{name}:{_content(path)}" for name, path in files.items() if path)

    def references(self) -> References | None:
        """Read the reference; the same file once, however many photographs follow it."""
        return _references(self.like, _content(self.like)) if self.like else None

    def read_hints(self) -> Hints | None:
        """Read the hints.

        Raises
        ------
        PhotoError, UsageError
            The picture cannot be read, or has no transparency.
        """
        if self.hints is None:
            return None
        from labcolor.color.hints import Hints
        from labcolor.layers.hint_pictures import read

        return Hints(read(self.hints), name=str(self.hints))


def _content(path: Path) -> str:
    try:
        return sha256_of(path)
    except OSError:
        return "gone"


@lru_cache(maxsize=64)
def _references(path: Path, _content: str) -> References:
    from labcolor.palettes import References

    return References(path)
