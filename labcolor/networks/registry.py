"""The networks by name. A new one is a file in this folder and a line in `ARCHITECTURES`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

from labcolor.networks import CHANNELS, Gives, Layers, lite, parts, siggraph17, vgg, zhang16
from labcolor.networks.size import check
from labcolor.networks.writer import Plane, Writer


class Architecture(NamedTuple):
    """How a network is written, and what it takes.

    Attributes
    ----------
    build : callable
        Adds its layers to a graph that takes `Writer.input`, and returns what comes out, with as
        many channels as asked for.
    multiple : int
        What height and width of its input must be multiples of.
    least : int
        What both must reach.
    side : int, optional
        The side of the square that it sees best, where its weights do not say it.
    """

    build: Callable[[Writer, int], Plane]
    multiple: int
    least: int = 0
    side: int = 0


ARCHITECTURES: Mapping[str, Architecture] = {
    "zhang16": Architecture(zhang16.build, multiple=8, side=224),
    "siggraph17": Architecture(siggraph17.build, multiple=8, side=256),
    "lite": Architecture(lite.build, multiple=16, least=lite.LEAST),
    "lite2": Architecture(partial(lite.build, scale=lite.LITE2), multiple=16, least=lite.LEAST),
    "vgg": Architecture(vgg.build, multiple=16),
    "parts": Architecture(parts.build, multiple=16, least=lite.LEAST),
}


def graph(
    name: str,
    layers: Layers,
    size: tuple[int, int],
    *,
    gives: Gives,
    hints: bool = False,
    source: str = "the file of weights",
) -> bytes:
    """Write a network as an ONNX model.

    Parameters
    ----------
    name : str
        One of `ARCHITECTURES`.
    layers : mapping of str to sequence of ndarray
        The tensors of each layer.
    size : (int, int)
        H and W of the input.
    gives : {"distribution", "ab"}
        What comes out: logits over the bins, or ab.
    hints : bool
        Whether colour hints go in beside L*.
    source : str
        What an error calls the weights, such as the path of their file.

    Returns
    -------
    bytes
        The model, as it would lie in an .onnx file: from L* − 50, float32 of shape (1, 1, H, W),
        or L* − 50, a and b of the hints in CIELAB units and their mask, (1, 4, H, W), to logits,
        (1, 313, h, w), or ab, (1, 2, h, w).

    Raises
    ------
    WeightsError
        A layer is missing or has tensors of another shape.
    UsageError
        The size is not a multiple of what the network needs, or too small.
    """
    architecture = ARCHITECTURES[name]
    check(size, architecture.multiple, architecture.least)
    net = Writer(name, layers, (4 if hints else 1, *size), source)
    return net.tobytes(architecture.build(net, CHANNELS[gives]))
