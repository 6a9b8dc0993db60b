"""Turn a checkpoint into the embedded weights of a method.

    python -m training.export RUN/checkpoint.pt NAME.npz --rebalance 0.7 --temperature 1

Batch normalisation is folded into the convolutions, the tensors are kept as float16, and what
that costs is measured and said.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from training.model import Compact, Conv


def fold(conv: nn.Conv2d, norm: nn.BatchNorm2d) -> tuple[Tensor, Tensor]:
    """Return weight and bias of the convolution that does what both did."""
    gain = norm.weight / (norm.running_var + norm.eps).sqrt()
    return conv.weight * gain.view(-1, 1, 1, 1), norm.bias - norm.running_mean * gain


def tensors(net: nn.Module) -> dict[str, np.ndarray]:
    """Name weight and bias of every convolution as `labcolor.networks.compact` expects them.

    The network here divides L* − 50 by 50; the shipped one takes L* − 50, as Zhang's does.
    """
    found: dict[str, tuple[Tensor, Tensor]] = {}
    for name, module in net.named_modules():
        if isinstance(module, Conv):
            found[name] = fold(module[0], module[1])
        elif isinstance(module, nn.Conv2d) and name.rpartition(".")[0] not in found:
            found[name] = (module.weight, module.bias)
    weight, bias = found["stem.0"]
    found["stem.0"] = (weight / 50, bias)
    return {
        f"{name}.{part}": tensor.detach().numpy()
        for name, pair in found.items()
        for part, tensor in zip(("weight", "bias"), pair, strict=True)
    }


def main() -> None:
    """Read the checkpoint, write the weights."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--rebalance", type=float, required=True, help="default S, 0…1")
    parser.add_argument("--temperature", type=float, required=True, help="default T")
    options = parser.parse_args()
    state = torch.load(options.checkpoint, map_location="cpu", weights_only=True)
    net = Compact(tuple(state["widths"])).eval()
    net.load_state_dict(state["average"])
    half = {name: array.astype(np.float16) for name, array in tensors(net).items()}
    settings = {
        "network": "compact",
        "trained_rebalance": 1.0,
        "rebalance": options.rebalance,
        "temperature": options.temperature,
    }
    np.savez(options.output, settings=np.array(json.dumps(settings)), **half)
    worst = max(
        float(np.abs(half[name] - array).max() / np.abs(array).max())
        for name, array in tensors(net).items()
    )
    print(
        f"{options.output}: {options.output.stat().st_size / 1e6:.1f} MB, "
        f"largest error of a tensor {worst:.1e} of its largest value"
    )


if __name__ == "__main__":
    main()
