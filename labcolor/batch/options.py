"""The options of a run, besides those of the colours themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class OutputOptions:
    """What is done to each photograph besides giving it colour.

    Attributes
    ----------
    quality : int
        Of JPEG, 1…100.
    accept_damaged : bool
        Whether what is left of a damaged file is taken.
    mark : bool
        Whether the result says that its colours are estimated.
    skip_colour : bool
        Whether photographs that have colour are left as they are.
    """

    quality: int = 95
    accept_damaged: bool = False
    mark: bool = True
    skip_colour: bool = False


@dataclass(frozen=True)
class RunOptions:
    """How a run goes about its work.

    Attributes
    ----------
    settings : mapping
        What the results depend on: see `labcolor.batch.settings`.
    others : mapping of str to mapping
        Those of photographs that have settings of their own, by their identity.
    overwrite : bool
        Whether files of the user's may be replaced.
    fail_fast : bool
        Whether the first failure ends the run.
    """

    settings: Mapping[str, Any]
    overwrite: bool = False
    fail_fast: bool = False
    others: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
