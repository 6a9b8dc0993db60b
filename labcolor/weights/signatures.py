"""What a file is that only has the name of weights, told by its first bytes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

HEAD = 512
"""So many first bytes tell everything below."""

# What stands in the world's repositories under the names of weights: error pages of dead hosts,
# "too large to scan" pages of file lockers, pointers that Git LFS never followed.
_IMPOSTORS: Mapping[bytes, str] = MappingProxyType(
    {
        b"<!doctype": "an HTML page",
        b"<html": "an HTML page",
        b"version https://git-lfs": "a Git LFS pointer",
    }
)
_OTHERS: Mapping[bytes, str] = MappingProxyType(
    {
        b"PK\x03\x04": "a PyTorch file or another zip archive",
        b"\x80": "a PyTorch file or another pickle",
        b"\x93NUMPY": "a NumPy array",
        b"name:": "a text, perhaps the .prototxt that belongs to a Caffe model",
    }
)


def impostor(head: bytes) -> str | None:
    """Name what a download gave instead of weights.

    Returns
    -------
    str or None
        ``"an HTML page"``, ``"a Git LFS pointer"``; None where nothing speaks against the file.
    """
    return _match(head.removeprefix(b"\xef\xbb\xbf").lstrip().lower(), _IMPOSTORS)


def describe(head: bytes) -> str | None:
    """Say what a file is that a reader of weights cannot read, as what follows "is"."""
    return impostor(head) or _match(head, _OTHERS) or (None if head else "empty")


def _match(head: bytes, kinds: Mapping[bytes, str]) -> str | None:
    return next((what for mark, what in kinds.items() if head.startswith(mark)), None)
