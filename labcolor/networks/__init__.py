"""What each network's graph is: tensors by name go in, an ONNX graph comes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

import numpy.typing as npt

Name: TypeAlias = Literal["zhang16", "compact"]
Layers: TypeAlias = Mapping[str, Sequence[npt.NDArray[Any]]]

SIDES: Mapping[Name, int] = {"zhang16": 224, "compact": 144}
"""The side of the square that each network sees best."""


def graph(name: Name, layers: Layers, side: int, *, rewrite: bool, source: str) -> bytes:
    """Write the graph of a network for square inputs.

    Parameters
    ----------
    name : {"zhang16", "compact"}
    layers : mapping of str to sequence of ndarray
        The tensors of each layer.
    side : int
        Height and width of the input, a multiple of 8.
    rewrite : bool
        Whether to write what a CPU computes faster, where there is a choice.
    source : str
        What an error calls the weights, such as the path of their file.

    Returns
    -------
    bytes
        An ONNX model from L* − 50, (1, 1, side, side), to logits, (1, 313, side / 4, side / 4).

    Raises
    ------
    WeightsError
        The layers are not those of the network.
    UsageError
        The side is not a multiple of 8.
    """
    if name == "zhang16":
        from labcolor.networks import zhang16

        return zhang16.graph(layers, (side, side), rewrite=rewrite, source=source)
    from labcolor.networks import compact

    return compact.graph(layers, (side, side), source=source)
