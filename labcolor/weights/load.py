"""A method and what was asked for, `embedded`, `published` or a file, become weights in memory."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from labcolor.color import bins
from labcolor.errors import UsageError, WeightsError
from labcolor.networks import Layers
from labcolor.networks.registry import ARCHITECTURES
from labcolor.weights import embedded, store
from labcolor.weights.embedded import Settings
from labcolor.weights.signatures import HEAD

if TYPE_CHECKING:
    from labcolor.color.floats import Floats
    from labcolor.weights.catalogue import Release

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
    layers : mapping of str to sequence of ndarray
        The tensors of each layer.
    prior : (313,) float32
        The prior over the bins that the rebalancing weights come from.
    settings : Settings
        Whose layers they are, and how to use what the network gives.
    """

    source: str
    layers: Layers
    prior: Floats
    settings: Settings


def load(
    method: Release,
    weights: str | os.PathLike[str] | None = None,
    known: Iterable[Release] = (),
) -> Weights:
    """Load the weights of a method.

    Parameters
    ----------
    method : Release
    weights : "embedded", "published" or a path, optional
        Those that ship with labcolor (the default), those that were fetched, or a file.
    known : iterable of Release, optional
        All there are: a file that belongs to another of them is refused.

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
        return _from_authors(method, store.published(method))
    return _from_file(method, Path(weights), known)


def _from_file(method: Release, path: Path, known: Iterable[Release]) -> Weights:
    if not path.exists():
        message = f"There are no weights at {path}: check the path, or use embedded or published."
        raise WeightsError(message)
    if path.is_dir():
        message = f"{path} is a folder; name the file of weights in it."
        raise WeightsError(message)
    with _opened(path) as file:
        if _is_npz(file.read(HEAD)):
            file.seek(0)
            return _from_npz(*embedded.read(file, str(path)), str(path))
    _recognise(method, path, known)
    return _from_authors(method, path)


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        message = f"{path} cannot be read ({error.strerror}); check the path and its permissions."
        raise WeightsError(message) from error


def _from_npz(layers: Layers, settings: Settings, source: str) -> Weights:
    return Weights(source, layers, bins.prior(), settings)


def _is_npz(head: bytes) -> bool:
    """Whether a file starts as NumPy's zip archives do; PyTorch's have other names in them."""
    return head.startswith(b"PK\x03\x04") and b".npy" in head


def _from_authors(method: Release, path: Path) -> Weights:
    """Read a file of the network that a method's authors published, in any of their forms."""
    if method.network is None:
        message = f"{path} cannot be used: labcolor reads no published weights of {method.name}."
        raise WeightsError(message)
    if method.network == "siggraph17":
        layers = _layers_of_pytorch(path)
        settings = Settings("siggraph17", "ab", hints=True, side=ARCHITECTURES["siggraph17"].side)
        return Weights(str(path), layers, bins.prior(), settings)
    rebalance = method.trained_rebalance or 0.0
    settings = Settings(
        network="zhang16",
        gives="distribution",
        hints=False,
        side=ARCHITECTURES["zhang16"].side,
        trained_rebalance=rebalance,
        rebalance=rebalance,
        temperature=RELEASED_TEMPERATURE,
    )
    return Weights(str(path), _layers_of_zhang16(path), _authors_prior(method), settings)


def _layers_of_pytorch(path: Path) -> Layers:
    from labcolor.weights.torch import read_pth

    return read_pth(path)


def _layers_of_zhang16(path: Path) -> Layers:
    """Read the layers as the Caffe file has them, whichever of the authors' files it is."""
    with _opened(path) as file:
        pytorch = file.read(HEAD).startswith((b"PK\x03\x04", b"\x80"))
    if pytorch:
        from labcolor.networks.eccv16 import as_zhang16

        return as_zhang16(_layers_of_pytorch(path), f"The file {path}")
    from labcolor.weights.caffe import read_caffemodel

    return read_caffemodel(path)


def _recognise(method: Release, path: Path, known: Iterable[Release]) -> None:
    """Note whether a file is one that is known, and refuse one that belongs to another method."""
    for other, file in ((one, file) for one in known for file in one.weight_files):
        if path.stat().st_size != file.bytes or store.fault(file, path):
            continue
        if other.name != method.name:
            message = f"{path} has the weights of {other.name}: ask for --method {other.name}."
            raise UsageError(message)
        _log.info("%s is %s, as its authors published it.", path, file.name)
        return
    _log.info("%s has an unknown checksum; only its layers are checked.", path)


def _authors_prior(method: Release) -> Floats:
    """Return the authors' prior, or ours, and say so, where theirs was not fetched."""
    path = store.prior(method)
    if path is not None:
        return np.load(path, allow_pickle=False).astype(np.float32)
    _log.info(
        "The authors' prior is missing; rebalancing uses labcolor's own "
        "(`labcolor fetch %s` brings theirs).",
        method.name,
    )
    return bins.prior()
