"""Reads what a run left: its averaged network, and what the run says of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import nn

from training.networks import build


def from_checkpoint(path: Path) -> tuple[nn.Module, dict[str, Any]]:
    """Read the averaged network of a run, ready to answer, and the run's own words on it."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    net = build(state["network"], state["gives"], state["hints"]).eval()
    net.load_state_dict(state["average"])
    return net, state
