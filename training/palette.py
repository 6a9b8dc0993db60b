"""Count a palette that ships with labcolor from a folder of photographs.

    python -m training.palette FOLDER --output labcolor/palettes/kodachrome.npz

Each photograph counts alike. What it was counted from goes into catalogue.json by hand.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from labcolor.color.palette import mean
from labcolor.palettes import References


def main() -> None:
    """Read the photographs, write the numbers."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    palettes = References(options.folder).palettes
    counted = mean(palettes)
    np.savez(options.output, shares=counted.shares, lightness=counted.lightness)
    print(f"{len(palettes)} photographs")


if __name__ == "__main__":
    main()
