"""Reads the tensors out of a .caffemodel.

Field numbers are those of BVLC's caffe.proto
(https://github.com/BVLC/caffe/blob/master/src/caffe/proto/caffe.proto).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from labcolor.errors import WeightsError
from labcolor.onnx.wire import WireError, fields, varints
from labcolor.weights.signatures import HEAD, describe

# The field in which NetParameter keeps its layers → the fields of name and blobs in such a
# layer: LayerParameter, and V1LayerParameter, which Caffe wrote before 2015.
_LAYER_FIELDS = {100: (1, 7), 2: (4, 6)}

_REMEDY = "get the .caffemodel again and compare its sha256 with the published one"


def read_caffemodel(path: str | Path) -> dict[str, tuple[NDArray[np.float32], ...]]:
    """Read the tensors of every layer that has some.

    Parameters
    ----------
    path : str or Path
        The .caffemodel.

    Returns
    -------
    dict of str to tuple of ndarray
        By the layer's name its float32 tensors in the file's order: weight and bias of a
        convolution; mean, variance and the factor on both of a BatchNorm. They are read-only
        views of one copy of the file.

    Raises
    ------
    WeightsError
        The file cannot be read, is damaged or cut short, or is no Caffe model.
    """
    path = Path(path)
    try:
        content = _contents(path)
    except OSError as error:
        raise WeightsError(f"{path} cannot be read: {error.strerror}.") from error
    layers: dict[str, tuple[NDArray[np.float32], ...]] = {}
    try:
        for number, value in fields(content):
            if number in _LAYER_FIELDS:
                name, blobs = _layer(_message(value), *_LAYER_FIELDS[number])
                if blobs:
                    layers[name] = blobs
    # besides WireError: a name that is not UTF-8, numbers that do not fill their blob's shape
    except ValueError as error:
        what = _what_it_is(content) if not layers else "is damaged or cut short"
        raise WeightsError(f"{path} {what}; {_REMEDY}.") from error
    if not layers:
        raise WeightsError(f"{path} {_what_it_is(content)}; {_REMEDY}.")
    return layers


def _contents(path: Path) -> memoryview:
    """Read a file by halves at one time, into large pages: a quarter of the time of one read."""
    whole = np.empty(path.stat().st_size, np.uint8).data
    middle = len(whole) // 2
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(partial(_read, path), (0, middle), (whole[:middle], whole[middle:])))
    return whole


def _read(path: Path, start: int, part: memoryview) -> None:
    with path.open("rb", buffering=0) as file:
        file.seek(start)
        while part:
            count = file.readinto(part)
            if not count:
                raise OSError(0, "it became shorter while it was being read")
            part = part[count:]


def _layer(
    data: memoryview, name_field: int, blobs_field: int
) -> tuple[str, tuple[NDArray[np.float32], ...]]:
    """Read a layer's name and blobs."""
    name, blobs = "", []
    for number, value in fields(data):
        if number == name_field:
            name = str(_message(value), "utf-8")
        elif number == blobs_field:
            blobs.append(_blob(_message(value)))
    return name, tuple(blobs)


def _blob(data: memoryview) -> NDArray[np.float32]:
    """Read a BlobProto, whose shape is a BlobShape or, in older files, four numbers."""
    legacy = {1: 0, 2: 0, 3: 0, 4: 0}
    shape: list[int] | None = None
    singles: list[memoryview] = []
    doubles: list[memoryview] = []
    for number, value in fields(data):
        if number in legacy and isinstance(value, int):
            legacy[number] = value
        elif number == 5:
            singles.append(_message(value))
        elif number == 7:
            shape = _shape(_message(value))
        elif number == 8:
            doubles.append(_message(value))
    numbers = _numbers(doubles, "<f8") if doubles else _numbers(singles, "<f4")
    return numbers.reshape(list(legacy.values()) if shape is None else shape)


def _shape(data: memoryview) -> list[int]:
    """Read a BlobShape."""
    sizes: list[int] = []
    for number, value in fields(data):
        if number == 1:
            sizes += [value] if isinstance(value, int) else varints(value)
    return sizes


def _numbers(chunks: list[memoryview], kind: str) -> NDArray[np.float32]:
    """Read the chunks of a repeated field: one when it is packed, else one for each number."""
    data = chunks[0] if len(chunks) == 1 else b"".join(chunks)
    return np.frombuffer(data, kind).astype(np.float32, copy=False)


def _message(value: int | memoryview) -> memoryview:
    """Make sure that a field is a message, a string or an array."""
    if isinstance(value, int):
        raise WireError("a number where there should be a message")
    return value


def _what_it_is(content: memoryview) -> str:
    """Say what a file without Caffe layers is, as far as its first bytes tell."""
    known = describe(bytes(content[:HEAD]))
    return f"is {known}" if known else "is not a Caffe model, or only the start of one"
