"""What teachers think each picture shows, kept on disk: soft targets.

The truth of one picture is one of the colours that a place may have. What several networks make of
it is a distribution over them, from which another network learns sooner, and better than any of
them (Hinton, Vinyals & Dean, "Distilling the Knowledge in a Neural Network", 2015). The teachers
see each picture once, whole and without damage; whoever learns sees windows of it, aged, and looks
up what they said about the places in that window.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from labcolor.color.bins import prior, rebalancing_weights
from labcolor.model.estimator import MIXING

KEPT = 32  # the likeliest of the 313 bins
LEVELS = 255


class SoftTargets:
    """The likeliest bins of every picture, and their shares, at a quarter of its size.

    Parameters
    ----------
    folder : Path
        Written by `training.teach`.
    """

    def __init__(self, folder: Path):
        self._bins = np.load(folder / "bins.npy", mmap_mode="r")
        self._shares = np.load(folder / "shares.npy", mmap_mode="r")
        weights = rebalancing_weights(prior(), MIXING)
        self._weights = torch.from_numpy(weights.astype(np.float32))

    def __len__(self) -> int:
        return len(self._bins)

    def within(self, numbers: Tensor, windows: Tensor, size: int) -> tuple[Tensor, Tensor]:
        """Look up what the teachers think of windows of pictures.

        Parameters
        ----------
        numbers : (N,) int64
            Which pictures.
        windows : (N, 2, 3)
            Which part of each, see `training.augment.windows`.
        size : int
            Rows and columns of the answer.

        Returns
        -------
        bins : (N, 32, size, size) int64
        shares : (N, 32, size, size) float32
            Without rebalancing; their sum is 1.
        """
        n, side = len(numbers), self._bins.shape[-1]
        grid = F.affine_grid(windows, [n, 1, size, size], align_corners=False)
        cell = (((grid + 1) * side - 1) / 2).round().clamp(0, side - 1).long()
        place = (cell[..., 1] * side + cell[..., 0]).view(n, 1, -1).expand(-1, KEPT, -1)

        def look_up(kept: np.ndarray) -> Tensor:
            chosen = torch.from_numpy(np.stack([kept[k] for k in numbers.tolist()]))
            chosen = chosen.to(windows.device).view(n, KEPT, -1).gather(2, place)
            return chosen.view(n, KEPT, size, size)

        bins = look_up(self._bins).long()
        shares = look_up(self._shares) / self._weights.to(windows.device)[bins]
        return bins, shares / shares.sum(1, keepdim=True)


class Writer:
    """Keeps what the teachers say, picture by picture.

    Parameters
    ----------
    folder : Path
    count : int
        How many pictures there will be.
    side : int
        Rows and columns of a distribution.
    """

    def __init__(self, folder: Path, count: int, side: int):
        folder.mkdir(parents=True, exist_ok=True)
        shape = (count, KEPT, side, side)
        self._bins, self._shares = (
            np.lib.format.open_memmap(folder / name, "w+", dtype, shape)
            for name, dtype in (("bins.npy", np.int16), ("shares.npy", np.uint8))
        )
        self._next = 0

    def add(self, distribution: Tensor) -> None:
        """Keep the likeliest bins of (N, 313, side, side), rebalanced with λ = ½."""
        shares, bins = distribution.topk(KEPT, 1)
        rows = slice(self._next, self._next + len(distribution))
        self._bins[rows] = bins.short().cpu().numpy()
        self._shares[rows] = (LEVELS * shares).round().byte().cpu().numpy()
        self._next = rows.stop
