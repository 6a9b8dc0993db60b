"""Train a network: one command from photographs to a checkpoint that `training.export` ships.

    python -m training.train training/configs/class_weights_model.toml SHARDS RUN --minutes 120
    torchrun --nproc-per-node 4 -m training.train ...

Killed or stopped, the same command goes on where the last checkpoint stands. With `--steps` in
place of `--minutes` the schedule follows the steps and a run on a CPU repeats to the bit.
"""

from __future__ import annotations

import argparse
from pathlib import Path


def main() -> None:
    """Read the arguments and train."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("config", type=Path)
    parser.add_argument("shards", type=Path, help="folder of .tar shards, or of photographs")
    parser.add_argument("run", type=Path, help="folder for the checkpoint and the log")
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--steps", type=int)
    parser.add_argument("--start", type=Path, help="weights to begin with: .pt, .pth or .npz")
    parser.add_argument("--taught", type=Path, help="what training.teach wrote, to learn from too")
    parser.add_argument("--every", type=int, default=500, help="steps between checkpoints")
    parser.add_argument("--threads", type=int, help="CPU threads")
    parser.add_argument("--fused", action="store_true", help="faster layers for a CPU, compiled")
    parser.add_argument("--limit", type=int, help="use so many pictures only, for a trial")
    options = parser.parse_args()
    if (options.minutes is None) == (options.steps is None):
        parser.error("give either --minutes or --steps")
    try:
        from training.loop import train
    except ImportError as error:
        if error.name not in ("torch", "matplotlib"):
            raise
        parser.exit(1, "Training needs PyTorch: pip install -e '.[train]' in this checkout.\n")
    train(options)


if __name__ == "__main__":
    main()
