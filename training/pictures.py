"""The training pictures on the device, and which of them come next."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor


class Pictures:
    """Draws pictures in an order that the seed, and how many were drawn before, decide.

    Parameters
    ----------
    pictures : (n, 3, S, S) uint8
    seed : int
    device : torch.device
    shares : (n,) array, optional
        How often each is drawn, against the others; by default each once an epoch.
    """

    def __init__(
        self,
        pictures: np.ndarray,
        seed: int,
        device: torch.device,
        shares: np.ndarray | None = None,
    ):
        self.pictures = torch.from_numpy(pictures).to(device)
        self.seed = seed
        self.seen = 0
        self._shares = None if shares is None else torch.from_numpy(shares).double()

    def __len__(self) -> int:
        return len(self.pictures)

    def draw(self, count: int) -> Tensor:
        """Return the numbers of the next pictures, (count,) int64."""
        start, self.seen = self.seen, self.seen + count
        if self._shares is None:
            return self._in_turn(torch.arange(start, start + count))
        g = torch.Generator().manual_seed(self.seed * len(self.pictures) + start)
        return torch.multinomial(self._shares, count, generator=g)

    def _in_turn(self, places: Tensor) -> Tensor:
        n = len(self.pictures)
        epochs = places // n
        return torch.cat([self._order(int(e))[places[epochs == e] % n] for e in epochs.unique()])

    def _order(self, epoch: int) -> Tensor:
        g = torch.Generator().manual_seed(self.seed + epoch)
        return torch.randperm(len(self.pictures), generator=g)

    def __getitem__(self, numbers: Tensor) -> Tensor:
        """Return pictures, (N, 3, S, S) uint8 on the device."""
        return self.pictures[numbers.to(self.pictures.device)]
