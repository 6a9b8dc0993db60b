"""Several GPUs, or several processes on a CPU, at one training: started by `torchrun`."""

from __future__ import annotations

import os
from dataclasses import dataclass

import torch
import torch.distributed as dist
from torch import nn


@dataclass(frozen=True)
class Workers:
    """Which of how many processes this one is, and what it computes on."""

    rank: int
    count: int
    device: torch.device

    @classmethod
    def from_environment(cls) -> Workers:
        """Join the others where `torchrun` has started this process, else be alone."""
        count = int(os.environ.get("WORLD_SIZE", "1"))
        rank, local = int(os.environ.get("RANK", "0")), int(os.environ.get("LOCAL_RANK", "0"))
        cuda = torch.cuda.is_available()
        if cuda:
            torch.cuda.set_device(local)
        if count > 1:
            dist.init_process_group("nccl" if cuda else "gloo")
        return cls(rank, count, torch.device("cuda", local) if cuda else torch.device("cpu"))

    @property
    def leads(self) -> bool:
        """Whether this is the one that validates, writes and speaks."""
        return self.rank == 0

    def joined(self, net: nn.Module) -> nn.Module:
        """Let the gradients of all be averaged."""
        if self.count == 1:
            return net
        return nn.parallel.DistributedDataParallel(net)

    def agreed(self, value: float) -> float:
        """Return the leader's value: clocks differ, and all must stop at one step."""
        if self.count == 1:
            return value
        shared = torch.tensor([value], dtype=torch.float64, device=self.device)
        dist.broadcast(shared, 0)
        return float(shared)

    def leave(self) -> None:
        """Say goodbye to the others."""
        if self.count > 1:
            dist.destroy_process_group()
