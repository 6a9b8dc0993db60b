"""The two containers of PyTorch files: the zip archive, and the stream from before version 1.6.

Each gives the state dict's pickle and the bytes of the storages that it points to.
"""

from __future__ import annotations

import struct
import zipfile
from io import BytesIO
from typing import Any

from numpy.typing import NDArray

from labcolor.weights.torch.tensors import CALLS, KINDS, Storage, Tensor, storage
from labcolor.weights.torch.unpickle import LONGEST, NotWeightsError, Unpickler

# torch/serialization.py
_MAGIC = 0x1950A86A20F9469CFC6C
_PROTOCOL = 1001


def read_archive(content: bytes) -> dict[str, NDArray[Any]]:
    """Read the zip archive: NAME/data.pkl, NAME/byteorder, and NAME/data/KEY for each storage."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        names = [name for name in archive.namelist() if name.endswith("data.pkl")]
        if len(names) != 1:
            raise NotWeightsError("is a zip archive, but not a PyTorch file")
        root = names[0].removesuffix("data.pkl")
        order = _byteorder(archive, root)
        tensors = _state(BytesIO(_record(archive, names[0], LONGEST)))
        storages: dict[str, bytes] = {}
        left = len(content)
        for each in _distinct(tensors):
            storages[each.key] = _record(archive, f"{root}data/{each.key}", left)
            left -= len(storages[each.key])
        for each in _distinct(tensors):
            _check_length(each, len(storages[each.key]))
    return {name: each.array(storages[each.storage.key], order) for name, each in tensors.items()}


def read_stream(content: bytes) -> dict[str, NDArray[Any]]:
    """Read the stream: magic, protocol and system, state dict, keys, then storage by storage.

    The numbers in it are little-endian, whatever the system was that wrote it.
    """
    stream = BytesIO(content)
    plain = Unpickler()
    if plain.load(stream) != _MAGIC:
        raise NotWeightsError("is a pickle, but not a PyTorch file: its magic number is missing")
    if plain.load(stream) != _PROTOCOL:
        raise NotWeightsError("uses a version of PyTorch's format that labcolor does not know")
    plain.load(stream)  # the sizes of numbers on the system, which the storages do not depend on
    tensors = _state(stream)
    by_key: dict[Any, list[Storage]] = {}
    for each in _distinct(tensors):
        by_key.setdefault(each.key, []).append(each)
    keys = plain.load(stream)
    if type(keys) is not list or any(type(key) is not str for key in keys):
        raise NotWeightsError("has no list of its storages")
    if sorted(keys) != sorted(by_key):
        raise NotWeightsError("lists other storages than its tensors are in")
    storages: dict[str, memoryview] = {}
    for key in keys:
        (count,) = struct.unpack("<q", stream.read(8))
        start, size = stream.tell(), by_key[key][0].nbytes
        if count != by_key[key][0].count or start + size > len(content):
            raise NotWeightsError(f"has other numbers in the storage {key[:40]!r} than it says")
        storages[key] = memoryview(content)[start : start + size]
        stream.seek(start + size)
        for each in by_key[key]:
            _check_length(each, size)
    return {name: each.array(storages[each.storage.key], "<") for name, each in tensors.items()}


def _state(stream: BytesIO) -> dict[str, Tensor]:
    """Read the pickle of a state dict."""
    state = Unpickler(CALLS, frozenset(KINDS), storage).load(stream)
    if type(state) is not dict:
        raise NotWeightsError("holds no state dict")
    for name, each in state.items():
        if type(each) is not Tensor:
            message = f"holds {name[:40]!r}, which is not a tensor; save the bare state dict"
            raise NotWeightsError(message)
    return state


def _distinct(tensors: dict[str, Tensor]) -> list[Storage]:
    return list(dict.fromkeys(tensor.storage for tensor in tensors.values()))


def _record(archive: zipfile.ZipFile, name: str, longest: int) -> bytes:
    """Read a member; PyTorch compresses none, and one that is could be of any size."""
    if name not in archive.NameToInfo:
        raise NotWeightsError(f"points to the record {name[-40:]!r}, which it does not have")
    member = archive.getinfo(name)
    if member.compress_type != zipfile.ZIP_STORED or member.file_size > longest:
        raise NotWeightsError(f"has the record {name[-40:]!r}, which is compressed or too large")
    return archive.read(member)


def _byteorder(archive: zipfile.ZipFile, root: str) -> str:
    """Return "<" or ">"; archives from before PyTorch 2.1 do not tell and are little-endian."""
    name = f"{root}byteorder"
    told = _record(archive, name, 16) if name in archive.namelist() else b"little"
    if told not in (b"little", b"big"):
        raise NotWeightsError("has numbers of an unknown byte order")
    return "<" if told == b"little" else ">"


def _check_length(each: Storage, found: int) -> None:
    if each.nbytes != found:
        message = (
            f"claims {each.nbytes} bytes in the storage {each.key[:40]!r}, where {found} are there"
        )
        raise NotWeightsError(message)
