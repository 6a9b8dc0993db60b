"""Average the weights of several checkpoints of one lineage into one.

    python -m training.soup OUTPUT.pt CHECKPOINT CHECKPOINT [...]

Runs that begin with the same weights and end in the same valley are better in the mean than each
of them, on pictures unlike those of the training above all (Wortsman et al., "Model soups", 2022).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch


def main() -> None:
    """Read the checkpoints, write their mean."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("output", type=Path)
    parser.add_argument("checkpoints", type=Path, nargs="+")
    options = parser.parse_args()
    states = [torch.load(path, "cpu", weights_only=True) for path in options.checkpoints]
    mean = states[0]
    for name, value in mean["average"].items():
        if value.is_floating_point():
            value.copy_(torch.stack([state["average"][name] for state in states]).mean(0))
    torch.save(mean, options.output)


if __name__ == "__main__":
    main()
