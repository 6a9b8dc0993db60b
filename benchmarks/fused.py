"""How much sooner a training step is done with the fused layers, network by network, on a CPU.

    python -m benchmarks.fused [--threads 1] [--network lite2 …]

The two kinds of layers take turns, each the same steps (48 pictures of 128×128, forward and back);
printed are the views a second of the best step of each, and their ratio.
"""

from __future__ import annotations

import argparse
import time

import torch
from torch import Tensor, nn

from training.fused.layers import fuse
from training.networks import NETWORKS, build

BATCH, SIZE, TURNS = 48, 128, 5


def seconds(net: nn.Module, planes: Tensor) -> float:
    """Take one step and say how long it took."""
    start = time.perf_counter()
    with torch.autocast("cpu", torch.bfloat16):
        estimate = net(planes)
    estimate.float().square().mean().backward()
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--network", nargs="*", choices=NETWORKS, default=list(NETWORKS))
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    lightness = 20 * torch.randn(BATCH, 1, SIZE, SIZE)
    planes = lightness.contiguous(memory_format=torch.channels_last)
    print(f"{'network':8} {'plain':>8} {'fused':>8} {'ratio':>7}")
    for network in options.network:
        plain, fused = (
            build(network, "ab", hints=False).to(memory_format=torch.channels_last).train()
            for _ in range(2)
        )
        fuse(fused)
        taken = [(seconds(plain, planes), seconds(fused, planes)) for _ in range(1 + TURNS)][1:]
        before, after = (BATCH / min(turn[k] for turn in taken) for k in (0, 1))
        print(f"{network:8} {before:8.1f} {after:8.1f} {after / before:7.2f}", flush=True)


if __name__ == "__main__":
    main()
