"""Makes zhang16_vector.npz: what PyTorch computes from the stand-in weights.

Run `python make_zhang16_vector.py` where PyTorch is installed. The network is written down here
once more, layer by layer and from the published prototxt, not from labcolor's table.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parents[2]), str(HERE.parent)]

from zhang16_standin import standin_layers, standin_lightness  # noqa: E402

from labcolor.color.bins import BINS  # noqa: E402

SIZE = (40, 48)  # an eighth of it is odd by even


def logits(layers: dict[str, tuple[torch.Tensor, ...]], x: torch.Tensor) -> torch.Tensor:
    """Return the logits of L* − 50."""

    def conv(name: str, x: torch.Tensor, stride: int = 1, dilation: int = 1) -> torch.Tensor:
        return F.relu(F.conv2d(x, *layers[name], stride, dilation, dilation))

    def norm(name: str, x: torch.Tensor) -> torch.Tensor:
        mean, variance, factor = layers[name]
        return F.batch_norm(x, mean / factor, variance / factor, eps=1e-5)

    x = conv("bw_conv1_1", x)
    x = norm("conv1_2norm", conv("conv1_2", x, stride=2))
    x = conv("conv2_1", x)
    x = norm("conv2_2norm", conv("conv2_2", x, stride=2))
    x = conv("conv3_2", conv("conv3_1", x))
    x = norm("conv3_3norm", conv("conv3_3", x, stride=2))
    x = conv("conv4_2", conv("conv4_1", x))
    x = norm("conv4_3norm", conv("conv4_3", x))
    x = conv("conv5_2", conv("conv5_1", x, dilation=2), dilation=2)
    x = norm("conv5_3norm", conv("conv5_3", x, dilation=2))
    x = conv("conv6_2", conv("conv6_1", x, dilation=2), dilation=2)
    x = norm("conv6_3norm", conv("conv6_3", x, dilation=2))
    x = conv("conv7_2", conv("conv7_1", x))
    x = norm("conv7_3norm", conv("conv7_3", x))
    x = F.relu(F.conv_transpose2d(x, *layers["conv8_1"], stride=2, padding=1))
    x = conv("conv8_3", conv("conv8_2", x))
    return F.conv2d(x, *layers["conv8_313"])


if __name__ == "__main__":
    tensors = {
        name: tuple(torch.from_numpy(each).double() for each in blobs)
        for name, blobs in standin_layers().items()
    }
    with torch.inference_mode():
        out = logits(tensors, torch.from_numpy(standin_lightness(SIZE)).double())
        distribution = torch.softmax(2.606 * out, 1)
        ab = torch.einsum("nqhw,qc->nchw", distribution, torch.tensor(BINS, dtype=torch.float64))
    np.savez_compressed(
        HERE / "zhang16_vector.npz",
        logits=out[:, ::16].numpy().astype(np.float32),
        ab=ab.numpy().astype(np.float32),
    )
    print("logits", tuple(out.shape), "std", out.std().item(), "ab std", ab.std().item())
