"""The files of weights that others published; the facts themselves are in catalogue.json."""

from __future__ import annotations

import json
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class WeightFile:
    """One published file: how to know it, where to get it, what may be done with it.

    Attributes
    ----------
    name : str
        The name that its authors gave it, and that it has on disk.
    bytes : int
        Its size.
    sha256 : str
        Its checksum, 64 hexadecimal digits.
    urls : tuple of str
        Mirrors, the most dependable first; empty where no living one is known.
    licence : str
        SPDX identifier.
    attribution : str
        The copyright line that the licence asks for.
    source : str
        Who states size and checksum, and what became of the authors' own address.
    """

    name: str
    bytes: int
    sha256: str
    urls: tuple[str, ...]
    licence: str
    attribution: str
    source: str


def _read() -> Mapping[str, WeightFile]:
    text = pkgutil.get_data(__package__, "catalogue.json")
    assert text is not None  # the package's loader is a loader of files
    return MappingProxyType(
        {
            name: WeightFile(name=name, **{**facts, "urls": tuple(facts["urls"])})
            for name, facts in json.loads(text).items()
        }
    )


#: Every published file that labcolor can use, by its name.
FILES: Mapping[str, WeightFile] = _read()
