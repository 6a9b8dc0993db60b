"""What `labcolor methods --json` prints; docs/methods-json.md describes it for programs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labcolor.errors import WeightsError
from labcolor.model.methods import DEFAULT, LICENCE, METHODS, WEIGHTS_LICENCE, Method
from labcolor.weights import store
from labcolor.weights.catalogue import CANARIES, WeightFile

if TYPE_CHECKING:
    from labcolor.model.verify import Verdict

SCHEMA = 1
"""Grows when a key goes or changes its meaning; keys may be added without it."""

_UNKNOWN = {"verdict": None, "why": None}


def document(*, verify: bool = False, benchmark: bool = False) -> dict[str, Any]:
    """Describe the methods and the state of their weights.

    Parameters
    ----------
    verify : bool
        Whether to look at the content of what is here, and run the networks.
    benchmark : bool
        Whether to time them.
    """
    return {
        "schema": SCHEMA,
        "home": _path(store.home),
        "code_licence": LICENCE,
        "methods": [_method(one, verify, benchmark) for one in METHODS.values()],
    }


def _method(method: Method, verify: bool, benchmark: bool) -> dict[str, Any]:
    def of(file: WeightFile | None, source: str | None) -> dict[str, Any] | None:
        return _file(method, file, source if benchmark else None, verify) if file else None

    other = method.alternative
    path = _path(lambda: store.path_of(other)) if other else None
    return {
        "name": method.name,
        "summary": method.summary,
        "default": method.name == DEFAULT,
        "inputs": ["L", "hints"] if method.hints else ["L"],
        "gives": method.gives,
        "trained_rebalance": method.trained_rebalance,
        "embedded": _embedded(method, verify, benchmark),
        "published": of(method.published, "published"),
        "alternative": of(method.alternative, path),
        "prior": of(method.prior, None),
        "note": method.note,
    }


def _embedded(method: Method, verify: bool, benchmark: bool) -> dict[str, Any] | None:
    if not store.has_embedded(method):
        return None
    name = f"{method.name}.npz"
    known = CANARIES.get(name)
    return {
        "file": name,
        "bytes": known.bytes if known else None,
        "sha256": known.sha256 if known else None,
        "licence": WEIGHTS_LICENCE,
        "network": known.network if known else None,
        **_verdict(verify, lambda verifying: verifying.embedded(method)),
        "megapixel_seconds": _seconds(method, "embedded") if benchmark else None,
    }


def _file(method: Method, file: WeightFile, source: str | None, verify: bool) -> dict[str, Any]:
    state = store.state(file)
    return {
        "file": file.name,
        "bytes": file.bytes,
        "sha256": file.sha256,
        "licence": file.licence,
        "attribution": file.attribution,
        "source": file.source,
        "path": _path(lambda: store.path_of(file)),
        "state": state,
        "fetchable": bool(file.urls),
        **_verdict(verify, lambda verifying: verifying.published(method, file)),
        "megapixel_seconds": _seconds(method, source) if source and state == "present" else None,
    }


def _path(find: Callable[[], Path]) -> str | None:
    """Name a path in the store; None where nobody has a home for it."""
    try:
        return str(find())
    except WeightsError:
        return None


def _verdict(verify: bool, judge: Callable[[Any], Verdict | None]) -> dict[str, Any]:
    if not verify:
        return _UNKNOWN
    from labcolor.model import verify as verifying

    verdict = judge(verifying)
    return {"verdict": verdict.state, "why": verdict.why} if verdict else _UNKNOWN


def _seconds(method: Method, weights: str) -> float:
    """Time the colouring of a megapixel in memory: the fastest of three."""
    from time import perf_counter

    import numpy as np

    from labcolor.colorizer import Colorizer

    photograph = np.add.outer(np.arange(1000), np.arange(1000)).astype(np.uint8)
    colorize = Colorizer(method.name, weights)
    colorize(photograph)  # what is made ready at the first pass counts for none
    times = []
    for _ in range(3):
        began = perf_counter()
        colorize(photograph)
        times.append(perf_counter() - began)
    return round(min(times), 4)
