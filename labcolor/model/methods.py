"""The methods: a name → what it is, its network and decoding, its weights and their licence."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from labcolor.errors import UsageError
from labcolor.weights.catalogue import FILES, Release

#: The method that colours where none is named.
DEFAULT = "class_weights_model"

#: The licence of labcolor's code (SPDX).
LICENCE = "BSD-2-Clause"

#: The licence of the weights that ship with it: an Apache-licensed encoder is in most of them.
WEIGHTS_LICENCE = "BSD-2-Clause AND Apache-2.0"


@dataclass(frozen=True, kw_only=True)
class Method(Release):
    """A named way to colour, and what there is of its weights.

    Attributes
    ----------
    summary : str
        What it is, in one line.
    gives : {"distribution", "ab"}
        What its network gives: a distribution over the 313 ab bins, or ab itself.
    hints : bool
        Whether its network takes colour hints.
    note : str
        Why there are no published weights, or nothing.
    """

    summary: str
    gives: Literal["distribution", "ab"]
    hints: bool = False
    note: str = ""


_ALL = (
    Method(
        name="class_weights_model",
        summary="Classification into 313 ab bins, rebalanced in favour of rare, vivid colours",
        gives="distribution",
        trained_rebalance=1.0,
        network="zhang16",
        published=FILES["colorization_release_v2.caffemodel"],
        alternative=FILES["colorization_release_v2-9b330a0b.pth"],
        prior=FILES["prior_probs.npy"],
    ),
    Method(
        name="class_wo_weights_model",
        summary="Classification into 313 ab bins without rebalancing: quieter, safer colours",
        gives="distribution",
        trained_rebalance=0.0,
        network="zhang16",
        published=FILES["colorization_release_v2_norebal.caffemodel"],
        prior=FILES["prior_probs.npy"],
    ),
    Method(
        name="reg_full_model",
        summary="Regression of ab from the whole picture, with colour hints or without",
        gives="ab",
        hints=True,
        network="siggraph17",
        published=FILES["siggraph17-df00044c.pth"],
    ),
    Method(
        name="reg_full_vgg_model",
        summary="Regression of ab from the whole picture on the trunk of VGG-16",
        gives="ab",
        note="No weights of it were published in a form that labcolor may use.",
    ),
    Method(
        name="reg_part_model",
        summary="Regression of ab on overlapping tiles, with the whole picture as context",
        gives="ab",
        note="No weights of it were published in a form that labcolor may use.",
    ),
)

#: Every method by its name, in the order in which to show them.
METHODS: Mapping[str, Method] = MappingProxyType({one.name: one for one in _ALL})


#: What those call their weights who published them: a method with these.
ALIASES: Mapping[str, str] = MappingProxyType(
    {"eccv16": "class_weights_model", "siggraph17": "reg_full_model"}
)


def resolved(
    name: str | None, weights: str | os.PathLike[str] | None = None
) -> tuple[str, str | os.PathLike[str] | None]:
    """Give the method that a name stands for, and its weights.

    Parameters
    ----------
    name : str, optional
        Of a method, or an alias of one with published weights; by default the default method.
    weights : "embedded", "published" or a path, optional
        As they were asked for.
    """
    if name is not None and name in ALIASES:
        return ALIASES[name], "published" if weights in (None, "embedded") else weights
    return name or DEFAULT, weights


def method(name: str) -> Method:
    """Look a method up by its name, or by an alias.

    Raises
    ------
    UsageError
        If there is no such method; the text has the nearest name, or all of them.
    """
    name = ALIASES.get(name, name)
    if name in METHODS:
        return METHODS[name]
    from difflib import get_close_matches

    near = get_close_matches(name.lower(), METHODS, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(METHODS)}."
    raise UsageError(f"There is no method {name!r}: {hint}")
