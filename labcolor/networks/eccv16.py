"""The authors' PyTorch file of release v2, as the layers that its Caffe file has.

colorizers/eccv16.py is the network of `zhang16` in other units. It divides L* − 50 by 100, and
where Caffe's prototxt multiplies the logits by 2.606 before the softmax, the file has that factor
in its last layer. Both are taken out again here, so that temperature and rebalancing mean the
same whichever file the weights come from. What PyTorch's norms have besides, a gain and a shift,
is kept. The bins' centres at the end (model_out) are decoding and left out.
"""

from __future__ import annotations

import numpy as np

from labcolor.errors import WeightsError
from labcolor.networks import Layers

_LIGHTNESS = 100
_SHARPENING = 2.606

# PyTorch's name of each layer → Caffe's
_FIRST, _LAST = "model1.0", "model8.6"
_CONVOLUTIONS = {
    _FIRST: "bw_conv1_1",
    "model1.2": "conv1_2",
    "model2.0": "conv2_1",
    "model2.2": "conv2_2",
    **{f"model{n}.{2 * i}": f"conv{n}_{i + 1}" for n in range(3, 8) for i in range(3)},
    "model8.0": "conv8_1",
    "model8.2": "conv8_2",
    "model8.4": "conv8_3",
    _LAST: "conv8_313",
}
_NORMS = {
    "model1.4": "conv1_2norm",
    "model2.4": "conv2_2norm",
    **{f"model{n}.6": f"conv{n}_3norm" for n in range(3, 8)},
}
_TENSORS_OF_A_NORM = 4


def as_zhang16(layers: Layers, source: str = "the file of weights") -> Layers:
    """Return the layers under the names and in the units of the Caffe file.

    Parameters
    ----------
    layers : mapping of str to sequence of ndarray
        As `labcolor.weights.torch.read_pth` returns them.
    source : str, optional
        What an error calls the weights, such as the path of their file.

    Returns
    -------
    mapping of str to sequence of ndarray
        What `labcolor.networks.zhang16.graph` takes.

    Raises
    ------
    WeightsError
        A norm has not four tensors. All else is left to `zhang16.graph`.
    """
    found = {caffe: tuple(layers.get(name, ())) for name, caffe in _CONVOLUTIONS.items()}
    found[_CONVOLUTIONS[_FIRST]] = _divided(found[_CONVOLUTIONS[_FIRST]], _LIGHTNESS, 1)
    found[_CONVOLUTIONS[_LAST]] = _divided(found[_CONVOLUTIONS[_LAST]], _SHARPENING, _SHARPENING)
    for name, caffe in _NORMS.items():
        if len(layers.get(name, ())) != _TENSORS_OF_A_NORM:
            message = f"{source} is not of the network of Zhang et al. 2016: no norm {name} in it."
            raise WeightsError(message)
        gain, shift, mean, variance = layers[name]
        found[caffe] = (mean, variance, np.ones(1, np.float32), gain, shift)
    return found


def _divided(tensors: tuple[np.ndarray, ...], *by: float) -> tuple[np.ndarray, ...]:
    return tuple(
        (tensor / divisor).astype(np.float32) for tensor, divisor in zip(tensors, by, strict=False)
    )
