"""A network as the colorizer sees it: embedded, published or foreign, all are one."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from labcolor import networks
from labcolor.color.lab import Floats
from labcolor.methods import DEFAULT
from labcolor.methods import method as look_up
from labcolor.networks.ends import Input, Output
from labcolor.weights.load import load

if TYPE_CHECKING:
    from labcolor.networks.rewriting import Rewriting


@dataclass(frozen=True)
class Network:
    """A network, what its numbers mean, and how to use what it gives.

    Attributes
    ----------
    name : str
        Of the method, or of the file of a foreign network.
    source : str
        Where its weights come from: "embedded", or the path of a file.
    onnx : bytes
        The model.
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
    onnx: bytes
    side: int
    input: Input
    output: Output
    prior: Floats | None = None
    trained_rebalance: float = 0.0
    rebalance: float = 0.0
    temperature: float = 1.0


def of_method(
    method: str | None,
    weights: str | os.PathLike[str] | None,
    side: int | None,
    *,
    rewriting: Rewriting = "none",
) -> Network:
    """Write the network of a method around its weights.

    Parameters
    ----------
    method : str, optional
        One of `labcolor.methods.METHODS`.
    weights : "embedded", "published" or a path, optional
        As for `labcolor.weights.load.load`.
    side : int, optional
        The side of the square that it sees; by default its own.
    rewriting : {"none", "rows", "tiles"}, optional
        How the wide layers of the published networks are written; see
        `labcolor.networks.zhang16.graph`.

    Raises
    ------
    WeightsError
        The weights are missing, damaged or of another network.
    UsageError
        There is no such method, or the network takes no such side.
    """
    chosen = look_up(DEFAULT if method is None else method)
    loaded = load(chosen, weights)
    how = loaded.settings
    side = how.side if side is None else side
    onnx = networks.graph(
        how.network,
        loaded.layers,
        side,
        gives=how.gives,
        hints=how.hints,
        rewriting=rewriting,
        source=f"The file {loaded.source}",
    )
    return Network(
        chosen.name,
        loaded.source,
        onnx,
        side,
        Input(hints=how.hints),
        Output(how.gives),
        prior=loaded.prior if how.gives == "distribution" else None,
        trained_rebalance=how.trained_rebalance,
        rebalance=how.rebalance,
        temperature=how.temperature,
    )
