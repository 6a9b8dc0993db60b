"""CIELAB → linear light → sRGB on planes, in place, as fast as OpenCV and the cache allow.

Planes, not pixels of three channels: a plane goes through OpenCV's logarithm, exponential and
multiplication at a tenth of a nanosecond per value, and OpenCV's ready-made inverse Lab clips, so
that nobody learns what was outside sRGB. `lab` says the same in plain words; the two agree to 1e-4
of linear light, which the fifth digit of white makes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from labcolor.color.floats import Floats
from labcolor.color.lab import RGB_FROM_XYZ, XYZ_FROM_RGB
from labcolor.color.lightness import Pixels
from labcolor.color.srgb import BEND, SLOPE

# The inverse of f in CIE 15 is the cube above 6/29, and below it the tangent there.
_BEND = 0.2068966
_TANGENT = 1 / 7.787

# White is that of the matrix, 2e-5 from CIE 15's, so that grey gives three equal channels.
_WHITE = XYZ_FROM_RGB.sum(1)
_BGR_FROM_YXZ = (RGB_FROM_XYZ * _WHITE)[::-1, [1, 0, 2]].tolist()


def roots_from_lab(lab: Floats) -> Floats:
    """Replace L*, a, b by f(Y/Yn), f(X/Xn), f(Z/Zn) of CIE 15.

    Chroma, in these terms, is how far the other two are from the first; hue is the direction.

    Parameters
    ----------
    lab : (3, h, w) float32
        Is overwritten.

    Returns
    -------
    (3, h, w) float32, the same array.
    """
    import cv2

    y, x, z = lab
    y += np.float32(16)
    y *= np.float32(1 / 116)
    cv2.scaleAdd(x, 1 / 500, y, dst=x)
    cv2.scaleAdd(z, -1 / 200, y, dst=z)
    return lab


def linear_from_roots(roots: Floats, work: Floats, out: Floats) -> Floats:
    """Compute linear light; what lies outside sRGB is below 0 or above 1.

    Parameters
    ----------
    roots : (3, ...) float32
        f of Y, X, Z, as `roots_from_lab` gives them.
    work, out : float32
        Contiguous arrays of that shape, which are overwritten.

    Returns
    -------
    (3, ...) float32, B, G, R: `out`.
    """
    import cv2

    t, cube, below = (_rows(array) for array in (roots, work, out))
    cv2.max(t, _BEND, dst=cube)
    cv2.pow(cube, 3, dst=cube)
    cv2.min(t, _BEND, dst=below)
    cv2.addWeighted(cube, 1, below, _TANGENT, -_TANGENT * _BEND, dst=cube)
    y, x, z = work.reshape(3, 1, -1)
    for plane, shares in zip(out.reshape(3, 1, -1), _BGR_FROM_YXZ, strict=True):
        cv2.addWeighted(y, shares[0], x, shares[1], 0, dst=plane)
        cv2.scaleAdd(z, shares[2], plane, dst=plane)
    return out


def encode(linear: Floats, work: Floats, out: Pixels | Floats) -> None:
    """Apply the transfer curve of sRGB, and round to the depth of `out`, if that is no float32.

    Before rounding it is within 1e-3 of an 8-bit level, and 0.2 of a 16-bit one.

    Parameters
    ----------
    linear, work : (3, h, w) float32
        Linear light, clipped where it is outside 0…1, and room to work; both are overwritten.
    out : (3, h, w) uint8, uint16, or float32 from 0 to 1
        sRGB.
    """
    import cv2

    depth = {"u1": cv2.CV_8U, "u2": cv2.CV_16U, "f4": cv2.CV_32F}[out.dtype.str[1:]]
    below, power = _rows(linear), _rows(work)
    cv2.max(below, BEND, dst=power)
    cv2.min(below, BEND, dst=below)
    cv2.log(power, dst=power)
    power *= np.float32(1 / 2.4)
    cv2.exp(power, dst=power)
    top = {cv2.CV_8U: 255.0, cv2.CV_16U: 65535.0, cv2.CV_32F: 1.0}[depth]
    cv2.addWeighted(
        *(power, 1.055 * top, below, SLOPE * top),
        (-0.055 - SLOPE * BEND) * top,
        dst=_rows(out),
        dtype=depth,
    )


def _rows(planes: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """See planes as one, which is a call of OpenCV instead of three."""
    return planes.reshape(-1, planes.shape[-1])
