"""The wire format agrees with protobuf's own package, in both directions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labcolor.onnx.wire import Message, WireError, encode_varint, fields, read_varint, varints

UINT64 = st.integers(0, 2**64 - 1)


@given(UINT64)
def test_a_varint_comes_back(value):
    encoded = encode_varint(value)

    assert read_varint(memoryview(encoded), 0) == (value, len(encoded))


@pytest.mark.parametrize(
    ("value", "encoded"),
    [(1, "01"), (150, "9601"), (-2, "feffffffffffffffff01"), (0, "00"), (127, "7f")],
)
def test_varints_are_those_of_the_specification(value, encoded):
    """The examples of https://protobuf.dev/programming-guides/encoding."""
    assert encode_varint(value).hex() == encoded


@given(st.lists(UINT64))
def test_packed_varints_come_back(values):
    assert list(varints(memoryview(b"".join(map(encode_varint, values))))) == values


def test_a_message_is_what_protobuf_writes_and_reads():
    """All four kinds of field, through onnx's AttributeProto and TensorProto."""
    onnx = pytest.importorskip("onnx")
    numbers = np.arange(5, dtype="<f4")
    tensor = Message().integer(1, 5).integer(2, 1).text(8, "Größe")
    tensor.data(9, numbers.view(np.uint8).data)
    message = Message().text(1, "all").float32(2, -1.5).integer(3, -7).message(5, tensor)

    attribute = onnx.AttributeProto.FromString(message.tobytes())

    assert (attribute.name, attribute.f, attribute.i) == ("all", -1.5, -7)
    assert attribute.t.name == "Größe"
    np.testing.assert_array_equal(onnx.numpy_helper.to_array(attribute.t), numbers)
    assert attribute.SerializeToString(deterministic=True) == message.tobytes()

    read = dict(fields(memoryview(attribute.SerializeToString())))
    assert bytes(read[1]) == b"all"
    assert np.frombuffer(read[2], "<f4") == -1.5
    assert read[3] == 2**64 - 7
    assert bytes(dict(fields(read[5]))[9]) == numbers.tobytes()


def test_fields_are_views_and_not_copies():
    """129 MB of weights are not copied to be looked at."""
    content = memoryview(Message().data(5, bytes(1000)).tobytes())

    [(_, value)] = fields(content)

    assert value.obj is content.obj


def test_64_bit_fields_are_read():
    """What Caffe keeps double_data in when it is not packed."""
    double = np.float64(2.5).tobytes()

    [(number, value)] = fields(memoryview(encode_varint(8 << 3 | 1) + double))

    assert (number, bytes(value)) == (8, double)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("0a05616263", id="a string that ends too early"),
        pytest.param("08", id="no number after the tag"),
        pytest.param("0880", id="half a number"),
        pytest.param("08ffffffffffffffffffff01", id="a number of eleven bytes"),
        pytest.param("0d0000", id="half a float"),
        pytest.param("0000", id="field number 0"),
        pytest.param("0b", id="a group"),
        pytest.param("0f", id="wire type 7"),
    ],
)
def test_what_is_no_message_is_refused(content):
    with pytest.raises(WireError):
        list(fields(memoryview(bytes.fromhex(content))))


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(content):
    """No input makes the reader fail in any other way, or read past the end."""
    try:
        for _, value in fields(memoryview(content)):
            assert isinstance(value, int) or len(value) <= len(content)
    except WireError:
        pass
