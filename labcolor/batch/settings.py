"""What the pixels of a result depend on besides the photograph.

Results that were made with other settings are made again. The engine is among them, since two
engines round differently; a CPU or CUDA is not, so that a run can go on elsewhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from labcolor._version import __version__
from labcolor.model.identity import identity as identity_of_weights

if TYPE_CHECKING:
    from labcolor.batch.options import OutputOptions
    from labcolor.colorizer import Colorizer


def settings(
    colorizer: Colorizer, weights: str, options: OutputOptions, network: str | None = None
) -> dict[str, Any]:
    """Collect the settings of a run.

    Parameters
    ----------
    colorizer : Colorizer
        What colours.
    weights : str
        The weights as they were asked for: "embedded", "published" or a path.
    options : OutputOptions
        What else is done to each file.
    network : str, optional
        A custom network, as it was asked for.

    Returns
    -------
    dict
        Fit for JSON.
    """
    return {
        "version": __version__,
        "method": colorizer.method,
        "weights": identity_of_weights(colorizer.method, weights, network),
        "rebalance": colorizer.rebalance,
        "temperature": colorizer.temperature,
        "strength": colorizer.strength,
        "like": colorizer.like.identity if colorizer.like else None,
        "like_strength": colorizer.like_strength if colorizer.like else None,
        "like_several": colorizer.like.several if colorizer.like else None,
        "engine": colorizer.engine,
        "detail": colorizer.detail,
        "upsample": colorizer.upsample,
        "input_size": colorizer.input_size,
        "quality": options.quality,
        "mark": options.mark,
        "skip_colour": options.skip_colour,
    }


def identity(chosen: Mapping[str, Any]) -> str:
    """Give settings a short name: equal ones the same, others another."""
    return hashlib.sha256(json.dumps(chosen, sort_keys=True).encode()).hexdigest()[:16]
