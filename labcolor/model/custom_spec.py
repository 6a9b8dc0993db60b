"""The TOML file beside a custom network, which says what its numbers mean.

It has the name of the network, `my.toml` beside `my.onnx`, and two tables. Keys without a default
must be there, and any other key is refused.

``[input]``

kind : "L" or "rgb"
    What goes in: L* of the photograph, 0…100, as (1, 1, size, size); or the grey of that L* as
    sRGB, 0…1, in three equal planes, as (1, 3, size, size). Both are the whole photograph,
    squashed into the square by area.
size : int
    The side of the square; ``--input-size`` asks for another, where the file's sizes are free.
offset, scale : number, or a list of one for each plane; by default 0 and 1
    What the network's numbers stand for: L* or sRGB = number · scale + offset. So a network that
    was trained on pixels less the mean and divided by the deviation has the mean for its offset
    and the deviation for its scale.

``[output]``

kind : "distribution", "ab" or "rgb"
    What comes out, (1, C, h, w) of any h and w: logits over Q bins, or the distribution itself
    (see ``softmax``); a and b in CIELAB units, whose L* is the photograph's; or sRGB, 0…1, of
    which only ab counts.
offset, scale : as above, of ab or sRGB; by default 0 and 1
    What the network's numbers stand for: ab or sRGB = number · scale + offset. Of a distribution
    there is no offset, and the scale is one number that its logits are multiplied by, 1 / T.
bins : str, for a distribution only; by default the 313 bins of Zhang et al. 2016
    A file of NumPy (.npy), (Q, 2), with a and b of the centre of each bin in the order of the
    channels; a relative path starts at the TOML's folder.
softmax : true or false, for a distribution only; by default false
    Whether the network ends with its softmax, so that it gives the distribution itself.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np

from labcolor.color.bins import BINS
from labcolor.color.floats import Floats
from labcolor.errors import WeightsError
from labcolor.model.io_spec import PLANES, Input, Normalisation, Output

_KEYS = {
    "input": ("kind", "size", "offset", "scale"),
    "output": ("kind", "offset", "scale", "bins", "softmax"),
}
_KINDS = {"input": ("L", "rgb"), "output": ("distribution", "ab", "rgb")}


class Settings:
    """The TOML beside a network.

    Parameters
    ----------
    network : Path
        The ONNX file.

    Attributes
    ----------
    path : Path
        The TOML file.

    Raises
    ------
    WeightsError
        It is missing, is no TOML, or says what makes no sense; the text has file, table and key.
        The methods raise it too.
    """

    def __init__(self, network: Path):
        self.path = network.with_suffix(".toml")
        if not self.path.exists():
            message = (
                f"{self.path} is missing: it says what {network.name} takes and gives; "
                "docs/networks.md shows how."
            )
            raise WeightsError(message)
        self._tables = self._parsed()
        self._check_keys()

    def input(self) -> Input:
        """Return what goes in."""
        kind = self._kind("input")
        return Input(kind, self._normalisation("input", PLANES[kind]))  # type: ignore[arg-type, index]

    def output(self) -> Output:
        """Return what comes out."""
        kind = self._kind("output")
        if kind != "distribution":
            for key in ("bins", "softmax"):
                if self._has("output", key):
                    raise self._error("output", key, "is for the kind distribution")
            normalisation = self._normalisation("output", {"ab": 2, "rgb": 3}[kind])
            return Output(kind, normalisation)  # type: ignore[arg-type]
        if self._has("output", "offset"):
            raise self._error("output", "offset", "is not for the kind distribution")
        scale = self._numbers("output", "scale", 1.0, channels=1)
        return Output("distribution", Normalisation(scale=scale), self._bins(), self._softmax())

    def size(self) -> int:
        """Return the side of the square that the network sees."""
        size = self._tables["input"].get("size")
        if type(size) is not int or size < 1:
            raise self._error("input", "size", "must be the side of a square, such as 256")
        return size

    def bins_path(self) -> Path | None:
        """Name the file of the bins' centres; None where they are those of the paper."""
        name = self._tables["output"].get("bins")
        if name is None:
            return None
        if not isinstance(name, str) or not name:
            raise self._error("output", "bins", "must be the path of an .npy file")
        return self.path.parent / name

    def _parsed(self) -> dict[str, Any]:
        if sys.version_info >= (3, 11):
            import tomllib
        else:
            import tomli as tomllib
        try:
            return tomllib.loads(contents(self.path).decode())
        except ValueError as error:  # of the TOML, or of UTF-8
            message = f"{self.path} is not TOML: {error}."
            raise WeightsError(message) from error

    def _check_keys(self) -> None:
        for table, content in self._tables.items():
            if table not in _KEYS:
                message = f"{self.path} has {table!r}, which labcolor does not know; there are "
                raise WeightsError(message + "the tables [input] and [output].")
            if not isinstance(content, dict):
                message = f"{self.path} has {table!r} as a value, where a table [{table}] belongs."
                raise WeightsError(message)
            for key in content:
                if key not in _KEYS[table]:
                    known = ", ".join(_KEYS[table])
                    raise self._error(table, key, f"is not known: there are {known}")
        for table in _KEYS:
            if table not in self._tables:
                message = f"{self.path} has no table [{table}]; docs/networks.md shows how."
                raise WeightsError(message)

    def _kind(self, table: str) -> str:
        kind = self._tables[table].get("kind")
        if kind not in _KINDS[table]:
            kinds = ", ".join(f'"{one}"' for one in _KINDS[table])
            raise self._error(table, "kind", f"must be one of {kinds}")
        return str(kind)

    def _normalisation(self, table: str, channels: int) -> Normalisation:
        return Normalisation(
            self._numbers(table, "offset", 0.0, channels),
            self._numbers(table, "scale", 1.0, channels),
        )

    def _numbers(self, table: str, key: str, default: float, channels: int) -> Floats | float:
        """Read a number for all channels, or a list of one for each."""
        value = self._tables[table].get(key, default)
        listed = value if isinstance(value, list) else [value] * channels
        numeric = all(type(one) in (int, float) and np.isfinite(one) for one in listed)
        if not numeric or len(listed) != channels:
            ways = f"a number or a list of {channels}" if channels > 1 else "a number"
            raise self._error(table, key, f"must be {ways}")
        if key == "scale" and 0 in listed:
            raise self._error(table, key, "must not be 0")
        return np.array(listed, np.float32).reshape(-1, 1, 1)

    def _bins(self) -> Floats:
        path = self.bins_path()
        if path is None:
            return BINS
        try:
            with path.open("rb") as file:
                bins = np.load(file, allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            what = getattr(error, "strerror", None) or "no .npy file"
            raise self._error("output", "bins", f"names {path}: {what}") from error
        sound = isinstance(bins, np.ndarray) and bins.dtype.kind in "fiu" and bins.ndim == 2
        if not sound or bins.shape[1] != 2 or not len(bins) or not np.isfinite(bins).all():
            raise self._error("output", "bins", f"names {path}, which is not (Q, 2) numbers")
        return bins.astype(np.float32)

    def _softmax(self) -> bool:
        softmax = self._tables["output"].get("softmax", False)
        if not isinstance(softmax, bool):
            raise self._error("output", "softmax", "must be true or false")
        return softmax

    def _has(self, table: str, key: str) -> bool:
        return key in self._tables[table]

    def _error(self, table: str, key: str, what: str) -> WeightsError:
        return WeightsError(f"{self.path}: {key} of [{table}] {what}.")


def contents(path: Path) -> bytes:
    """Read a file.

    Raises
    ------
    WeightsError
        It cannot be read.
    """
    if path.is_dir():
        message = f"{path} is a folder; name the ONNX file in it."
        raise WeightsError(message)
    try:
        return path.read_bytes()
    except OSError as error:
        message = f"{path} cannot be read ({error.strerror}); check the path."
        raise WeightsError(message) from error
