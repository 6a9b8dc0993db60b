"""Stand-in weights for the compact network, narrow, from a generator that never changes."""

from __future__ import annotations

import numpy as np

WIDTHS = (4, 6, 8, 10)


def shapes() -> dict[str, tuple[int, int, int]]:
    """Return outputs, inputs and side of every kernel, by layer."""
    a, b, c, d = WIDTHS
    convolutions = {
        "stem.0": (a, 1, 3),
        "stem.1": (a, a, 3),
        "quarter.0": (b, a, 3),
        "eighth.0": (c, b, 3),
        "sixteenth.0": (d, c, 3),
        "scene.1": (d, d, 1),
        "scene.3": (d, d, 1),
        "narrow_eighth": (c, d, 1),
        "decode_eighth.0": (c, 2 * c, 3),
        "narrow_quarter": (2 * b, c, 1),
        "decode_quarter.0": (2 * b, 3 * b, 3),
        "head": (313, 2 * b, 1),
    }
    blocks = {"quarter": (1, b), "eighth": (2, c), "sixteenth": (4, d), "decode_eighth": (1, c)}
    for stage, (count, width) in blocks.items():
        for block in range(1, count + 1):
            for part in ("first", "second"):
                convolutions[f"{stage}.{block}.{part}"] = (width, width, 3)
    return convolutions


def standin_layers() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return weight and bias of every layer, He-scaled."""
    random = np.random.RandomState(2016)
    layers = {}
    for name, (outputs, inputs, side) in sorted(shapes().items()):
        scale = (6 / (inputs * side**2)) ** 0.5 / (50 if name == "stem.0" else 1)
        weight = random.uniform(-scale, scale, (outputs, inputs, side, side))
        layers[name] = weight.astype(np.float32), random.uniform(-0.1, 0.1, outputs).astype("f4")
    return layers


def standin_lightness(size: tuple[int, int]) -> np.ndarray:
    """Return L* − 50 of shape (1, 1, *size), float32."""
    return np.random.RandomState(0).uniform(-50, 50, (1, 1, *size)).astype(np.float32)
