"""Stand-in weights for labcolor's own networks, from a generator that never changes."""

from __future__ import annotations

import json
from pathlib import Path
from zlib import crc32

import numpy as np

DATA = Path(__file__).parent / "data"
# the layers that see the planes, of which L* − 50 is large
FIRSTS = {"encoder.stem", "tile_2", "sizes.0.0"}

NETWORKS = {
    "lite": ("lite", {"gives": "distribution"}),
    "lite2": ("lite2", {"gives": "distribution"}),
    "hinted": ("lite", {"gives": "ab", "hints": True}),
    "vgg": ("vgg", {"gives": "ab"}),
    "parts": ("parts", {"gives": "ab"}),
}


def shapes(name: str) -> dict[str, tuple[int, ...]]:
    """Return the shape of every kernel of a network, by layer."""
    return json.loads((DATA / "own_shapes.json").read_text())[name]


def standin_layers(name: str) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return weight and bias of every layer, He-scaled, each from a seed of its own name."""
    layers = {}
    for layer, shape in shapes(name).items():
        random = np.random.RandomState(crc32(layer.encode()))
        scale = (6 / np.prod(shape[1:])) ** 0.5 / (50 if layer in FIRSTS else 1)
        weight = random.uniform(-scale, scale, shape).astype(np.float32)
        layers[layer] = weight, random.uniform(-0.1, 0.1, shape[0]).astype(np.float32)
    return layers


def standin_planes(name: str, size: tuple[int, int]) -> np.ndarray:
    """Return L* − 50, and a few hints where the network takes them, float32."""
    random = np.random.RandomState(0)
    planes: list[np.ndarray] = [random.uniform(-50, 50, size)]
    if name == "hinted":
        mask = random.uniform(0, 1, size) > 0.9
        planes += [mask * random.uniform(-60, 60, size) for _ in range(2)] + [mask]
    return np.stack(planes)[None].astype(np.float32)
