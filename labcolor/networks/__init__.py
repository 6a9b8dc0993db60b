"""What each network's graph is: tensors by name go in, an ONNX graph comes out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

import numpy.typing as npt

if TYPE_CHECKING:
    from labcolor.networks.arrays import Arrays
    from labcolor.networks.planes import Planes

Name: TypeAlias = Literal["zhang16", "siggraph17", "lite", "vgg", "parts"]
Gives: TypeAlias = Literal["distribution", "ab"]
Layers: TypeAlias = Mapping[str, Sequence[npt.NDArray[Any]]]

SIDES: Mapping[Name, int] = {"zhang16": 224, "siggraph17": 256}
"""The side of the square that each published network sees best; the others' weights say theirs."""

CHANNELS: Mapping[Gives, int] = {"distribution": 313, "ab": 2}
"""How many channels come out."""


class Steps(NamedTuple):
    """A network that can be computed layer by layer: how, and the tensors of its layers."""

    run: Callable[[Arrays, Planes, Layers], Planes]
    layers: Layers


def steps(name: Name, layers: Layers, side: int, *, source: str) -> Steps | None:
    """Return how a network is computed layer by layer; None of one that only has a graph.

    Parameters
    ----------
    name, layers, side, source
        As for `graph`.

    Raises
    ------
    WeightsError, UsageError
        As for `graph`.
    """
    if name not in SIDES:
        return None
    from labcolor.networks import siggraph17, zhang16
    from labcolor.networks.size import check

    check((side, side))
    if name == "zhang16":
        return Steps(zhang16.run, zhang16.checked(layers, source))
    return Steps(siggraph17.run, siggraph17.checked(layers, source))


def graph(
    name: Name,
    layers: Layers,
    side: int,
    *,
    gives: Gives,
    hints: bool,
    source: str,
) -> bytes:
    """Write the graph of a network for square inputs.

    Parameters
    ----------
    name : {"zhang16", "siggraph17", "lite", "vgg", "parts"}
    layers : mapping of str to sequence of ndarray
        The tensors of each layer.
    side : int
        Height and width of the input, a multiple of 8 or 16.
    gives : {"distribution", "ab"}
        What comes out: logits over the bins, or ab.
    hints : bool
        Whether colour hints go in beside L*.
    source : str
        What an error calls the weights, such as the path of their file.

    Returns
    -------
    bytes
        An ONNX model from L* − 50, (1, 1, side, side), or L* − 50, a, b and mask of hints,
        (1, 4, side, side), to logits, (1, 313, h, w), or ab, (1, 2, h, w).

    Raises
    ------
    WeightsError
        The layers are not those of the network.
    UsageError
        The side is not a multiple of what the network needs.
    """
    size = (side, side)
    if name == "zhang16":
        from labcolor.networks import zhang16

        return zhang16.graph(layers, size, source=source)
    if name == "siggraph17":
        from labcolor.networks import siggraph17

        return siggraph17.graph(layers, size, source=source)
    if name == "vgg":
        from labcolor.networks import vgg

        return vgg.graph(layers, size, source=source)
    if name == "parts":
        from labcolor.networks import parts

        return parts.graph(layers, size, source=source)
    from labcolor.networks import lite

    inputs = 4 if hints else 1
    return lite.graph(layers, size, inputs=inputs, outputs=CHANNELS[gives], source=source)
