"""Reads what a run left: its averaged network, and what the run says of it."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn

from labcolor.networks import CHANNELS
from training.networks import NETWORKS


def from_checkpoint(path: Path) -> tuple[nn.Module, dict[str, object]]:
    """Read the averaged network of a run, ready to answer, and the run's own words on it."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    build = NETWORKS[state["network"]]
    net = build(CHANNELS[state["gives"]], 4 if state["hints"] else 1).eval()
    net.load_state_dict(state["average"])
    return net, state
