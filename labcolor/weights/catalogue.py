"""The files of weights: those that others published, and those that labcolor was released with.

The facts themselves are in catalogue.json, which people write, and in canaries.json, which
models/make_canaries.py does.
"""

from __future__ import annotations

import json
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any


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


@dataclass(frozen=True, kw_only=True)
class Release:
    """What there is of a method's weights.

    Attributes
    ----------
    name : str
        Of the method, and of the file of its embedded weights.
    trained_rebalance : float or None
        S₀, how much rebalancing its weights were trained with, 0…1; None where there are no bins.
    network : str or None
        The network of its published weights; None where labcolor reads none.
    published : WeightFile or None
        The weights that its authors published; None where labcolor reads none.
    alternative : WeightFile or None
        Another file of theirs with the same weights, which serves as well.
    prior : WeightFile or None
        The prior over the bins that its authors published beside them.
    """

    name: str
    trained_rebalance: float | None = None
    network: str | None = None
    published: WeightFile | None = None
    alternative: WeightFile | None = None
    prior: WeightFile | None = None

    @property
    def weight_files(self) -> tuple[WeightFile, ...]:
        """The published files that have its weights, the one to fetch first."""
        return tuple(file for file in (self.published, self.alternative) if file)

    @property
    def files(self) -> tuple[WeightFile, ...]:
        """The published files that this method uses, its weights first."""
        return tuple(file for file in (self.published, self.prior) if file)


@dataclass(frozen=True)
class Canary:
    """What was found in a file of weights when labcolor was released.

    Attributes
    ----------
    bytes : int
        Its size.
    sha256 : str
        Its checksum, 64 hexadecimal digits.
    network : str
        Whose layers are in it.
    gives : {"distribution", "ab"}
        What comes out of the network.
    hints : bool
        Whether colour hints go in beside L*.
    side : int
        The side of the square that the network sees.
    numbers : tuple of float
        Some of what the network answers to a fixed question; see `labcolor.model.canary`.
    """

    bytes: int
    sha256: str
    network: str
    gives: str
    hints: bool
    side: int
    numbers: tuple[float, ...]


def _read(name: str) -> dict[str, dict[str, Any]]:
    text = pkgutil.get_data(__package__, name)
    assert text is not None  # the package's loader is a loader of files
    facts: dict[str, dict[str, Any]] = json.loads(text)
    return facts


#: Every published file that labcolor can use, by its name.
FILES: Mapping[str, WeightFile] = MappingProxyType(
    {
        name: WeightFile(name=name, **{**facts, "urls": tuple(facts["urls"])})
        for name, facts in _read("catalogue.json").items()
    }
)

#: What is known of the files that were at hand when labcolor was released, by their names.
CANARIES: Mapping[str, Canary] = MappingProxyType(
    {
        name: Canary(**{**facts, "numbers": tuple(facts["numbers"])})
        for name, facts in _read("canaries.json").items()
    }
)
