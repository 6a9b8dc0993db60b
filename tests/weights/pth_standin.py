"""Writes PyTorch files by hand: sound ones for stand-in weights, and ones that no torch writes.

`tests/weights/data/make_pth.py` shows that the reader knows PyTorch's own.
"""

from __future__ import annotations

import io
import pickle
import struct
import zipfile
from collections.abc import Mapping

import numpy as np

MAGIC = 0x1950A86A20F9469CFC6C
CLASSES = {"float32": "FloatStorage", "float16": "HalfStorage", "int64": "LongStorage"}


def text(value: str) -> bytes:
    data = value.encode()
    return b"X" + struct.pack("<I", len(data)) + data


def name(module: str, attribute: str) -> bytes:
    return f"c{module}\n{attribute}\n".encode()


def number(value: int) -> bytes:
    return pickle.dumps(value, 2)[2:-1]


def numbers(values: tuple[int, ...]) -> bytes:
    return b"(" + b"".join(map(number, values)) + b"t"


def storage(key: str, count: int, kind: str = "FloatStorage") -> bytes:
    """Write a persistent id."""
    parts = (text("storage"), name("torch", kind), text(key), text("cpu"), number(count))
    return b"(" + b"".join(parts) + b"tQ"


def tensor(of: bytes, size: tuple[int, ...], strides: tuple[int, ...], offset: int = 0) -> bytes:
    """Write the call that makes a tensor of a storage."""
    hooks = name("collections", "OrderedDict") + b")R"
    arguments = (of, number(offset), numbers(size), numbers(strides), b"\x89", hooks)
    return name("torch._utils", "_rebuild_tensor_v2") + b"(" + b"".join(arguments) + b"tR"


def state(entries: Mapping[str, bytes]) -> bytes:
    """Write the pickle of a state dict."""
    items = b"".join(text(key) + value for key, value in entries.items())
    return b"\x80\x02" + name("collections", "OrderedDict") + b")R(" + items + b"u."


def archive(program: bytes, storages: Mapping[str, bytes], **records: bytes) -> bytes:
    """Write the zip container."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as out:
        out.writestr("archive/data.pkl", program)
        for key, data in storages.items():
            out.writestr(f"archive/data/{key}", data)
        for record, data in records.items():
            out.writestr(f"archive/{record}", data)
    return file.getvalue()


def stream(program: bytes, storages: Mapping[str, bytes], itemsize: int = 4) -> bytes:
    """Write the older container."""
    system = {"protocol_version": 1001, "little_endian": True}
    head = b"".join(pickle.dumps(each, 2) for each in (MAGIC, 1001, system))
    tail = b"".join(struct.pack("<q", len(v) // itemsize) + v for v in storages.values())
    return head + program + pickle.dumps(list(storages), 2) + tail


def pth(tensors: Mapping[str, np.ndarray], container=archive) -> bytes:
    """Write a sound file, each tensor with a storage of its own."""
    entries, storages = {}, {}
    for key, array in enumerate(tensors.values()):
        storages[str(key)] = np.ascontiguousarray(array).tobytes()
    for key, (named, array) in enumerate(tensors.items()):
        strides = tuple(step // array.itemsize for step in np.ascontiguousarray(array).strides)
        of = storage(str(key), array.size, CLASSES[array.dtype.name])
        entries[named] = tensor(of, array.shape, strides)
    return container(state(entries), storages)
