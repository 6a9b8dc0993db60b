"""What each network's graph is: one file an architecture, and `registry` with all by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

import numpy.typing as npt

Gives: TypeAlias = Literal["distribution", "ab"]
Layers: TypeAlias = Mapping[str, Sequence[npt.NDArray[Any]]]

CHANNELS: Mapping[Gives, int] = {"distribution": 313, "ab": 2}
"""How many channels come out."""
