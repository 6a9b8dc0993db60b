"""What the pickles of PyTorch files stand for: storages, and tensors as views of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from labcolor.weights.torch.unpickle import Global, NotWeightsError

#: The numbers of each class of storages, as NumPy calls them without their byte order.
KINDS: Mapping[Global, str] = MappingProxyType(
    {
        Global("torch", f"{name}Storage"): kind
        for name, kind in {
            "Half": "f2",
            "Float": "f4",
            "Double": "f8",
            "Byte": "u1",
            "Char": "i1",
            "Short": "i2",
            "Int": "i4",
            "Long": "i8",
            "Bool": "?",
        }.items()
    }
)
_MOST_AXES = 8


@dataclass(frozen=True)
class Storage:
    """A run of numbers that lies outside the pickle, under a key.

    Attributes
    ----------
    key : str
        How the container names it.
    kind : str
        A NumPy type without byte order, such as ``"f4"``.
    count : int
        How many numbers it is said to have.
    """

    key: str
    kind: str
    count: int

    @property
    def nbytes(self) -> int:
        """How many bytes that makes."""
        return self.count * np.dtype(self.kind).itemsize


@dataclass(frozen=True)
class Tensor:
    """A view of a storage; offset and strides count numbers, not bytes."""

    storage: Storage
    offset: int
    size: tuple[int, ...]
    strides: tuple[int, ...]

    def array(self, data: bytes | memoryview, byteorder: str) -> NDArray[Any]:
        """Return the tensor as a read-only array, where `data` is what its storage holds."""
        kind = np.dtype(byteorder + self.storage.kind)
        array: NDArray[Any] = np.ndarray(
            self.size,
            kind,
            data,
            self.offset * kind.itemsize,
            tuple(stride * kind.itemsize for stride in self.strides),
        )
        return array.astype(kind.newbyteorder("="), copy=False)


def storage(persistent_id: Any) -> Storage:
    """Read a persistent id: ("storage", class, key, device, count), in older files and a view."""
    match persistent_id:
        case ("storage", Global() as kind, str(key), str(), int(count), *view) if (
            kind in KINDS and count >= 0 and view in ([], [None])
        ):
            return Storage(key, KINDS[kind], count)
    raise NotWeightsError("points to something outside its pickle that is no storage of numbers")


def _rebuild_tensor(
    of: Any, offset: Any, size: Any, strides: Any, _requires_grad: Any, _hooks: Any
) -> Tensor:
    if type(of) is not Storage or not _are_counts((offset,), size, strides):
        raise TypeError
    count = math.prod(size) if len(size) <= _MOST_AXES else math.inf
    steps = zip(size, strides, strict=True)
    last = offset + sum((each - 1) * stride for each, stride in steps) if count else 0
    # last < of.count alone would let strides of 0 make any number of numbers out of one
    if count > of.count or (count and last >= of.count):
        raise NotWeightsError(f"has a tensor that reaches beyond its storage {of.key[:40]!r}")
    return Tensor(of, offset, size, strides)


def _are_counts(*groups: Any) -> bool:
    """Whether each is a tuple of numbers from 0 on."""
    return all(
        type(group) is tuple and all(type(each) is int and each >= 0 for each in group)
        for group in groups
    )


def _rebuild_parameter(data: Any, _requires_grad: Any, _hooks: Any) -> Any:
    return data


def _ordered_dict(*arguments: Any) -> dict[str, Any]:
    """Make a dict, from a list of lists of two as Python 2 has written it, or empty."""
    items = arguments[0] if arguments else []
    if len(arguments) > 1 or type(items) is not list or not all(map(_is_item, items)):
        raise TypeError
    made = dict(items)
    # used up: made again and again from one list, dicts would fill any memory
    items.clear()
    return made


def _is_item(item: Any) -> bool:
    return type(item) is list and len(item) == 2 and type(item[0]) is str


Calls: TypeAlias = Mapping[Global, Callable[..., Any]]

#: All that a state dict calls.
CALLS: Calls = MappingProxyType(
    {
        Global("collections", "OrderedDict"): _ordered_dict,
        Global("torch._utils", "_rebuild_tensor_v2"): _rebuild_tensor,
        Global("torch._utils", "_rebuild_parameter"): _rebuild_parameter,
    }
)
