"""Curves and matrices: the colour spaces that closed formulas take to sRGB, in float32."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from labcolor.color.floats import Floats
from labcolor.color.srgb import linear_from_srgb, srgb_from_linear
from labcolor.photo.header import Chromaticities
from labcolor.photo.model import Pixels

Matrix: TypeAlias = NDArray[np.float64]

CURVE_POINTS = 1 << 16
"""One for each code value of 16 bits; every 257th is one of 8."""

SAME = 1 / 255
"""Profiles this close to sRGB are sRGB: makers round its numbers differently."""

# XYZ under D50 of the sRGB primaries, in columns: those of the profile "sRGB IEC61966-2.1".
SRGB = np.array(
    [
        [0.43607, 0.38515, 0.14307],
        [0.22249, 0.71687, 0.06061],
        [0.01392, 0.09708, 0.71410],
    ]
)
_D50 = np.array([0.9642, 1.0, 0.8249])
_BRADFORD = np.array(
    [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
)


class UnusableProfile(ValueError):  # noqa: N818  a warning is made of it, never an error
    """The profile is damaged or belongs to pixels of another kind; the text says which."""


@dataclass(frozen=True)
class Shaper:
    """Three curves and a matrix, the model of most RGB profiles.

    Attributes
    ----------
    curves : ndarray of float32
        (3, 65536), light against code value, both 0…1, of red, green and blue.
    primaries : ndarray of float64
        (3, 3), XYZ under D50 of red, green and blue in columns.
    """

    curves: Floats
    primaries: Matrix

    def __call__(self, samples: Pixels) -> Pixels:
        """Convert (n, w, 3) BGR samples to sRGB."""
        levels = np.iinfo(samples.dtype).max
        curves = self.curves[:, :: (CURVE_POINTS - 1) // levels]
        light = np.stack(
            [curves[c][samples[..., 2 - c]] for c in range(3)], axis=-1
        ) @ self._to_srgb().T.astype(np.float32)
        if levels == 255:
            # 65536 steps of light are finer than 8 bits of code even in the deepest shadow
            codes = np.clip(light, 0, 1) * np.float32(CURVE_POINTS - 1) + np.float32(0.5)
            return np.asarray(_codes_of_light()[codes.astype(np.uint16)][..., ::-1])
        return np.asarray(np.rint(encode(light)[..., ::-1] * np.float32(65535)).astype(np.uint16))

    def grey(self) -> Floats:
        """Give the curve of equal red, green and blue: light against code value."""
        weights = self.primaries[1] / self.primaries[1].sum()
        return np.asarray(weights @ self.curves, np.float32)

    def is_srgb(self) -> bool:
        """Whether applying it would change no 8-bit level by more than one."""
        steps = np.linspace(0, 65535, 9).round().astype(np.uint16)
        grid = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(1, -1, 3)
        return bool(np.abs(self(grid).astype(float) - grid).max() <= SAME * 65535)

    def _to_srgb(self) -> Matrix:
        matrix = np.linalg.solve(SRGB, self.primaries)
        # both whites are the white of the paper, to the last digit
        return np.asarray(matrix / matrix.sum(axis=1, keepdims=True))


def encode(light: Floats) -> Floats:
    """Apply the transfer function of sRGB to light, clipped to 0…1."""
    return srgb_from_linear(np.clip(light, 0, 1))


@lru_cache(maxsize=1)
def _codes_of_light() -> NDArray[np.uint8]:
    """Tabulate 8-bit codes of sRGB over light."""
    light = np.linspace(0, 1, CURVE_POINTS, dtype=np.float32)
    return np.asarray(np.rint(encode(light) * 255).astype(np.uint8))


def of_gamma(gamma: float, chromaticities: Chromaticities | None) -> Shaper:
    """Make a shaper of what PNG's gAMA and cHRM chunks say.

    Parameters
    ----------
    gamma : float
        The exponent that encoded the samples. 0.45455 stands for the curve of sRGB.
    chromaticities : Chromaticities, optional
        Those of sRGB when missing.
    """
    codes = np.linspace(0, 1, CURVE_POINTS)
    curve = (
        linear_from_srgb(codes, np.float64)
        if abs(gamma - 1 / 2.2) < 0.002
        else codes ** (1 / gamma)
    )
    primaries = SRGB if chromaticities is None else _adapted(chromaticities)
    return Shaper(np.tile(curve.astype(np.float32), (3, 1)), primaries)


def sampled(element: bytes) -> Floats:
    """Sample a curve (`curv`, section 10.6, or `para`, 10.18) at `CURVE_POINTS` codes."""
    codes = np.linspace(0, 1, CURVE_POINTS)
    if element[:4] == b"para":
        return _parametric(codes, element)
    (count,) = struct.unpack_from(">I", element, 8)
    if element[:4] != b"curv" or 12 + 2 * count > len(element):
        message = "is damaged"
        raise UnusableProfile(message)
    points = np.frombuffer(element, ">u2", count, 12)
    if count == 0:
        curve = codes
    elif count == 1:
        curve = codes ** (points[0] / 256)
    else:
        curve = np.interp(codes, np.linspace(0, 1, count), points / 65535)
    return curve.astype(np.float32)


def _parametric(codes: NDArray[np.float64], element: bytes) -> Floats:
    """Evaluate y = (ax + b)^g + e above d, cx + f below it, and its shorter forms."""
    (form,) = struct.unpack_from(">H", element, 8)
    lengths = (1, 3, 4, 5, 7)
    if form >= len(lengths):
        message = "is damaged"
        raise UnusableProfile(message)
    given = [v / 65536 for v in struct.unpack_from(f">{lengths[form]}i", element, 12)]
    g, a, b, c, d, e, f = given + [0.0] * (7 - len(given))
    if form == 0:
        a, d = 1.0, 0.0
    elif form in (1, 2):
        offset = c if form == 2 else 0.0
        # linear part: a constant, below the root of ax + b
        c, d, e, f = 0.0, -b / a if a else 0.0, offset, offset
    power = np.maximum(a * codes + b, 0) ** g + e
    curve = np.where(codes >= d, power, c * codes + f)
    return np.asarray(np.clip(curve, 0, 1), np.float32)


def _adapted(chromaticities: Chromaticities) -> Matrix:
    """Compute XYZ under D50 of primaries under another white (Lindbloom; Bradford)."""

    def xyz(xy: tuple[float, float]) -> NDArray[np.float64]:
        x, y = xy
        return np.array([x, y, 1 - x - y]) / max(y, 1e-6)

    white = xyz(chromaticities.white)
    columns = np.stack([xyz(xy) for xy in chromaticities[1:]], axis=1)
    try:
        primaries = columns * np.linalg.solve(columns, white)
    except np.linalg.LinAlgError as error:
        message = "is damaged"
        raise UnusableProfile(message) from error
    gains = (_BRADFORD @ _D50) / (_BRADFORD @ white)
    return np.asarray(np.linalg.solve(_BRADFORD, gains[:, None] * (_BRADFORD @ primaries)))
