"""Reads the tensors out of PyTorch's files, without PyTorch and without executing any of them."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from labcolor.errors import WeightsError
from labcolor.weights.signatures import HEAD, describe
from labcolor.weights.torch.containers import read_archive, read_stream
from labcolor.weights.torch.unpickle import NotWeightsError

_REMEDY = "get the .pth again and compare its sha256 with the published one"
# ValueError includes names that are not UTF-8; the others are what zipfile raises for records that
# are missing, cut short, encrypted, or packed in ways that it does not know.
# The tensors of a layer, in the order in which they are returned.
_PARTS = ("weight", "bias", "running_mean", "running_var")


def read_pth(path: str | Path) -> dict[str, tuple[NDArray[Any], ...]]:
    """Read the tensors of every layer in a state dict.

    Parameters
    ----------
    path : str or Path
        What `torch.save` has written, as a zip archive or in the stream from before version 1.6.

    Returns
    -------
    dict of str to tuple of ndarray
        By the layer's name, such as ``"model1.0"``, its weight and bias as far as it has them, and
        of a BatchNorm mean and variance too. How many batches a norm has seen is left out. They
        are read-only, of the types in the file.

    Raises
    ------
    WeightsError
        The file cannot be read, is damaged or cut short, is none of PyTorch's, or asks for
        anything that a state dict does not need, such as a function to be called.
    """
    path = Path(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise WeightsError(f"{path} cannot be read: {error.strerror}.") from error
    zipped = content.startswith(b"PK\x03\x04")
    try:
        tensors = read_archive(content) if zipped else read_stream(content)
    except NotWeightsError as error:
        raise WeightsError(f"{path} {error}; {_REMEDY}.") from error
    # besides ValueError, which includes names that are not UTF-8: what zipfile raises for records
    # that are missing, cut short, encrypted, or packed in ways that it does not know
    except (
        ValueError,
        KeyError,
        EOFError,
        RuntimeError,
        struct.error,
        zipfile.BadZipFile,
    ) as error:
        known = None if zipped or content.startswith(b"\x80") else describe(content[:HEAD])
        what = f"is {known}" if known else "is not a PyTorch file, or is damaged or cut short"
        raise WeightsError(f"{path} {what}; {_REMEDY}.") from error
    return _by_layer(tensors)


def _by_layer(tensors: dict[str, NDArray[Any]]) -> dict[str, tuple[NDArray[Any], ...]]:
    layers = dict.fromkeys(name.rpartition(".")[0] for name in tensors)
    return {
        layer: tuple(tensors[f"{layer}.{part}"] for part in _PARTS if f"{layer}.{part}" in tensors)
        for layer in layers
    }
