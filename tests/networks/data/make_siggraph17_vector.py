"""Runs a PyTorch transcription of SIGGRAPH'17 once, in double precision, and stores what it gives.

It follows the release (colorizers/siggraph17.py): L* in 0…100 goes in, is normalised inside, and
ab comes out in CIELAB units. Run it with PyTorch as
``python tests/networks/data/make_siggraph17_vector.py``; the tests need its result only.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[2])]

from siggraph17_standin import standin_input, standin_state  # noqa: E402

SIZES = {"even": (48, 64), "odd": (40, 48)}  # an eighth of them is


def colours(state: dict[str, torch.Tensor], planes: torch.Tensor) -> torch.Tensor:
    """Return ab of L*, ab of the hints and their mask."""

    def conv(name: str, x: torch.Tensor, dilation: int = 1) -> torch.Tensor:
        weight, bias = state[f"{name}.weight"], state[f"{name}.bias"]
        return F.conv2d(
            x, weight, bias, padding=dilation * (weight.shape[-1] // 2), dilation=dilation
        )

    def up(name: str, x: torch.Tensor) -> torch.Tensor:
        weight, bias = state[f"{name}.weight"], state[f"{name}.bias"]
        return F.conv_transpose2d(x, weight, bias, stride=2, padding=1)

    def norm(name: str, x: torch.Tensor) -> torch.Tensor:
        mean, variance = state[f"{name}.running_mean"], state[f"{name}.running_var"]
        return F.batch_norm(x, mean, variance, state[f"{name}.weight"], state[f"{name}.bias"])

    def block(name: str, x: torch.Tensor, convolutions: int, dilation: int = 1) -> torch.Tensor:
        for step in range(convolutions):
            x = F.relu(conv(f"{name}.{2 * step}", x, dilation))
        return norm(f"{name}.{2 * convolutions}", x)

    x = torch.cat(((planes[:, :1] - 50) / 100, planes[:, 1:3] / 110, planes[:, 3:]), 1)
    conv1_2 = block("model1", x, 2)
    conv2_2 = block("model2", conv1_2[:, :, ::2, ::2], 2)
    conv3_3 = block("model3", conv2_2[:, :, ::2, ::2], 3)
    conv4_3 = block("model4", conv3_3[:, :, ::2, ::2], 3)
    conv5_3 = block("model5", conv4_3, 3, dilation=2)
    conv6_3 = block("model6", conv5_3, 3, dilation=2)
    conv7_3 = block("model7", conv6_3, 3)
    x = F.relu(up("model8up.0", conv7_3) + conv("model3short8.0", conv3_3))
    x = F.relu(conv("model8.1", x))
    conv8_3 = norm("model8.5", F.relu(conv("model8.3", x)))
    x = F.relu(up("model9up.0", conv8_3) + conv("model2short9.0", conv2_2))
    conv9_3 = norm("model9.3", F.relu(conv("model9.1", x)))
    x = F.relu(up("model10up.0", conv9_3) + conv("model1short10.0", conv1_2))
    x = F.leaky_relu(conv("model10.1", x), 0.2)
    return 110 * torch.tanh(conv("model_out.0", x))


if __name__ == "__main__":
    state = {name: torch.from_numpy(each).double() for name, each in standin_state().items()}
    vectors = {}
    for size, shape in SIZES.items():
        planes = torch.from_numpy(standin_input(shape)).double()
        planes[:, 0] += 50
        without = planes.clone()
        without[:, 1:] = 0
        with torch.inference_mode():
            vectors[size] = colours(state, torch.cat((planes, without))).numpy()
        print(size, "std", vectors[size].std(), "most", abs(vectors[size]).max())
    np.savez_compressed(
        HERE / "siggraph17_vector.npz",
        **{size: each.astype(np.float32) for size, each in vectors.items()},
    )
