"""Makes own_shapes.json and own_vectors.npz: what PyTorch computes from the stand-in weights.

Run `python make_own_vectors.py` where PyTorch is installed. The stand-in weights are what
`training.export` would have folded; here they stand beside a batch normalisation that does
nothing, so that the modules of `training.networks` themselves are run.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import torch
from torch import nn

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parents[2]), str(HERE.parent)]

from own_standin import FIRSTS, standin_layers, standin_planes  # noqa: E402

from labcolor.networks.lite import LITE2  # noqa: E402
from training.networks.layers import SCALE, Conv  # noqa: E402
from training.networks.lite import Lite  # noqa: E402
from training.networks.parts import Parts  # noqa: E402
from training.networks.vgg import Vgg  # noqa: E402

SIZE = (48, 64)


def layers(net: nn.Module) -> dict[str, nn.Module]:
    """Name the convolutions, each with its normalisation if it has one."""
    found: dict[str, nn.Module] = {}
    for name, module in net.named_modules():
        inside = name.rpartition(".")[0] in found
        if isinstance(module, Conv) or (isinstance(module, nn.Conv2d) and not inside):
            found[name] = module
    return found


def fill(net: nn.Module, name: str) -> nn.Module:
    """Put the stand-in weights into the module."""
    modules = layers(net)
    for layer, (weight, bias) in standin_layers(name).items():
        module, tensor = modules[layer], torch.from_numpy(weight)
        if layer in FIRSTS:
            tensor = tensor * torch.tensor(SCALE[: tensor.shape[1]]).view(1, -1, 1, 1)
        if isinstance(module, Conv):
            module[0].weight.data = tensor
            module[1].eps = 0.0
            module[1].bias.data = torch.from_numpy(bias)
        else:
            unit = net.unit if layer == "head" else 1
            module.weight.data, module.bias.data = tensor / unit, torch.from_numpy(bias) / unit
    return net.double().eval()


if __name__ == "__main__":
    nets = {
        "lite": Lite(313, 1),
        "lite2": Lite(313, 1, LITE2),
        "hinted": Lite(2, 4),
        "vgg": Vgg(),
        "parts": Parts(),
    }
    shapes = {
        name: {
            layer: tuple((module[0] if isinstance(module, Conv) else module).weight.shape)
            for layer, module in layers(net).items()
        }
        for name, net in nets.items()
    }
    (HERE / "own_shapes.json").write_text(json.dumps(shapes, indent=1) + "\n")
    answers = {}
    for name, net in nets.items():
        planes = torch.from_numpy(standin_planes(name, SIZE)).double()
        with torch.no_grad():
            answers[name] = fill(net, name)(planes).numpy().astype(np.float32)
    np.savez_compressed(HERE / "own_vectors.npz", **answers)
