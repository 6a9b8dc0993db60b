"""What teachers think of the pictures: kept, found again in a window, and learnt from."""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is for training only")

from test_training import ALONE, CONFIG, Tiny  # noqa: E402

from labcolor.color.bins import BINS, nearest, prior, rebalancing_weights  # noqa: E402
from training import augment, schedule, shards, teach, train, trainer, validate  # noqa: E402
from training.lab import lab_from_srgb  # noqa: E402
from training.networks import NETWORKS  # noqa: E402
from training.objective import Distance, SoftCrossEntropy  # noqa: E402
from training.soft_targets import KEPT, SoftTargets, Writer  # noqa: E402

SIDE = 9
WHOLE = torch.tensor([[[1.0, 0, 0], [0, 1, 0]]])
MIRRORED = torch.tensor([[[-1.0, 0, 0], [0, 1, 0]]])


@pytest.fixture(autouse=True)
def _tiny(monkeypatch):
    monkeypatch.setitem(NETWORKS, "tiny", Tiny)


@pytest.fixture
def distribution():
    """Ten pictures; few bins are likely at any place."""
    g = torch.Generator().manual_seed(0)
    return (6 * torch.randn(10, 313, SIDE, SIDE, generator=g)).softmax(1)


@pytest.fixture
def taught(distribution, tmp_path):
    writer = Writer(tmp_path, len(distribution), SIDE)
    writer.add(distribution[:7])
    writer.add(distribution[7:])
    return SoftTargets(tmp_path)


def whole(bins, shares):
    """Return the distribution over all bins."""
    n, _, height, width = bins.shape
    return torch.zeros(n, 313, height, width).scatter_add_(1, bins, shares)


def unbalanced(distribution):
    weights = torch.from_numpy(rebalancing_weights(prior()).astype(np.float32))
    found = distribution / weights.view(1, -1, 1, 1)
    return found / found.sum(1, keepdim=True)


def test_what_is_kept_is_nearly_all_that_was_said(distribution, taught):
    numbers = torch.tensor([8, 1])
    bins, shares = taught.within(numbers, WHOLE.expand(2, -1, -1), SIDE)
    assert len(taught) == 10
    assert bins.shape == shares.shape == (2, KEPT, SIDE, SIDE)
    torch.testing.assert_close(shares.sum(1), torch.ones(2, SIDE, SIDE))
    difference = (whole(bins, shares) - unbalanced(distribution[numbers])).abs().sum(1)
    assert difference.mean() < 0.05


def test_a_window_shows_the_part_of_the_answer_that_it_shows_of_the_picture(taught):
    straight, mirrored = (
        whole(*taught.within(torch.tensor([3]), window, SIDE)) for window in (WHOLE, MIRRORED)
    )
    torch.testing.assert_close(mirrored, straight.flip(-1))
    middle = WHOLE.clone()
    middle[:, 0, 0] = middle[:, 1, 1] = 1 / 3
    centre = whole(*taught.within(torch.tensor([3]), middle, 3))
    torch.testing.assert_close(centre, straight[..., 3:6, 3:6])


