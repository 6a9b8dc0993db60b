"""Makes compact_vector.npz: what `training/model.py` computes from the stand-in weights.

Run `python make_compact_vector.py` where PyTorch is installed. The stand-in weights are what
`training.export` would have folded; here they stand beside a batch normalisation that does
nothing, so that the module itself is run.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import torch

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parents[2]), str(HERE.parent)]

from compact_standin import WIDTHS, standin_layers, standin_lightness  # noqa: E402

from training.model import Compact, Conv  # noqa: E402


def filled() -> Compact:
    """Return the module with the stand-in weights in it."""
    net = Compact(WIDTHS).eval()
    modules = dict(net.named_modules())
    for name, (weight, bias) in standin_layers().items():
        scale = 50 if name == "stem.0" else 1  # the module divides L* − 50 by 50
        module, tensor = modules[name], torch.from_numpy(weight * np.float32(scale))
        if isinstance(module, Conv):
            module[0].weight.data = tensor
            module[1].eps = 0.0
            module[1].bias.data = torch.from_numpy(bias)
        else:
            module.weight.data, module.bias.data = tensor, torch.from_numpy(bias)
    return net


if __name__ == "__main__":
    lightness = torch.from_numpy(standin_lightness((64, 48))) + 50
    with torch.no_grad():
        logits = filled()(lightness).numpy()
    np.savez_compressed(HERE / "compact_vector.npz", logits=logits)
