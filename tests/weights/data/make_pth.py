"""Writes tiny state dicts with PyTorch, once in each of its containers.

Run it with PyTorch as ``python tests/weights/data/make_pth.py``; the tests need its results only.
"""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path

import torch
from torch import nn

HERE = Path(__file__).parent


def state() -> OrderedDict[str, torch.Tensor]:
    """Return tensors of each kind that matters: of layers, shared, transposed, empty, scalar."""
    net = nn.Sequential(nn.Conv2d(2, 3, 3), nn.ReLU(), nn.BatchNorm2d(3))
    for start, each in enumerate(net.state_dict().values()):
        each.copy_((torch.arange(each.numel()) + start).view(each.shape))
    tensors = net.state_dict()
    pool = torch.arange(24, dtype=torch.float32)
    tensors["view.weight"] = pool.view(4, 6)[1:, 2:]
    tensors["view.bias"] = pool[5:9]
    tensors["transposed.weight"] = torch.arange(6, dtype=torch.float64).view(2, 3).T
    tensors["half.weight"] = torch.tensor([0.5, -2.0, 65504.0], dtype=torch.float16)
    tensors["whole.weight"] = torch.tensor([-(2**40), 3])
    tensors["empty.weight"] = torch.zeros(0, 3)
    tensors["parameter.weight"] = nn.Parameter(torch.tensor([1.0, 2.0]))
    return tensors


if __name__ == "__main__":
    torch.save(state(), HERE / "archive.pth")
    torch.save(state(), HERE / "stream.pth", _use_new_zipfile_serialization=False)
