"""Draw the log of a run: loss, and gains over grey on the validation split.

python -m training.plot RUN/log.csv training/logs/NAME.png
"""

from __future__ import annotations

import argparse
import csv
from itertools import pairwise
from pathlib import Path


def main() -> None:
    """Read the log, write the plot."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("log", type=Path)
    parser.add_argument("plot", type=Path)
    options = parser.parse_args()

    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    with options.log.open(newline="") as file:
        rows = list(csv.DictReader(file))
    figure, axes = plt.subplots(1, 2, figsize=(9, 3), layout="constrained")
    minutes = [float(row["minutes"]) for row in rows]
    for axis, names in zip(axes, (("loss",), ("raw", "rebalanced")), strict=True):
        for name in names:
            axis.plot(minutes, [float(row[name]) for row in rows], label=name)
        for before, row in pairwise(rows):
            if before["size"] != row["size"]:
                axis.axvline(float(before["minutes"]), color="0.8", zorder=0)
        axis.set_xlabel("minutes")
        axis.legend()
    axes[0].set_title(f"training loss, {options.log.stem}")
    axes[1].set_title("gain over grey in AuC, validation")
    figure.savefig(options.plot, dpi=90)


if __name__ == "__main__":
    main()
