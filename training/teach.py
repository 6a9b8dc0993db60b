"""Let networks trained before say what they think of every picture, for another to learn from.

    python -m training.teach SHARDS TARGETS RUN/checkpoint.pt [ANOTHER/checkpoint.pt ...]

Their opinions, on the picture and on its mirror image, are brought together by the geometric mean.
It takes 125 kB a picture, and stands under its name when it is whole.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import torch
from rich.progress import track
from torch import Tensor, nn

from training import shards
from training.checkpoint import from_checkpoint
from training.lab import lab_from_srgb
from training.soft_targets import Writer
from training.validate import answers

BATCH = 32


def opinion(teachers: Sequence[nn.Module], lightness: Tensor) -> Tensor:
    """Return the distribution, (N, 313, S/4, S/4), that the teachers agree on for (N, 1, S, S)."""
    logs = [answers(net, lightness).log_softmax(1) for net in teachers]
    logs += [answers(net, lightness.flip(-1)).log_softmax(1).flip(-1) for net in teachers]
    return torch.stack(logs).mean(0).softmax(1)


def main() -> None:
    """Read the arguments, ask the teachers."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("shards", type=Path, help="folder of .tar shards, or of photographs")
    parser.add_argument("targets", type=Path, help="folder to write to")
    parser.add_argument("teachers", type=Path, nargs="+", help="checkpoints, trained with λ = ½")
    parser.add_argument("--size", type=int, default=144, help="side of what they are shown")
    parser.add_argument("--limit", type=int, help="use so many pictures only, for a trial")
    options = parser.parse_args()
    if options.targets.exists():
        parser.error(f"{options.targets} is there already")
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    teachers = [from_checkpoint(path)[0].to(device) for path in options.teachers]
    pictures = torch.from_numpy(shards.load(options.shards, options.size, options.limit))
    part = options.targets.with_name(options.targets.name + ".part")
    writer = Writer(part, len(pictures), options.size // 4)
    for start in track(range(0, len(pictures), BATCH), description="asking"):
        rgb = pictures[start : start + BATCH].to(device).float() / 255
        writer.add(opinion(teachers, lab_from_srgb(rgb)[:, :1]))
    part.replace(options.targets)


if __name__ == "__main__":
    main()
