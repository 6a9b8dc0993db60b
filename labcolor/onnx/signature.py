"""What an ONNX file says of itself: the shapes of what goes in and comes out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from labcolor.onnx.wire import WireError, fields

Shape: TypeAlias = tuple["int | None", ...]

# the numbers of fields in onnx.proto3
_GRAPH = 7
_INITIALIZER, _INPUT, _OUTPUT = 5, 11, 12
_TENSOR_NAME, _TENSOR_ELSEWHERE = 8, 13
_NAME, _TYPE, _TENSOR_TYPE, _SHAPE, _DIMENSION, _SIZE = 1, 2, 1, 2, 1, 1


class Signature(NamedTuple):
    """The inputs and outputs of a graph.

    Attributes
    ----------
    inputs, outputs : dict of str to tuple of (int or None), or None
        The shape of each; None for a size that is free, or a shape that is not stated.
    elsewhere : str
        The name of a tensor whose numbers are kept in another file, or nothing.
    """

    inputs: dict[str, Shape | None]
    outputs: dict[str, Shape | None]
    elsewhere: str


def signature(onnx: bytes) -> Signature:
    """Read the signature of an ONNX model.

    Parameters
    ----------
    onnx : bytes
        The model, as it lies in an .onnx file.

    Raises
    ------
    WireError
        It is none.
    """
    inputs: dict[str, Shape | None] = {}
    outputs: dict[str, Shape | None] = {}
    constants, elsewhere = set(), ""
    for graph in _messages(memoryview(onnx), _GRAPH):
        for number, value in fields(graph):
            if number == _INITIALIZER:
                name, is_elsewhere = _tensor(_message(value))
                constants.add(name)
                elsewhere = name if is_elsewhere else elsewhere
            elif number in (_INPUT, _OUTPUT):
                name, shape = _value(_message(value))
                (inputs if number == _INPUT else outputs)[name] = shape
    if not outputs:
        message = "no graph with an output"
        raise WireError(message)
    # before version 4 of the format every constant was listed among the inputs too
    taken = {name: shape for name, shape in inputs.items() if name not in constants}
    return Signature(taken, outputs, elsewhere)


def _tensor(tensor: memoryview) -> tuple[str, bool]:
    """Name a constant, and say whether its numbers are in another file."""
    found = dict(fields(tensor))
    return _text(found.get(_TENSOR_NAME)), _TENSOR_ELSEWHERE in found


def _value(value: memoryview) -> tuple[str, Shape | None]:
    """Name an input or output, and say its shape."""
    name = _text(dict(fields(value)).get(_NAME))
    for kind in _messages(value, _TYPE):
        for tensor in _messages(kind, _TENSOR_TYPE):
            for shape in _messages(tensor, _SHAPE):
                return name, tuple(_size(one) for one in _messages(shape, _DIMENSION))
    return name, None


def _size(dimension: memoryview) -> int | None:
    value = dict(fields(dimension)).get(_SIZE)
    return value if isinstance(value, int) and value > 0 else None


def _messages(data: memoryview, number: int) -> Iterator[memoryview]:
    return (_message(value) for found, value in fields(data) if found == number)


def _message(value: int | memoryview) -> memoryview:
    if isinstance(value, int):
        message = "a number where a message should be"
        raise WireError(message)
    return value


def _text(value: int | memoryview | None) -> str:
    return bytes(value).decode("utf-8", "replace") if isinstance(value, memoryview) else ""
