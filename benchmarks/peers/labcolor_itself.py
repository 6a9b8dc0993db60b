"""labcolor on one photograph after the other, as its folder mode does it."""

from __future__ import annotations

from pathlib import Path

from program import Colour, run

from labcolor import Colorizer
from labcolor.batch.one import Targets, colour_file
from labcolor.batch.options import OutputOptions
from labcolor.photo import format_of


def load(model: str, threads: int) -> Colour:
    """Make a colorizer of ENGINE:WEIGHTS."""
    engine, _, weights = model.partition(":")
    colorizer = Colorizer(weights=weights, threads=threads, engine=engine)

    def colour(source: str, target: str) -> None:
        targets = Targets(Path(target), format_of(Path(target)), target)
        with Path(source).open("rb") as file:
            colour_file(file, targets, colorizer, OutputOptions())

    return colour


if __name__ == "__main__":
    run(load)
