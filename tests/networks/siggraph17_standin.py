"""Stand-in weights for SIGGRAPH'17: the published keys and shapes, from a fixed generator."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np

# Reads like the release: a name, its kind and its channels; blocks are spelt out.
_BLOCKS = {
    "model1": (0, (4, 64, 64)),
    "model2": (0, (64, 128, 128)),
    "model3": (0, (128, 256, 256, 256)),
    "model4": (0, (256, 512, 512, 512)),
    "model5": (0, (512, 512, 512, 512)),
    "model6": (0, (512, 512, 512, 512)),
    "model7": (0, (512, 512, 512, 512)),
    "model8": (1, (256, 256, 256)),
    "model9": (1, (128, 128)),
}
_CONVOLUTIONS = {
    "model3short8.0": (256, 256, 3),
    "model2short9.0": (128, 128, 3),
    "model1short10.0": (128, 64, 3),
    "model10.1": (128, 128, 3),
    "model_out.0": (2, 128, 1),
    "model_class.0": (529, 256, 1),
}
_UP = {"model8up.0": (512, 256), "model9up.0": (256, 128), "model10up.0": (128, 128)}


def standin_state() -> dict[str, np.ndarray]:
    """Return a state dict of 107 tensors under which every activation is of the order of 1."""
    random = np.random.RandomState(2017)
    shapes = dict(_CONVOLUTIONS)
    state: dict[str, np.ndarray] = {}
    for block, (first, widths) in _BLOCKS.items():
        for step, (inputs, outputs) in enumerate(pairwise(widths)):
            shapes[f"{block}.{first + 2 * step}"] = (outputs, inputs, 3)
        norm, n = f"{block}.{first + 2 * (len(widths) - 1)}", widths[-1]
        state[f"{norm}.weight"] = random.uniform(0.5, 1.5, n)
        state[f"{norm}.bias"] = random.uniform(-0.3, 0.3, n)
        state[f"{norm}.running_mean"] = random.uniform(0, 0.6, n)
        state[f"{norm}.running_var"] = random.uniform(0.5, 1.5, n)
        state[f"{norm}.num_batches_tracked"] = np.array(9, np.int64)
    for name, (outputs, inputs, kernel) in shapes.items():
        scale = math.sqrt(6 / (inputs * kernel**2))
        if name == "model_out.0":
            scale /= 8  # keeps ab at the size of real colours, where tanh is not yet flat
        state[f"{name}.weight"] = random.uniform(-scale, scale, (outputs, inputs, kernel, kernel))
        state[f"{name}.bias"] = random.uniform(-0.1, 0.1, outputs)
    for name, (inputs, outputs) in _UP.items():
        scale = math.sqrt(6 / (inputs * 4))  # each output sees a quarter of its kernel
        state[f"{name}.weight"] = random.uniform(-scale, scale, (inputs, outputs, 4, 4))
        state[f"{name}.bias"] = random.uniform(-0.1, 0.1, outputs)
    return {
        name: each if each.dtype == np.int64 else each.astype(np.float32)
        for name, each in state.items()
    }


def standin_input(size: tuple[int, int]) -> np.ndarray:
    """Return L* − 50, a, b and mask of hints, (1, 4, *size), float32: waves, and three patches."""
    rows, columns = np.mgrid[: size[0], : size[1]]
    planes = np.zeros((1, 4, *size), np.float32)
    planes[0, 0] = 40 * np.sin(rows / 7) * np.cos(columns / 11)
    planes[0, 0] += np.random.RandomState(0).uniform(-10, 10, size)
    for top, left, a, b in ((3, 5, 60, -30), (20, 9, -70, 90), (30, 40, 10, 20)):
        planes[0, 1:, top : top + 4, left : left + 4] = np.reshape((a, b, 1), (3, 1, 1))
    return planes
