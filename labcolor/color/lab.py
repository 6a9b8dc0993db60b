"""sRGB ↔ CIELAB under D65, in float32.

The constants are those of IEC 61966-2-1 and CIE 15 as scikit-image rounds them, so that the two
agree to 1e-3 in L*, a, b. OpenCV's own forward conversion is a lookup table, up to 0.6 off, and an
error of 0.2 in L* can move the network's ab by several units.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from labcolor.color.floats import Floats
from labcolor.color.srgb import linear_from_srgb, srgb_from_linear

XYZ_FROM_RGB = np.array(
    [
        [0.412453, 0.357580, 0.180423],
        [0.212671, 0.715160, 0.072169],
        [0.019334, 0.119193, 0.950227],
    ]
)
RGB_FROM_XYZ = np.linalg.inv(XYZ_FROM_RGB)
WHITE = np.array([0.95047, 1.0, 1.08883])  # D65, 2° observer

# CIE 15: f(t) is the cube root above ε, and a line below it.
_EPSILON = np.float32(0.008856)
_EPSILON_ROOT = np.float32(0.2068966)
_SLOPE = np.float32(7.787)
_OFFSET = np.float32(16 / 116)


def lightness_from_luminance(luminance: npt.ArrayLike) -> Floats:
    """Convert relative luminance Y, 0…1, to L*, 0…100 (CIE 15)."""
    return np.float32(116) * _root(np.asarray(luminance, np.float32)) - np.float32(16)


def lab_from_srgb(rgb: npt.ArrayLike) -> Floats:
    """Convert sRGB to CIELAB.

    Parameters
    ----------
    rgb : (..., 3) array_like
        sRGB, 0…1.

    Returns
    -------
    (..., 3) float32, L* 0…100, a and b about −110…110.

    Raises
    ------
    ValueError
        If the last axis is not 3.
    """
    xyz = linear_from_srgb(_colours(rgb)) @ (XYZ_FROM_RGB.T / WHITE).astype(np.float32)
    root = _root(xyz)
    x, y, z = root[..., 0], root[..., 1], root[..., 2]
    return np.stack((116 * y - 16, 500 * (x - y), 200 * (y - z)), -1)


def srgb_from_lab(lab: npt.ArrayLike) -> Floats:
    """Convert CIELAB to sRGB; what lies outside the gamut is clipped.

    Parameters
    ----------
    lab : (..., 3) array_like
        L* 0…100, a and b.

    Returns
    -------
    (..., 3) float32, sRGB, 0…1.

    Raises
    ------
    ValueError
        If the last axis is not 3.
    """
    lab = _colours(lab)
    y = (lab[..., 0] + 16) / np.float32(116)
    x = y + lab[..., 1] / np.float32(500)
    z = np.maximum(y - lab[..., 2] / np.float32(200), 0)
    root = np.stack((x, y, z), -1)
    xyz = np.where(root > _EPSILON_ROOT, root**3, (root - _OFFSET) / _SLOPE)
    linear = xyz @ (RGB_FROM_XYZ * WHITE).T.astype(np.float32)
    return np.clip(srgb_from_linear(linear), 0, 1)


def _colours(array: npt.ArrayLike) -> Floats:
    array = np.asarray(array, np.float32)
    if array.shape[-1:] != (3,):
        message = f"the last axis must be 3 channels; the shape is {array.shape}"
        raise ValueError(message)
    return array


def _root(t: Floats) -> Floats:
    return np.where(t > _EPSILON, np.cbrt(t), _SLOPE * t + _OFFSET)
