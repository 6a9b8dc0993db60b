"""Reads the weights that `training.export` writes: an .npz of float16 tensors and its settings."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from typing import IO

import numpy as np

from labcolor.errors import WeightsError
from labcolor.networks import Gives, Layers
from labcolor.networks.registry import ARCHITECTURES


@dataclass(frozen=True)
class Settings:
    """What the weights themselves say of how to use them.

    Attributes
    ----------
    network : {"lite", "vgg", "parts"}
        Whose layers they are.
    gives : {"distribution", "ab"}
        What comes out.
    hints : bool
        Whether colour hints go in beside L*.
    side : int
        The side of the square that the network sees best.
    trained_rebalance : float
        S₀, how much rebalancing a distribution was trained with, 0…1.
    rebalance, temperature : float
        The S and T that did best on the validation split, for a distribution.
    """

    network: str
    gives: Gives
    hints: bool
    side: int
    trained_rebalance: float = 0.0
    rebalance: float = 0.0
    temperature: float = 1.0


def read(file: IO[bytes], source: str) -> tuple[Layers, Settings]:
    """Read embedded weights.

    Parameters
    ----------
    file : binary file
    source : str
        What an error calls it.

    Returns
    -------
    layers : mapping of str to (weight, bias)
        float16, as the file has them.
    settings : Settings

    Raises
    ------
    WeightsError
        It is something else, or damaged.
    """
    try:
        with np.load(file, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        settings = Settings(**json.loads(str(arrays.pop("settings"))))
    except (ValueError, KeyError, TypeError, EOFError, OSError, zipfile.BadZipFile) as error:
        message = f"{source} is damaged, or not a file of labcolor weights; get it again."
        raise WeightsError(message) from error
    if settings.network not in ARCHITECTURES:
        message = f"{source} is for the network {settings.network!r}, which this labcolor lacks."
        raise WeightsError(message)
    names = dict.fromkeys(name.rpartition(".")[0] for name in arrays)
    return {
        name: tuple(
            arrays[f"{name}.{part}"] for part in ("weight", "bias") if f"{name}.{part}" in arrays
        )
        for name in names
    }, settings
