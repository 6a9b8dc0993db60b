"""The palettes that ship with labcolor: a name → what it shows, and what it was counted from.

`catalogue.json` has the words, which people write; each `NAME.npz` has the numbers, which
`training/palette.py` counts.
"""

from __future__ import annotations

import json
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from types import MappingProxyType

import numpy as np

from labcolor.color.palette import Palette


@dataclass(frozen=True)
class BuiltIn:
    """What is known of a palette.

    Attributes
    ----------
    name : str
        What the user calls it.
    summary : str
        Whose colours they are, in one line.
    origin : str
        What it was counted from, and how.
    licence : str
        What its source says of rights.
    """

    name: str
    summary: str
    origin: str
    licence: str


def _catalogue() -> dict[str, BuiltIn]:
    text = pkgutil.get_data(__package__, "catalogue.json")
    assert text is not None  # the package's loader is a loader of files
    return {name: BuiltIn(name, **facts) for name, facts in json.loads(text).items()}


#: Every palette by its name, in the order in which to show them.
BUILT_IN: Mapping[str, BuiltIn] = MappingProxyType(_catalogue())


def load(name: str) -> Palette:
    """Load a palette that ships with labcolor.

    Raises
    ------
    KeyError
        There is none of that name.
    """
    numbers = resources.files(__package__) / f"{BUILT_IN[name].name}.npz"
    with numbers.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        return Palette(name, arrays["shares"], arrays["lightness"])
