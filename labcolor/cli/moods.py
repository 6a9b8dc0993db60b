"""`--vivid` and `--calm`: names for settings worth having.

Of ten settings of the default method, on 60 held-out photographs of 160 × 160 pixels, the calm
ones had the least error (15.6 of ab in the mean, by default 17.7) and a tenth of the false colour,
at 0.43 of the chroma that is true; the vivid ones have 1.4 of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from labcolor.errors import UsageError

if TYPE_CHECKING:
    from labcolor.colorizer import ColorizerOptions

MOODS = {
    "vivid": {"rebalance": 1.0, "strength": 1.2},
    "calm": {"rebalance": 0.3, "strength": 0.8},
}


def settle(colouring: dict[str, Any]) -> ColorizerOptions:
    """Replace a mood by its settings; those that were said beside it stay as they were said.

    Parameters
    ----------
    colouring : dict
        The options of colouring by their names, `vivid` and `calm` among them; `strength` is None
        where it was not given.

    Returns
    -------
    ColorizerOptions
        Arguments of `Colorizer`.

    Raises
    ------
    UsageError
        Both are wanted.
    """
    settled = dict(colouring)
    wanted = [name for name in MOODS if settled.pop(name)]
    if len(wanted) > 1:
        message = "--vivid and --calm are opposites; leave one of them out."
        raise UsageError(message)
    for mood in wanted:
        for name, value in MOODS[mood].items():
            if settled[name] is None and (name != "rebalance" or _rebalances(colouring)):
                settled[name] = value
    if settled["strength"] is None:
        settled["strength"] = 1.0
    settled["method"], settled["weights"] = _resolved(settled)
    return cast("ColorizerOptions", settled)


def _resolved(colouring: dict[str, Any]) -> tuple[Any, Any]:
    """Replace an alias by its method and weights."""
    from labcolor.model.methods import ALIASES, resolved

    name, weights = colouring["method"], colouring["weights"]
    return resolved(name, weights) if name in ALIASES else (name, weights)


def _rebalances(colouring: dict[str, Any]) -> bool:
    """Whether the network gives a distribution, which alone can be rebalanced."""
    from labcolor.model.methods import DEFAULT, method

    if colouring["network"]:
        return False
    return method(colouring["method"] or DEFAULT).gives == "distribution"
