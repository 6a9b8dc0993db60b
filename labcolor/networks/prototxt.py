"""The layers of `zhang16` in Caffe's words, for OpenCV 4's own importer.

That importer is the authority that the graph is compared with; labcolor does not colour with it.
"""

from __future__ import annotations

from labcolor.networks.zhang16 import LAYERS, Layer

_TYPES = {"conv": "Convolution", "deconv": "Deconvolution", "norm": "BatchNorm"}


def prototxt(size: tuple[int, int]) -> str:
    """Write colorization_deploy_v2.prototxt from its input, data_l, to its logits, conv8_313."""
    height, width = size
    blocks = [
        'name: "LtoAB" input: "data_l" input_dim: 1 input_dim: 1 '
        f"input_dim: {height} input_dim: {width}"
    ]
    top = "data_l"
    for layer in LAYERS:
        blocks.append(_layer(layer, top))
        top = layer.name
        if layer.kind != "norm" and layer is not LAYERS[-1]:
            blocks.append(
                f'layer {{ name: "relu_{top}" type: "ReLU" bottom: "{top}" top: "{top}" }}'
            )
    return "\n".join(blocks)


def _layer(layer: Layer, bottom: str) -> str:
    parameters = (
        ""
        if layer.kind == "norm"
        else (
            f"convolution_param {{ num_output: {layer.outputs} kernel_size: {layer.kernel} "
            f"stride: {layer.stride} pad: {layer.pad} dilation: {layer.dilation} }}"
        )
    )
    return (
        f'layer {{ name: "{layer.name}" type: "{_TYPES[layer.kind]}" '
        f'bottom: "{bottom}" top: "{layer.name}" {parameters} }}'
    )
