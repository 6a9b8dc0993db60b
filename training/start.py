"""What a run may begin with: another run, an ImageNet encoder, or weights that ship."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor, nn

from labcolor.weights import embedded
from training.networks.layers import SCALE, Conv
from training.networks.lite import from_imagenet


def begin(net: nn.Module, path: Path, planes: Tensor) -> set[str]:
    """Take over every tensor that fits.

    Parameters
    ----------
    net : Module
        One of `training.networks`.
    path : Path
        A checkpoint, a published EfficientNet-Lite (`.pth`), or embedded weights (`.npz`).
    planes : (N, 1 or 4, S, S)
        What the network sees, to find the statistics that embedded weights no longer have.

    Returns
    -------
    set of str
        The names of the tensors taken.
    """
    if path.suffix == ".npz":
        return unfold(net, path, planes)
    theirs = torch.load(path, map_location="cpu", weights_only=True)
    if "average" in theirs:
        return take_over(net, theirs["average"])
    blocks = [len(stage) for stage in net.encoder.stages]
    return take_over(net, from_imagenet(theirs, blocks))


@torch.no_grad()
def take_over(net: nn.Module, theirs: Mapping[str, Tensor]) -> set[str]:
    """Take every tensor that fits; hints that only one of both sees are ignored."""
    taken = set()
    for name, ours in net.state_dict().items():
        other = theirs.get(name)
        if other is None:
            continue
        if other.shape == ours.shape:
            ours.copy_(other)
            taken.add(name)
        elif name == "encoder.stem.0.weight":
            shared = min(ours.shape[1], other.shape[1])
            ours.zero_()
            ours[:, :shared] = other[:, :shared]
            taken.add(name)
    return taken


@torch.no_grad()
def unfold(net: nn.Module, path: Path, planes: Tensor) -> set[str]:
    """Take over weights into which the normalisation was folded, and normalise anew.

    Each normalisation first does nothing but add the bias; one pass over `planes` then tells the
    mean and variance that it meets, and it is set to take them away and put them back: the network
    answers as before, and can be trained on as one that was never folded.
    """
    with path.open("rb") as file:
        layers, _ = embedded.read(file, str(path))
    modules = dict(net.named_modules())
    for name, (weight, bias) in layers.items():
        module, tensor = modules[name], torch.from_numpy(weight).float()
        if name in net.firsts:
            tensor = tensor * torch.tensor(SCALE[: tensor.shape[1]]).view(1, -1, 1, 1)
        unit = net.unit if name == "head" else 1.0
        if isinstance(module, Conv):
            module[0].weight.copy_(tensor)
            _add_only(module[1], torch.from_numpy(bias).float())
        else:
            module.weight.copy_(tensor / unit)
            module.bias.copy_(torch.from_numpy(bias).float() / unit)
    _normalise_anew(net, planes)
    return set(net.state_dict())


def _add_only(norm: nn.BatchNorm2d, bias: Tensor) -> None:
    norm.running_mean.zero_()
    norm.running_var.fill_(1 - norm.eps)
    norm.weight.fill_(1)
    norm.bias.copy_(bias)


def _normalise_anew(net: nn.Module, planes: Tensor) -> None:
    met: dict[nn.BatchNorm2d, tuple[Tensor, Tensor]] = {}

    def note(norm: nn.Module, inputs: tuple[Tensor]) -> None:
        x = inputs[0].float()
        met[norm] = x.mean((0, 2, 3)), x.var((0, 2, 3))

    norms = [module for module in net.modules() if isinstance(module, nn.BatchNorm2d)]
    hooks = [norm.register_forward_pre_hook(note) for norm in norms]
    net.eval()
    net(planes)
    for hook in hooks:
        hook.remove()
    for norm, (mean, variance) in met.items():
        norm.running_mean.copy_(mean)
        norm.running_var.copy_(variance)
        norm.weight.copy_((variance + norm.eps).sqrt())
        norm.bias.add_(mean)
