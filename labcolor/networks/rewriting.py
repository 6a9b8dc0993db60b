"""How the wide convolutions of the published networks, most of their time, are written."""

from __future__ import annotations

from typing import Literal, TypeAlias

from labcolor.networks.onnx import Graph
from labcolor.networks.rows import Rows
from labcolor.networks.toom import TallTiles

Rewriting: TypeAlias = Literal["none", "rows", "tiles"]
"""As released; for a matrix product that needs no preparation; or with fewer products."""

WIDE = 512
"""The outputs of the 3×3 layers that are rewritten."""

WIDE_TO_HALVE = 128
"""The inputs from which on a layer of stride 2 gains from it."""


def convolutions(rewriting: Rewriting, graph: Graph, height: int, width: int) -> Rows | None:
    """Return what writes convolutions of planes of that size; None for as they were released."""
    if rewriting == "none":
        return None
    return {"rows": Rows, "tiles": TallTiles}[rewriting](graph, height, width)
