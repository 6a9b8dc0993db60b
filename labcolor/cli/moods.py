"""`--vivid` and `--calm`: names for settings worth having.

Of ten settings of the default method, on 60 held-out photographs of 160 × 160 pixels, the calm
ones had the least error (15.6 of ab in the mean, by default 17.7) and a tenth of the false colour,
at 0.43 of the chroma that is true; the vivid ones have 1.4 of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from labcolor.errors import UsageError

if TYPE_CHECKING:
    from labcolor.colorizer import ColorizerOptions


class Mood(NamedTuple):
    """What a mood stands for."""

    rebalance: float
    strength: float


MOODS = {"vivid": Mood(1.0, 1.2), "calm": Mood(0.3, 0.8)}


def settle(given: ColorizerOptions, *, vivid: bool, calm: bool) -> ColorizerOptions:
    """Replace a mood by its settings; those that were given beside it stay as they were given.

    Parameters
    ----------
    given : ColorizerOptions
        Without `strength` where it was not given.
    vivid, calm : bool
        The mood.

    Returns
    -------
    ColorizerOptions

    Raises
    ------
    UsageError
        Both are wanted.
    """
    if vivid and calm:
        message = "--vivid and --calm are opposites; leave one of them out."
        raise UsageError(message)
    settled = given.copy()
    if vivid or calm:
        mood = MOODS["vivid" if vivid else "calm"]
        settled["strength"] = given.get("strength", mood.strength)
        if given["rebalance"] is None and _rebalances(given):
            settled["rebalance"] = mood.rebalance
    settled.setdefault("strength", 1.0)
    settled["method"], settled["weights"] = _resolved(given)
    return settled


def _resolved(given: ColorizerOptions) -> tuple[str | None, str]:
    """Replace an alias by its method and weights."""
    from labcolor.model.methods import ALIASES, resolved

    name, weights = given["method"], given["weights"]
    if name not in ALIASES:
        return name, weights
    method, found = resolved(name, weights)
    return method, str(found)


def _rebalances(given: ColorizerOptions) -> bool:
    """Whether the network gives a distribution, which alone can be rebalanced."""
    from labcolor.model.methods import DEFAULT, method

    if given["network"]:
        return False
    return method(given["method"] or DEFAULT).gives == "distribution"
