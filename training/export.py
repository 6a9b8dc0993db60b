"""Turn a checkpoint into the embedded weights of a method.

    python -m training.export RUN/checkpoint.pt NAME.npz --rebalance 0.7 --temperature 1

Batch normalisation and the scale of the planes are folded into the convolutions, the tensors are
kept as float16, and what that costs is measured and said.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from training.checkpoint import from_checkpoint
from training.decoding import trained_rebalance
from training.networks.layers import SCALE, Conv


def fold(conv: nn.Conv2d, norm: nn.BatchNorm2d) -> tuple[Tensor, Tensor]:
    """Return weight and bias of the convolution that does what both did."""
    gain = norm.weight / (norm.running_var + norm.eps).sqrt()
    return conv.weight * gain.view(-1, 1, 1, 1), norm.bias - norm.running_mean * gain


@torch.no_grad()
def layers(net: nn.Module) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Name weight and bias of every convolution as `labcolor.networks` expects them.

    The network here divides its input and multiplies its answer; the shipped one takes L* − 50 and
    gives logits or ab, so that its first and last layers do it.
    """
    found: dict[str, tuple[Tensor, Tensor]] = {}
    for name, module in net.named_modules():
        if isinstance(module, Conv):
            found[name] = fold(module[0], module[1])
        elif isinstance(module, nn.Conv2d) and name.rpartition(".")[0] not in found:
            found[name] = (module.weight, module.bias)
    for name in net.firsts:
        weight, bias = found[name]
        found[name] = weight / torch.tensor(SCALE[: weight.shape[1]]).view(1, -1, 1, 1), bias
    weight, bias = found["head"]
    found["head"] = weight * net.unit, bias * net.unit
    return {name: (weight.numpy(), bias.numpy()) for name, (weight, bias) in found.items()}


def main() -> None:
    """Read the checkpoint, write the weights."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--rebalance", type=float, help="default S, 0…1, of a distribution")
    parser.add_argument("--temperature", type=float, help="default T of a distribution")
    parser.add_argument("--size", type=int, required=True, help="side of what it is shown")
    options = parser.parse_args()
    net, state = from_checkpoint(options.checkpoint)
    settings: dict[str, Any] = {key: state[key] for key in ("network", "gives", "hints")} | {
        "side": options.size
    }
    if state["gives"] == "distribution":
        if options.rebalance is None or options.temperature is None:
            parser.error("a distribution needs --rebalance and --temperature")
        settings["trained_rebalance"] = trained_rebalance(state["mixing"])
        settings["rebalance"] = options.rebalance
        settings["temperature"] = options.temperature
    full = {
        f"{name}.{part}": tensor
        for name, pair in layers(net).items()
        for part, tensor in zip(("weight", "bias"), pair, strict=True)
    }
    half = {name: tensor.astype(np.float16) for name, tensor in full.items()}
    np.savez(options.output, settings=np.array(json.dumps(settings)), **half)
    worst = max(
        float(np.abs(half[name] - tensor).max() / np.abs(tensor).max())
        for name, tensor in full.items()
    )
    print(
        f"{options.output}: {options.output.stat().st_size / 1e6:.1f} MB, "
        f"largest error of a tensor {worst:.1e} of its largest value"
    )


if __name__ == "__main__":
    main()
