"""Which pictures a run learns from, and which it is validated with."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from training import shards
from training.config import Config


def read(
    folder: Path, config: Config, limit: int | None = None
) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Read the pictures to learn from, those to validate with, and the sources of the former.

    Held-out pictures stay among the former, so that numbers go on meaning the same picture; their
    share is 0, so they are never drawn.
    """
    pictures = shards.load(folder, config.side, limit)
    sources = shards.sources(folder, limit) if config.sources else []
    held_out = config.held_out() & set(sources)
    if held_out:
        return pictures, shards.of_sources(pictures, sources, held_out), sources
    train, validation = shards.split(pictures)
    return train, validation, sources[: len(train)]
