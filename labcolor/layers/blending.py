"""How a colour is laid over another: Normal and Color, by the formulas of PDF and the W3C.

ISO 32000-2 section 11.3.5; W3C Compositing and Blending Level 1, sections 9 and 10.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from labcolor.color.floats import Floats

_LUMA = np.array([0.3, 0.59, 0.11], np.float32)


def color(below: Floats, above: Floats) -> Floats:
    """Give the luma of what is below the hue and saturation of what is above.

    Parameters
    ----------
    below, above : (..., 3) float32
        sRGB, 0…1: red, green, blue.
    """
    luma = below @ _LUMA
    moved = above + (luma - above @ _LUMA)[..., None]
    low, high = moved.min(-1), moved.max(-1)
    # towards the grey of that luma, until all three are within 0…1
    down = np.where(low < 0, luma / np.maximum(luma - low, 1e-6), 1)
    up = np.where(high > 1, (1 - luma) / np.maximum(high - luma, 1e-6), 1)
    grey = luma[..., None]
    return grey + (moved - grey) * np.minimum(down, up)[..., None]


MODES: dict[str, Callable[[Floats, Floats], Floats]] = {
    "normal": lambda _, above: above,
    "color": color,
}
"""The modes that can be composited, each a blend function B(below, above)."""


def over(
    below: tuple[Floats, Floats], above: tuple[Floats, Floats], mode: str
) -> tuple[Floats, Floats]:
    """Lay colours over others.

    Parameters
    ----------
    below, above : pair of (..., 3) and (...) float32
        Colour, sRGB 0…1 and not multiplied by alpha, and alpha, 0…1.
    mode : str
        A key of `MODES`.

    Returns
    -------
    pair of (..., 3) and (...) float32
        Colour and alpha of both together.
    """
    (under, backdrop), (colour, source) = below, above
    blended = MODES[mode](under, colour)
    a, b = source[..., None], backdrop[..., None]
    mixed = a * (1 - b) * colour + b * (1 - a) * under + a * b * blended
    alpha = source + backdrop - source * backdrop
    return mixed / np.maximum(alpha, 1e-6)[..., None], alpha
