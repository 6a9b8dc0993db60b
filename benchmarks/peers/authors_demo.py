"""The authors' demo: eccv16 in PyTorch, and the whole picture in scikit-image's float CIELAB.

The steps are those of demo_release.py of richzhang/colorization for this one network, which it
shows 256×256 pixels. Photographs of 16 bits, which it cannot take, go through 8. It writes by
`plt.imsave`, here at labcolor's quality of JPEGs.
"""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import torch
from PIL import Image
from program import Colour, run
from skimage import color
from torch import nn
from torch.nn import functional

mpl.use("Agg")  # before pyplot
from matplotlib import pyplot as plt

# outputs of the convolutions, and the last one's stride, of blocks 1 to 7
_BLOCKS = ((64,) * 2, (128,) * 2, (256,) * 3, *((512,) * 3,) * 4)
_STRIDES = (2, 2, 2, 1, 1, 1, 1)
_DILATED = (5, 6)
_JPEG = {"quality": 95, "subsampling": 0}


def eccv16() -> nn.Sequential:
    """Return the network, from L* in hundreds to ab in hundreds and ten."""
    layers: list[nn.Module] = []
    inputs = 1
    for number, (outputs, stride) in enumerate(zip(_BLOCKS, _STRIDES, strict=True), 1):
        reach = 2 if number in _DILATED else 1
        for index, each in enumerate(outputs, 1):
            step = stride if index == len(outputs) else 1
            conv = nn.Conv2d(inputs, each, 3, stride=step, padding=reach, dilation=reach)
            layers += [conv, nn.ReLU(inplace=True)]
            inputs = each
        layers.append(nn.BatchNorm2d(inputs))
    layers += [nn.ConvTranspose2d(512, 256, 4, stride=2, padding=1), nn.ReLU(inplace=True)]
    for _ in range(2):
        layers += [nn.Conv2d(256, 256, 3, padding=1), nn.ReLU(inplace=True)]
    layers += [nn.Conv2d(256, 313, 1), nn.Softmax(dim=1), nn.Conv2d(313, 2, 1, bias=False)]
    return nn.Sequential(*layers, nn.Upsample(scale_factor=4, mode="bilinear"))


def load(folder: str, threads: int) -> Colour:
    """Read the state dict `v2.pth`."""
    torch.set_num_threads(threads)
    net = eccv16()
    net.load_state_dict(torch.load(f"{folder}/v2.pth", map_location="cpu"))
    net.eval()

    def colour(source: str, target: str) -> None:
        rgb = np.asarray(Image.open(source))
        if rgb.dtype == np.uint16:
            rgb = (rgb >> 8).astype(np.uint8)
        if rgb.ndim == 2:
            rgb = np.tile(rgb[:, :, None], 3)
        small = np.asarray(Image.fromarray(rgb).resize((256, 256), resample=3))
        lightness = torch.Tensor(color.rgb2lab(rgb)[:, :, 0])[None, None]
        seen = torch.Tensor(color.rgb2lab(small)[:, :, 0])[None, None]
        with torch.no_grad():
            ab = 110 * net((seen - 50) / 100)
        enlarged = functional.interpolate(ab, size=lightness.shape[2:], mode="bilinear")
        lab = torch.cat((lightness, enlarged), dim=1).numpy()[0].transpose(1, 2, 0)
        rest = {"pil_kwargs": _JPEG} if target.endswith(".jpg") else {}
        plt.imsave(target, color.lab2rgb(lab), **rest)

    return colour


if __name__ == "__main__":
    run(load)
