"""How much nearer to the truth a reference brings the colours.

    python benchmarks/palettes.py FOLDER [--crop SUBFOLDER=PERCENT] [--method NAME …]

Each colour photograph below FOLDER is coloured with no reference, with its own true colours for
the reference (the most that any reference could do), with those of another photograph of the
folder, chosen by chance (the least that one should do), and with each built-in palette. Printed
are the gains over grey of the accuracy, raw and rebalanced (Zhang et al. 2016, section 3.1), and
the mean distance in ab.

    --pull 0.6 0.8 --rebalance 0.4 0.6

tries other settings of `labcolor.color.palette`; they were chosen so on photographs held out from
training: the most rebalanced gain by the true colours among those where a reference chosen by
chance is, in raw accuracy, no worse than grey.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Mapping
from itertools import product
from pathlib import Path
from typing import NamedTuple

from labcolor import Colorizer
from labcolor.color import palette
from labcolor.color.palette import Palette, palette_of
from labcolor.evaluation import Candidate, Folder, baseline, compare
from labcolor.evaluation.summary import GREY, rarity, summarise
from labcolor.evaluation.truth import Photograph
from labcolor.model.methods import DEFAULT
from labcolor.palettes import BUILT_IN
from labcolor.photo.model import Pixels


class Liking(NamedTuple):
    """A way to colour: how, and after what palette for each photograph."""

    colorizer: Colorizer
    palettes: Mapping[str, Palette] | str | None
    pull: float
    rebalance: float

    def colour(self, photograph: Photograph) -> Pixels:
        """Colour a photograph so."""
        palette.PULL, palette.REBALANCE = self.pull, self.rebalance
        chosen = self.palettes
        like = chosen[photograph.name] if isinstance(chosen, Mapping) else chosen
        return self.colorizer.liking(like)(photograph.pixels)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--crop", action="append", default=[], metavar="SUBFOLDER=PERCENT")
    parser.add_argument("--method", action="append", metavar="NAME")
    parser.add_argument("--pull", type=float, nargs="*", default=[palette.PULL])
    parser.add_argument("--rebalance", type=float, nargs="*", default=[palette.REBALANCE])
    options = parser.parse_args()
    crops = {name: float(percent) for name, percent in (one.split("=") for one in options.crop)}
    folder = Folder(options.folder, crops)
    truths = {one.name: palette_of(one.pixels) for one in map(folder.read, folder.files) if one}
    names = random.Random(0).sample(list(truths), len(truths))
    others = {one: truths[other] for one, other in zip(names, names[1:] + names[:1], strict=True)}
    candidates = [Candidate(GREY, baseline(GREY, folder), is_baseline=True)]
    for method in options.method or [DEFAULT]:
        colorizer = Colorizer(method)
        plain = Liking(colorizer, None, 0, 0)
        candidates.append(Candidate(f"{method}, no reference", plain.colour))
        for pull, rebalance in product(options.pull, options.rebalance):
            ways: dict[str, Mapping[str, Palette] | str] = {
                "its own colours": truths,
                "another's": others,
                **{one: one for one in BUILT_IN},
            }
            for name, palettes in ways.items():
                label = f"{method}, α {pull}, S {rebalance}, {name}"
                candidates.append(
                    Candidate(label, Liking(colorizer, palettes, pull, rebalance).colour)
                )
    records = compare(folder, candidates).records
    print(f"{len(records)} photographs{'':45} raw  rebalanced  ab error")
    for name, row in summarise(records, rarity(records)).rows.items():
        print(
            f"{name:57} {row.auc_gain:+7.2f} {row.auc_rebalanced_gain:+11.2f} {row.ab_error:9.2f}"
        )


if __name__ == "__main__":
    main()