def test_windows_of_targets_and_pictures_are_the_same(tmp_path):
    """A picture whose colour says where it is, and targets that say the same."""
    y, x = np.indices((SIDE, SIDE))
    rgb = np.stack([20 * x, 20 * y, 100 + 0 * x])[None].astype(np.uint8).repeat(4, 0)
    place = torch.from_numpy(y * SIDE + x).view(1, 1, SIDE, SIDE).expand(4, -1, -1, -1)
    writer = Writer(tmp_path, 4, SIDE)
    writer.add(torch.zeros(4, 313, SIDE, SIDE).scatter_(1, place, 1.0))
    seen = augment.windows(4, 0.4, torch.Generator().manual_seed(0))
    bins, _ = SoftTargets(tmp_path).within(torch.arange(4), seen, 24)
    found = augment.view(torch.from_numpy(rgb).float(), seen, 24)
    off = found[:, :2] / 20 - torch.stack([bins[:, 0] % SIDE, bins[:, 0] // SIDE], 1)
    assert off.abs().max() <= 0.5 + 1e-3


@pytest.mark.parametrize("mixing", [0.5, 1.0])
def test_the_objectives_expect_what_they_would_find_on_average(mixing):
    """Against the same objective, averaged by hand over the bins that the place may have."""
    rng = np.random.default_rng(0)
    weights = rebalancing_weights(prior(), mixing)
    bins = torch.from_numpy(rng.integers(0, 313, (1, 4, 1, 1)))
    shares = torch.tensor([0.4, 0.3, 0.2, 0.1]).view(1, 4, 1, 1)
    logits = torch.from_numpy(rng.normal(0, 2, (1, 313, 1, 1)).astype(np.float32))
    ab = torch.from_numpy(rng.uniform(-40, 40, (1, 2, 1, 1)).astype(np.float32))
    chosen, share = bins.flatten().numpy(), shares.flatten().numpy() * weights[bins.flatten()]
    share = share / share.sum()
    entropy = -(share * logits.log_softmax(1).flatten().numpy()[chosen]).sum()
    distance = np.sqrt(((BINS[chosen] - ab.flatten().numpy()) ** 2).sum(1) + 1) @ share
    found = SoftCrossEntropy(weights).expected(logits, bins, shares)
    assert float(found) == pytest.approx(entropy, rel=1e-4)
    found = Distance(weights).expected(ab, bins, shares)
    assert float(found) == pytest.approx(distance, rel=1e-4)


@pytest.mark.parametrize(
    "changes", [{}, {"gives": "ab", "mixing": 1.0}, {"gives": "ab", "hints": True}]
)
def test_a_run_that_is_taught_repeats_and_moves_towards_its_teachers(tmp_path, changes):
    """They hold everything for red."""
    red = torch.zeros(10, 313, SIDE, SIDE)
    red[:, int(nearest([70.0, 50.0], 1)[0][0])] = 1
    Writer(tmp_path, 10, SIDE).add(red)
    taught = SoftTargets(tmp_path)
    pictures = np.random.default_rng(0).integers(0, 256, (10, 3, 36, 36), np.uint8)
    config = replace(CONFIG, **changes)
    runs = [
        trainer.Trainer(config, pictures, ALONE, schedule.Budget(None, 200), taught=taught)
        for _ in range(2)
    ]
    before = disagreement(runs[0], pictures)
    losses = [[run.step() for _ in range(200)] for run in runs]
    assert losses[0] == losses[1]
    assert disagreement(runs[0], pictures) < before


def test_a_taught_run_goes_on_to_the_bit_after_a_stop(taught, tmp_path):
    """With pictures drawn by the share of their source."""
    pictures = np.random.default_rng(0).integers(0, 256, (10, 3, 36, 36), np.uint8)
    config = replace(CONFIG, sources={"few": 0.2})

    def run():
        budget, sources = schedule.Budget(None, 8), ["few"] * 4 + ["other"] * 6
        return trainer.Trainer(config, pictures, ALONE, budget, sources=sources, taught=taught)

    whole, first, second = run(), run(), run()
    losses = [whole.step() for _ in range(8)]
    [first.step() for _ in range(3)]
    first.save(tmp_path / "checkpoint.pt")
    second.resume(tmp_path / "checkpoint.pt")
    assert [second.step() for _ in range(5)] == losses[3:]
    for name, value in whole.average.state_dict().items():
        assert torch.equal(value, second.average.state_dict()[name]), name


@torch.no_grad()
def disagreement(run, pictures):
    """Return how far the network is from its teachers, over whole pictures without hints."""
    lightness = lab_from_srgb(torch.from_numpy(pictures).float() / 255)[:, :1]
    targets = run.taught.within(torch.arange(10), WHOLE.expand(10, -1, -1), SIDE)
    return float(run.objective.expected(validate.answers(run.net, lightness), *targets))


def test_from_a_teacher_to_one_who_learns_by_the_commands(monkeypatch, tmp_path):
    """Train, teach, train on what was taught: three commands on a folder of pictures."""
    pictures = np.random.default_rng(0).integers(0, 256, (12, 3, 36, 36), np.uint8)
    monkeypatch.setattr(shards, "load", lambda *_: pictures)
    config = tmp_path / "tiny.toml"
    config.write_text(TINY)

    def call(module, *arguments):
        monkeypatch.setattr(sys, "argv", [module.__name__, *map(str, arguments)])
        module.main()

    def run(name, *more):
        call(train, config, tmp_path, tmp_path / name, "--steps", 3, *more)
        return tmp_path / name / "checkpoint.pt"

    first = run("first")
    call(teach, tmp_path, tmp_path / "targets", first, "--size", 36)
    assert len(SoftTargets(tmp_path / "targets")) == 12
    assert run("second", "--start", first, "--taught", tmp_path / "targets").exists()


TINY = """
seed = 1
network = "tiny"
gives = "distribution"
hints = false
mixing = 0.5
neighbours = 5
side = 36
weight_decay = 0.02
average = 0.99
old = 1.0
[[stage]]
share = 1.0
size = 32
batch = 4
rate = 1e-3
"""
