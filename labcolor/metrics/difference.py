"""How different two pictures are: CIEDE2000 of their colours, PSNR of their pixels."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from labcolor.color.floats import Floats

_Plane = npt.NDArray[Any]

_TURN = np.float32(2 * np.pi)
_OPPOSITE = np.float32(np.pi + 1e-6)  # hues that are exactly opposite stay so when rounded
_FAR_CHROMA = np.float32(25**7)


def ciede2000(first: npt.ArrayLike, second: npt.ArrayLike) -> Floats:
    """Colour difference CIEDE2000, with k_L = k_C = k_H = 1.

    Parameters
    ----------
    first, second : (..., 3) array_like
        L*, a and b of the same pixels.

    Returns
    -------
    (...) float32, 0 or above; about 1 is just noticeable.

    Raises
    ------
    ValueError
        If the shapes differ or the last axis is not 3.

    Notes
    -----
    Names and order are those of Sharma, Wu & Dalal, "The CIEDE2000 Color-Difference Formula:
    Implementation Notes, Supplementary Test Data, and Mathematical Observations", Color Research
    and Application 30 (2005), equations 2 to 22, with angles in radians.
    """
    l1, a1, b1 = _planes(first)
    l2, a2, b2 = _planes(second)
    if l1.shape != l2.shape:
        message = f"the pictures must be of one shape, not {l1.shape} and {l2.shape}"
        raise ValueError(message)
    stretch = 1 + (1 - _share_of_far((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2)) / 2
    c1, h1 = _polar(a1 * stretch, b1)
    c2, h2 = _polar(a2 * stretch, b2)

    dh = h2 - h1
    dh -= np.where(np.abs(dh) > _OPPOSITE, np.copysign(_TURN, dh), np.float32(0))
    # Where a chroma is 0 the mean hue is undefined, and multiplied by differences that are 0.
    hue, chroma = (h1 + dh / 2) % _TURN, (c1 + c2) / 2
    off = ((l1 + l2) / 2 - 50) ** 2
    s_l = 1 + np.float32(0.015) * off / np.sqrt(20 + off)
    s_c = 1 + np.float32(0.045) * chroma
    s_h = 1 + np.float32(0.015) * chroma * _hue_weight(hue)
    delta_l = (l2 - l1) / s_l
    delta_c = (c2 - c1) / s_c
    delta_h = 2 * np.sqrt(c1 * c2) * np.sin(dh / 2) / s_h
    turned = _rotation(hue, chroma) * delta_c * delta_h
    return np.sqrt(np.maximum(delta_l**2 + delta_c**2 + delta_h**2 + turned, 0))


def _planes(lab: npt.ArrayLike) -> tuple[_Plane, _Plane, _Plane]:
    lab = np.asarray(lab, np.float32)
    if lab.shape[-1:] != (3,):
        message = f"the last axis must be L*, a and b; the shape is {lab.shape}"
        raise ValueError(message)
    return lab[..., 0], lab[..., 1], lab[..., 2]


def _polar(a: _Plane, b: _Plane) -> tuple[_Plane, _Plane]:
    """Chroma, and hue from 0 to a full turn."""
    hue = np.arctan2(b, a)
    return np.hypot(a, b), np.where(hue < 0, hue + _TURN, hue)


def _share_of_far(chroma: _Plane) -> _Plane:
    """√(C⁷ / (C⁷ + 25⁷)): 0 for greys, 1 for what is far from them."""
    seventh = chroma * (chroma**2) ** 3
    return np.sqrt(seventh / (seventh + _FAR_CHROMA))


def _hue_weight(hue: _Plane) -> _Plane:
    """T, equation 15."""
    return np.float32(1) + (
        np.float32(-0.17) * np.cos(hue - np.float32(math.radians(30)))
        + np.float32(0.24) * np.cos(2 * hue)
        + np.float32(0.32) * np.cos(3 * hue + np.float32(math.radians(6)))
        - np.float32(0.20) * np.cos(4 * hue - np.float32(math.radians(63)))
    )


def _rotation(hue: _Plane, chroma: _Plane) -> _Plane:
    """R_T, equations 16, 17 and 21: blues turn towards purple."""
    width = np.float32(math.radians(25))
    bell = np.exp(-(((hue - np.float32(math.radians(275))) / width) ** 2))
    return -np.sin(np.float32(math.radians(60)) * bell) * 2 * _share_of_far(chroma)


def psnr(first: npt.NDArray[Any], second: npt.NDArray[Any]) -> float:
    """Peak signal-to-noise ratio of 8-bit pixels over all samples, in dB.

    Parameters
    ----------
    first, second : array of uint8
        Two pictures of one shape.

    Returns
    -------
    float
        Infinite for pictures that are the same.

    Raises
    ------
    ValueError
        If the shapes differ, or a picture is not 8 bit.
    """
    if first.dtype != np.uint8 or second.dtype != np.uint8 or first.shape != second.shape:
        message = (
            "the pictures must be uint8 of one shape, not "
            f"{first.dtype} {first.shape} and {second.dtype} {second.shape}"
        )
        raise ValueError(message)
    difference = first.astype(np.float32) - second
    error = np.square(difference, out=difference).mean(dtype=np.float64)
    return 10 * math.log10(255**2 / error) if error else math.inf
