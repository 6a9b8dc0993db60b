"""A network as the colorizer sees it: embedded, published or custom, all are one."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from labcolor.color.floats import Floats
from labcolor.model.io_spec import Input, Output
from labcolor.model.methods import METHODS, resolved
from labcolor.model.methods import method as look_up
from labcolor.networks import registry
from labcolor.weights.load import Weights, load


@dataclass(frozen=True)
class Network:
    """A network, what its numbers mean, and how to use what it gives.

    Attributes
    ----------
    name : str
        Of the method, or of the file of a custom network.
    source : str
        Where its weights come from: "embedded", or the path of a file.
    write : callable
        Writes the model, the bytes of an ONNX file.
    side : int
        The side of the square that it sees.
    input, output : Input, Output
        What goes in and what comes out.
    prior : (313,) float32, optional
        Where the rebalancing weights come from; None where rebalancing cannot be set.
    trained_rebalance : float
        S₀, how much rebalancing it was trained with, 0…1.
    rebalance, temperature : float
        The S and T that suit it.
    """

    name: str
    source: str
    write: Callable[[], bytes]
    side: int
    input: Input
    output: Output
    prior: Floats | None = None
    trained_rebalance: float = 0.0
    rebalance: float = 0.0
    temperature: float = 1.0


def of_method(
    method: str | None,
    weights: str | os.PathLike[str] | None = None,
    side: int | None = None,
) -> Network:
    """Return the network of a method with its weights.

    Parameters
    ----------
    method : str, optional
        One of `labcolor.model.methods.METHODS`.
    weights : "embedded", "published" or a path, optional
        As for `labcolor.weights.load.load`.
    side : int, optional
        The side of the square that it sees; by default its own.

    Raises
    ------
    WeightsError
        The weights are missing, damaged or of another network.
    UsageError
        There is no such method, or its network takes no such side.
    """
    name, weights = resolved(method, weights)
    chosen = look_up(name)
    return of_weights(chosen.name, load(chosen, weights, METHODS.values()), side)


def of_weights(name: str, loaded: Weights, side: int | None = None) -> Network:
    """Return the network that weights are of, under a name; see `of_method`."""
    how, source = loaded.settings, f"The file {loaded.source}"
    side = how.side if side is None else side
    write = partial(
        registry.graph,
        how.network,
        loaded.layers,
        (side, side),
        gives=how.gives,
        hints=how.hints,
        source=source,
    )
    return Network(
        name,
        loaded.source,
        write,
        side,
        Input(hints=how.hints),
        Output(how.gives),
        prior=loaded.prior if how.gives == "distribution" else None,
        trained_rebalance=how.trained_rebalance,
        rebalance=how.rebalance,
        temperature=how.temperature,
    )
