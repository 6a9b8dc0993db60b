"""What all the programs of this folder have in common: how the benchmark talks to them."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TypeAlias

Colour: TypeAlias = Callable[[str, str], object]
"""Colours a file into another one."""


def run(load: Callable[[str, int], Colour]) -> None:
    """Colour `SOURCE` into `TARGET`, once or whenever a line comes in.

    The arguments are MODEL THREADS SOURCE TARGET, and "warm" behind them for a process that loads
    the model, waits, and answers every line with the seconds that the photograph took: those of
    the clock, and those of all processors.
    """
    model, threads, source, target, *warm = sys.argv[1:]
    colour = load(model, int(threads))
    if not warm:
        colour(source, target)
        return
    for _ in sys.stdin:
        clock, processor = time.perf_counter(), time.process_time()
        colour(source, target)
        print(time.perf_counter() - clock, time.process_time() - processor, flush=True)
