"""Telling weights apart by what is in them."""

from __future__ import annotations

from pathlib import Path

from labcolor.model.methods import method as look_up
from labcolor.weights import store


def identity(
    method: str, weights: str | None = None, network: str | None = None
) -> dict[str, str]:
    """Compute the sha256 of all the files that a colorizer takes for the same arguments.

    Parameters
    ----------
    method : str
        One of `labcolor.model.methods.METHODS`.
    weights : "embedded", "published" or a path, optional
        As for `load`.
    network : path, optional
        A custom one, instead of the two.

    Returns
    -------
    dict of str to str
        `weights`, and `prior` where the authors' was fetched and counts; of a custom network
        `network`, `settings` and `bins`.

    Raises
    ------
    WeightsError
        They are not there.
    """
    if network is not None:
        from labcolor.model import custom

        return _sums(custom.files(network))
    chosen = look_up(method)
    if weights is None or weights == "embedded":
        with store.embedded(chosen).open("rb") as file:
            return {"weights": store.sha256(file)}
    path = store.published(chosen) if weights == "published" else Path(weights)
    prior = store.prior(chosen)
    return _sums({"weights": path} | ({"prior": prior} if prior else {}))


def _sums(paths: dict[str, Path]) -> dict[str, str]:
    found = {}
    for name, path in paths.items():
        with path.open("rb") as file:
            found[name] = store.sha256(file)
    return found
