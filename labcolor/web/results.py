"""Finished pictures that wait to be fetched, by whoever knows their name."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Result:
    """A finished picture.

    Attributes
    ----------
    path : Path
    media_type : str
    """

    path: Path
    media_type: str

    @property
    def size(self) -> int:
        """Bytes on the disk."""
        return self.path.stat().st_size

    def close(self) -> None:
        """Remove it, and the folder that it is in."""
        shutil.rmtree(self.path.parent, ignore_errors=True)
