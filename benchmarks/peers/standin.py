"""Writes what the programs compare: one network in every form, and the photographs.

    python standin.py network FOLDER
    python standin.py photograph FILE MEGAPIXELS

The weights are the stand-ins of the tests, of the published shapes; the forms are `v2.caffemodel`
with its prototxt, `v2.onnx` and, where there is PyTorch, `v2.pth`. Each runs in a process of its
own, so that the benchmark itself stays small: a child's peak of memory counts from its parent's.
"""
# ruff: noqa: PLC0415

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

sys.path.append(str(Path(__file__).resolve().parents[2] / "tests" / "networks"))


def network(folder: str) -> None:
    """Write the network in every form that a program here reads."""
    from zhang16_standin import caffemodel, prototxt, standin_layers

    from labcolor.color.bins import BINS
    from labcolor.networks.registry import graph

    layers = standin_layers()
    target = Path(folder)
    target.joinpath("v2.caffemodel").write_bytes(caffemodel(layers))
    target.joinpath("v2.prototxt").write_text(prototxt())
    target.joinpath("v2.onnx").write_bytes(
        graph("zhang16", layers, (224, 224), gives="distribution")
    )
    np.save(target / "pts_in_hull.npy", BINS)
    if importlib.util.find_spec("torch"):
        _write_state_dict(layers, BINS, target / "v2.pth")


def _write_state_dict(layers: dict, bins: np.ndarray, path: Path) -> None:
    """Write the tensors in PyTorch's units: L* in hundreds, T in the last layer, ab by 110."""
    import torch
    from authors_demo import eccv16

    net = eccv16()
    *modules, centres = (each for each in net if each.state_dict())
    for module, tensors in zip(modules, layers.values(), strict=True):
        if isinstance(module, torch.nn.BatchNorm2d):
            mean, variance, factor = map(torch.from_numpy, tensors)
            module.running_mean, module.running_var = mean / factor, variance / factor
            continue
        weight, bias = map(torch.from_numpy, tensors)
        module.weight.data, module.bias.data = weight, bias
    modules[0].weight.data *= 100
    for each in (modules[-1].weight, modules[-1].bias):
        each.data *= 2.606
    centres.weight.data = torch.from_numpy(bins.T.reshape(2, 313, 1, 1) / 110).float()
    torch.save(net.state_dict(), path)


def photograph(file: str, megapixels: str) -> None:
    """Write a grey photograph, 3:2, with soft shapes and grain; a TIFF has 16 bits."""
    from labcolor.photo import Photo, write

    height = round((float(megapixels) * 1e6 / 1.5) ** 0.5)
    random = np.random.default_rng(0)
    small = random.uniform(20, 235, (8, 12)).astype(np.float32)
    shapes = cv2.resize(small, (height * 3 // 2, height), interpolation=cv2.INTER_CUBIC)
    grain = random.normal(0, 2, (256, shapes.shape[1])).astype(np.float32)
    for top in range(0, height, len(grain)):
        rows = shapes[top : top + len(grain)]
        rows += grain[: len(rows)]
    deep = file.endswith(".tiff")
    scale, depth = (257, np.uint16) if deep else (1, np.uint8)
    pixels = (np.clip(shapes, 0, 255) * scale).astype(depth)
    write(Photo(pixels), Path(file))


if __name__ == "__main__":
    makers: dict[str, Callable[..., None]] = {"network": network, "photograph": photograph}
    makers[sys.argv[1]](*sys.argv[2:])
