"""The fused layers against PyTorch's own in float32. Needs PyTorch and a C++ compiler."""

from __future__ import annotations

import copy
import os
import shutil

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is for training only")
if shutil.which(os.environ.get("CXX", "c++")) is None:
    pytest.skip("the fused layers need a C++ compiler", allow_module_level=True)

from torch import Tensor, nn  # noqa: E402

from labcolor.networks.lite import LITE0  # noqa: E402
from training.fused import build  # noqa: E402
from training.fused.layers import ACTIVATIONS, NONE, Filtered, Normalised, fuse  # noqa: E402
from training.networks.layers import Conv  # noqa: E402
from training.networks.lite import Inverted, Lite  # noqa: E402

HALF = 2.0**-8  # the rounding of bfloat16


def planes(*shape: int, seed: int = 0) -> Tensor:
    """Draw planes that bfloat16 holds exactly."""
    g = torch.Generator().manual_seed(seed)
    drawn = torch.randn(shape, generator=g).bfloat16()
    return drawn.to(memory_format=torch.channels_last)


def off(ours: Tensor, theirs: Tensor) -> float:
    """Return how far ours are from theirs, of their length."""
    ours, theirs = ours.detach().float(), theirs.detach()
    return float((ours - theirs).norm() / theirs.norm())


@pytest.mark.parametrize("activation", [None, *ACTIVATIONS])
@pytest.mark.parametrize("channels", [16, 24, 96])
def test_normalisation_is_that_of_pytorch(activation: type | None, channels: int) -> None:
    """Values, gradients and running statistics, with channels that fill no vector too."""
    x = planes(5, channels, 13, 11) * 2 + 1
    theirs = nn.BatchNorm2d(channels, eps=1e-3)
    nn.init.normal_(theirs.weight, 2)
    nn.init.normal_(theirs.bias, 1)
    ours = copy.deepcopy(theirs)
    back = planes(*x.shape, seed=1)

    wide = x.float().requires_grad_()
    wanted = nn.Sequential(theirs, *([activation()] if activation else []))(wide)
    wanted.backward(back.float())
    narrow = x.clone().requires_grad_()
    limits = ACTIVATIONS[activation] if activation else NONE
    got = Normalised.apply(narrow, ours.weight, ours.bias, ours, limits)
    got.backward(back)

    assert off(got, wanted) < HALF
    assert off(narrow.grad, wide.grad) < HALF
    for name, value in theirs.state_dict().items():
        assert torch.allclose(ours.state_dict()[name], value, rtol=1e-4, atol=1e-5), name
    assert off(ours.weight.grad, theirs.weight.grad) < 1e-4
    assert off(ours.bias.grad, theirs.bias.grad) < 1e-4


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("side", [3, 5])
@pytest.mark.parametrize("size", [4, 9, 16])
def test_filters_are_those_of_pytorch(side: int, stride: int, size: int) -> None:
    """Values and both gradients, where the filter is wider than the planes too."""
    x, weight = planes(3, 48, size, size + 1), torch.randn(48, 1, side, side)
    wide, theirs = x.float().requires_grad_(), weight.clone().requires_grad_()
    wanted = nn.functional.conv2d(wide, theirs, None, stride, side // 2, groups=48)
    back = planes(*wanted.shape, seed=1)
    wanted.backward(back.float())
    narrow, ours = x.clone().requires_grad_(), weight.clone().requires_grad_()
    got = Filtered.apply(narrow, ours, stride)
    got.backward(back)
    assert off(got, wanted) < HALF
    assert off(narrow.grad, wide.grad) < HALF
    assert off(ours.grad, theirs.grad) < 1e-5


def test_a_block_learns_the_same() -> None:
    """The gradients of a block's weights are as near to float32's as those of autocast."""
    plain = Inverted(16, 16, 6, 5, 1).to(memory_format=torch.channels_last)
    fused = fuse(copy.deepcopy(plain))
    mixed = copy.deepcopy(plain)
    x, back = planes(8, 16, 12, 12).float(), planes(8, 16, 12, 12, seed=1).float()

    def gradients(block: nn.Module, autocast: bool) -> Tensor:
        with torch.autocast("cpu", torch.bfloat16, enabled=autocast):
            (block(x).float() * back).sum().backward()
        return torch.cat([one.grad.flatten() for one in block.parameters()])

    exact = gradients(plain, False)
    assert off(gradients(fused, True), exact) < 1.5 * off(gradients(mixed, True), exact) + HALF


def test_a_network_keeps_its_tensors_and_its_answers() -> None:
    """A checkpoint of one is one of the other; outside of training all is as it was."""
    plain = Lite(313, 1, LITE0).eval()
    fused = fuse(copy.deepcopy(plain))
    assert list(fused.state_dict()) == list(plain.state_dict())
    x = 20 * torch.randn(1, 1, 32, 32)
    with torch.inference_mode():
        assert torch.equal(fused(x), plain(x))
    assert not any(type(one) is Conv for one in fused.modules())


@pytest.mark.parametrize("threads", [1, 3])
def test_a_step_repeats_to_the_bit(threads: int) -> None:
    """With several threads too."""
    block, x = fuse(Inverted(16, 32, 6, 3, 2)), planes(6, 16, 40, 40)
    before = torch.get_num_threads()
    torch.set_num_threads(threads)

    def gradients() -> list[Tensor]:
        block.zero_grad()
        with torch.autocast("cpu", torch.bfloat16):
            block(x).float().square().sum().backward()
        return [one.grad.clone() for one in block.parameters()]

    try:
        assert all(map(torch.equal, gradients(), gradients()))
    finally:
        torch.set_num_threads(before)


def test_without_a_compiler_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """In one sentence."""
    monkeypatch.setenv("CXX", "no-such-compiler")
    with pytest.raises(SystemExit, match="there is no no-such-compiler"):
        build.kernels.__wrapped__()
