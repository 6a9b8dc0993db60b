"""A method and what was asked for, `embedded`, `published` or a file, become weights in memory."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from labcolor.color import bins
from labcolor.errors import UsageError, WeightsError
from labcolor.networks import Layers, Name
from labcolor.weights import embedded, store

if TYPE_CHECKING:
    from labcolor.color.lab import Floats
    from labcolor.methods import Method

_log = logging.getLogger("labcolor")

RELEASED_TEMPERATURE = 1 / 2.606
"""T of the released network: its prototxt multiplies the logits by 2.606 (6 / ln 10)."""


@dataclass(frozen=True)
class Weights:
    """The tensors of a network and how to use what it gives.

    Attributes
    ----------
    source : str
        Where they come from: "embedded", or the path of a file.
    network : {"zhang16", "compact"}
        Whose layers they are.
    layers : mapping of str to sequence of ndarray
        The tensors of each layer.
    prior : (313,) float32
        The prior over the bins that the rebalancing weights come from.
    trained_rebalance : float
        S₀, how much rebalancing they were trained with, 0…1.
    rebalance, temperature : float
        S and T where none are asked for.
    """

    source: str
    network: Name
    layers: Layers
    prior: Floats
    trained_rebalance: float
    rebalance: float
    temperature: float


def load(method: Method, weights: str | os.PathLike[str] | None = None) -> Weights:
    """Load the weights of a method.

    Parameters
    ----------
    method : Method
    weights : "embedded", "published" or a path, optional
        Those that ship with labcolor (the default), those that were fetched, or a file.

    Raises
    ------
    WeightsError
        They are missing, damaged, or of another network.
    UsageError
        The file is known, and belongs to another method.
    """
    if weights is None or weights == "embedded":
        with store.embedded(method).open("rb") as file:
            return _from_npz(*embedded.read(file, "The file of embedded weights"), "embedded")
    if weights == "published":
        return _from_caffe(method, store.published(method))
    return _from_file(method, Path(weights))


def _from_file(method: Method, path: Path) -> Weights:
    if not path.exists():
        message = f"There are no weights at {path}: check the path, or use embedded or published."
        raise WeightsError(message)
    if path.is_dir():
        message = f"{path} is a folder; name the file of weights in it."
        raise WeightsError(message)
    with _opened(path) as file:
        zipped = file.read(4) == b"PK\x03\x04"
        file.seek(0)
        if zipped:
            return _from_npz(*embedded.read(file, str(path)), str(path))
    _recognise(method, path)
    return _from_caffe(method, path)


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        message = f"{path} cannot be read ({error.strerror}); check the path and its permissions."
        raise WeightsError(message) from error


def _from_npz(layers: Layers, settings: embedded.Settings, source: str) -> Weights:
    return Weights(
        source,
        settings.network,
        layers,
        bins.prior(),
        settings.trained_rebalance,
        settings.rebalance,
        settings.temperature,
    )


def _from_caffe(method: Method, path: Path) -> Weights:
    from labcolor.weights.caffe import read_caffemodel

    if method.network != "zhang16" or method.trained_rebalance is None:
        message = f"{path} cannot be used: labcolor reads no published weights of {method.name}."
        raise WeightsError(message)
    return Weights(
        str(path),
        "zhang16",
        read_caffemodel(path),
        _authors_prior(method),
        method.trained_rebalance,
        method.trained_rebalance,
        RELEASED_TEMPERATURE,
    )


def _recognise(method: Method, path: Path) -> None:
    """Note whether a file is one that is known, and refuse one that belongs to another method."""
    from labcolor.methods import METHODS

    for other in METHODS.values():
        file = other.published
        if file is None or path.stat().st_size != file.bytes or store.fault(file, path):
            continue
        if other.name != method.name:
            message = f"{path} has the weights of {other.name}: ask for --method {other.name}."
            raise UsageError(message)
        _log.info("%s is %s, as its authors published it.", path, file.name)
        return
    _log.info("%s is not known by its checksum; only its layers are checked.", path)


def _authors_prior(method: Method) -> Floats:
    """Return the authors' prior, or ours, and say so, where theirs was not fetched."""
    path = store.prior(method)
    if path is not None:
        return np.load(path, allow_pickle=False).astype(np.float32)
    _log.info(
        "The authors' prior is not there: rebalancing uses labcolor's own "
        "(`labcolor fetch %s` brings theirs).",
        method.name,
    )
    return bins.prior()
