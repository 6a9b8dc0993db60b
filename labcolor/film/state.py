"""What the colours of a film's pictures depend on of those before them."""

from __future__ import annotations

import io
from typing import NamedTuple

import numpy as np

from labcolor.film.memory import Memory
from labcolor.film.motion import Small


class State(NamedTuple):
    """What is known between two pictures.

    Attributes
    ----------
    settled : int
        The pictures so far of the shot that goes on.
    behind : tuple of (h, w) uint8
        The last pictures, small, as many as `labcolor.film.cuts.LOOK_BACK`.
    memory : Memory, optional
        Of the shot's colours; None where a shot begins.
    """

    settled: int = 0
    behind: tuple[Small, ...] = ()
    memory: Memory | None = None

    def packed(self) -> bytes:
        """Write it down: equal states as equal bytes."""
        file = io.BytesIO()
        memory = self.memory._asdict() if self.memory else {}
        np.savez(file, settled=np.array(self.settled), behind=np.array(self.behind), **memory)
        return file.getvalue()

    @staticmethod
    def unpacked(state: bytes | None) -> State:
        """Read it again; nothing stands for the beginning of a film."""
        if not state:
            return State()
        with np.load(io.BytesIO(state)) as file:
            memory = Memory(file["ab"], file["light"], file["worth"]) if "ab" in file else None
            return State(int(file["settled"]), tuple(file["behind"]), memory)
