"""Small generators such as people export, one of each kind, written to files with their TOML."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from labcolor.onnx.graph import Graph

SIDE = 32


def write(path: Path, toml: str, weight: np.ndarray, *, softmax: bool = False) -> Path:
    """Write a network of one 1×1 convolution, weight · x, and its TOML."""
    outputs, inputs = weight.shape
    net = Graph("generator", (1, inputs, SIDE, SIDE))
    x = net.conv(net.input, weight.astype(np.float32).reshape(outputs, inputs, 1, 1))
    if softmax:
        x = net.node("Softmax", x, axis=1)
    path.write_bytes(net.tobytes(x, (1, outputs, SIDE, SIDE)))
    path.with_suffix(".toml").write_text(toml)
    return path
