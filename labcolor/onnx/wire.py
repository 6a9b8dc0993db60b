"""The protobuf wire format: the little of it that Caffe models and ONNX graphs are made of.

A message is a row of fields. Each starts with a varint that packs the field's number and one of
four wire types, and what follows is a varint, eight bytes, a length and that many bytes, or four
bytes (https://protobuf.dev/programming-guides/encoding). Importing onnx, which would bring
protobuf, takes as long as importing OpenCV, hence this module.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


class WireError(ValueError):
    """The bytes are no protobuf message, or only the start of one."""


def read_varint(data: memoryview, start: int) -> tuple[int, int]:
    """Read the unsigned varint at `start`; return it and the index of the byte after it."""
    value = 0
    for count, byte in enumerate(data[start : start + 10]):
        value |= (byte & 0x7F) << 7 * count
        if byte < 0x80:
            return value, start + count + 1
    raise WireError(f"no number at byte {start}")


def fields(data: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """Go through the fields of one message, in the order in which they lie.

    Parameters
    ----------
    data : memoryview
        The message, as unsigned bytes.

    Yields
    ------
    number : int
        The field's number in its schema.
    value : int or memoryview
        A varint as an unsigned number; anything else as a view of `data`, not a copy.

    Raises
    ------
    WireError
        `data` is no message, or ends inside a field.
    """
    position = 0
    while position < len(data):
        start = position
        tag, position = read_varint(data, position)
        number, wire_type = tag >> 3, tag & 7
        if number == 0:
            raise WireError(f"a field with number 0 at byte {start}")
        if wire_type == _VARINT:
            value, position = read_varint(data, position)
            yield number, value
            continue
        if wire_type == _BYTES:
            size, position = read_varint(data, position)
        elif wire_type in (_FIXED64, _FIXED32):
            size = 8 if wire_type == _FIXED64 else 4
        else:
            raise WireError(f"wire type {wire_type} at byte {start}")
        if size > len(data) - position:
            raise WireError(f"field {number} at byte {start} ends after the message does")
        yield number, data[position : position + size]
        position += size


def varints(data: memoryview) -> Iterator[int]:
    """Go through the numbers of a packed field."""
    position = 0
    while position < len(data):
        value, position = read_varint(data, position)
        yield value


def encode_varint(value: int) -> bytes:
    """Write a number as a varint; a negative one as its 64-bit two's complement."""
    value &= 0xFFFF_FFFF_FFFF_FFFF
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


class Message:
    """A message being written, field by field; each method returns the message itself.

    The payloads are kept as they are given and joined once, by `tobytes`, so that 129 MB of
    weights inside a tensor inside a graph inside a model are copied one time only.
    """

    def __init__(self) -> None:
        self._chunks: list[bytes | memoryview] = []
        self._size = 0

    def integer(self, number: int, value: int) -> Message:
        """Add an integer or an enum."""
        return self._append(encode_varint(number << 3 | _VARINT) + encode_varint(value))

    def float32(self, number: int, value: float) -> Message:
        """Add a single-precision number."""
        return self._append(encode_varint(number << 3 | _FIXED32) + struct.pack("<f", value))

    def data(self, number: int, payload: bytes | memoryview) -> Message:
        """Add a string of bytes, or a packed array of numbers, as it lies in memory."""
        view = memoryview(payload).cast("B")
        return self._append(_header(number, len(view)))._append(view)

    def text(self, number: int, value: str) -> Message:
        """Add a string."""
        return self.data(number, value.encode())

    def message(self, number: int, inner: Message) -> Message:
        """Add a message as it stands now."""
        self._append(_header(number, inner._size))
        self._chunks += inner._chunks
        self._size += inner._size
        return self

    def tobytes(self) -> bytes:
        """Return the message as it goes into a file."""
        return b"".join(self._chunks)

    def _append(self, chunk: bytes | memoryview) -> Message:
        self._chunks.append(chunk)
        self._size += len(chunk)
        return self


def _header(number: int, size: int) -> bytes:
    return encode_varint(number << 3 | _BYTES) + encode_varint(size)
