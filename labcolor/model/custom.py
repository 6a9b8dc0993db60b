"""A custom network: an ONNX file, and beside it a TOML file that says what its numbers mean.

What the TOML says is described in `labcolor.model.custom_spec`.
"""

from __future__ import annotations

import os
from pathlib import Path

from labcolor.errors import UsageError, WeightsError
from labcolor.model.custom_spec import Settings, contents
from labcolor.model.io_spec import Output
from labcolor.model.network import Network
from labcolor.onnx.signature import Shape, signature
from labcolor.onnx.wire import WireError
from labcolor.weights.signatures import HEAD, describe


def read(path: str | os.PathLike[str], side: int | None = None) -> Network:
    """Read a custom network.

    Parameters
    ----------
    path : path
        The ONNX file; its TOML lies beside it.
    side : int, optional
        The side of the square that it is to see; by default what its TOML says.

    Returns
    -------
    Network
        Without a prior, so that its rebalancing cannot be set.

    Raises
    ------
    WeightsError
        A file is missing or cannot be read, says what makes no sense, or the two do not fit.
    UsageError
        The side is none.
    """
    path = Path(path)
    model = contents(path)
    settings = Settings(path)
    seen, given = settings.input(), settings.output()
    side = settings.size() if side is None else side
    if side < 1:
        message = f"The square that {path.name} sees must have a side of at least 1, not {side}."
        raise UsageError(message)
    _check_fit(path, model, (1, seen.channels, side, side), given)
    name = os.fsencode(path.name).decode(errors="replace")
    return Network(name, str(path), lambda: model, side, seen, given)


def files(path: str | os.PathLike[str]) -> dict[str, Path]:
    """Name the files that `read` takes, each by what it is.

    Returns
    -------
    dict of str to Path
        `network` and `settings`, and `bins` where the settings name some.

    Raises
    ------
    WeightsError
        The settings are missing or make no sense.
    """
    settings = Settings(Path(path))
    bins = settings.bins_path()
    return {"network": Path(path), "settings": settings.path} | ({"bins": bins} if bins else {})


def _check_fit(path: Path, model: bytes, seen: Shape, given: Output) -> None:
    """Refuse a network that does not take and give what its TOML says, as far as it states it."""
    try:
        stated = signature(model)
    except WireError as error:
        what = describe(model[:HEAD]) or "not an ONNX file, or a damaged one"
        message = f"{path} is {what}; give a network in ONNX."
        raise WeightsError(message) from error
    if stated.elsewhere:
        message = (
            f"{path} keeps its weights in another file; export it as a single file, as "
            "torch.onnx.export(..., external_data=False) does."
        )
        raise WeightsError(message)
    for way, ports in (("input", stated.inputs), ("output", stated.outputs)):
        if len(ports) != 1:
            names = ", ".join(ports) or "none"
            message = f"{path} has {len(ports)} {way}s ({names}), where labcolor needs one."
            raise WeightsError(message)
    (taken,), (out,) = stated.inputs.values(), stated.outputs.values()
    if not _agree(taken, seen):
        message = (
            f"{path} takes {_in_words(taken)}, not {_in_words(seen)}: correct kind and size of "
            f"[input] in {path.stem}.toml, or --input-size."
        )
        raise WeightsError(message)
    expected = (1, given.channels, None, None)
    if not _agree(out, expected):
        message = (
            f"{path} gives {_in_words(out)}, not {_in_words(expected)}: correct kind of [output] "
            f"in {path.stem}.toml, or its bins."
        )
        raise WeightsError(message)


def _agree(stated: Shape | None, expected: Shape) -> bool:
    """Whether a shape may be what is expected; None is a size that is free."""
    return stated is None or (
        len(stated) == len(expected)
        and all(None in pair or pair[0] == pair[1] for pair in zip(stated, expected, strict=True))
    )


def _in_words(shape: Shape | None) -> str:
    return " × ".join("?" if size is None else str(size) for size in shape or ())
