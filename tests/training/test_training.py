"""The recipe: the objective, the resuming, the export. Needs PyTorch, which the tests may lack."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is for training only")

from torch import nn  # noqa: E402

from labcolor.color.bins import nearest, prior, rebalancing_weights, soft_encode  # noqa: E402
from labcolor.color.decode import annealed_mean, rebalance  # noqa: E402
from labcolor.color.lab import lab_from_srgb as numpy_lab  # noqa: E402
from labcolor.engines.opencv import OpenCv  # noqa: E402
from labcolor.networks import CHANNELS, registry  # noqa: E402
from training import augment, export, hints, schedule, soup, start, trainer  # noqa: E402
from training.checkpoint import from_checkpoint  # noqa: E402
from training.config import Config, Stage  # noqa: E402
from training.lab import lab_from_srgb  # noqa: E402
from training.networks import NETWORKS  # noqa: E402
from training.networks.layers import Conv, normalised, unit  # noqa: E402
from training.objective import Distance, SoftCrossEntropy  # noqa: E402
from training.pictures import Pictures  # noqa: E402
from training.workers import Workers  # noqa: E402


class Tiny(nn.Module):
    """Two layers, which train in no time."""

    firsts = ("first",)

    def __init__(self, outputs=313, inputs=1):
        super().__init__()
        self.first, self.head = Conv(inputs, 6, 3, 4), torch.nn.Conv2d(6, outputs, 1)
        self.unit = unit(outputs)

    def forward(self, planes):
        return self.head(self.first(normalised(planes))) * self.unit


CONFIG = Config(
    seed=1,
    network="tiny",
    gives="distribution",
    hints=False,
    mixing=0.5,
    neighbours=5,
    side=36,
    weight_decay=0.02,
    average=0.99,
    old=0.5,
    stages=(Stage(0.5, 16, 4, 1e-3), Stage(0.5, 32, 2, 1e-3)),
)
ALONE = Workers(0, 1, torch.device("cpu"))


@pytest.fixture(autouse=True)
def _tiny(monkeypatch):
    monkeypatch.setitem(NETWORKS, "tiny", Tiny)


@pytest.fixture(autouse=True)
def one_thread():
    """Two threads may add in another order."""
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(1)
    yield
    torch.use_deterministic_algorithms(False)


@pytest.fixture(scope="module")
def pictures():
    return np.random.default_rng(0).integers(0, 256, (10, 3, 36, 36), np.uint8)


def run_of(pictures, steps, **changes):
    config = replace(CONFIG, **changes)
    return trainer.Trainer(config, pictures, ALONE, schedule.Budget(None, steps))


@pytest.mark.parametrize(
    "changes", [{}, {"loss_stride": 2}, {"gives": "ab", "hints": True, "mixing": 0.95}]
)
def test_a_resumed_run_equals_an_uninterrupted_one_to_the_bit(pictures, tmp_path, changes):
    """Over the change of stage and of epoch: weights, average and losses."""
    whole = run_of(pictures, 8, **changes)
    losses = [whole.step() for _ in range(8)]
    first = run_of(pictures, 8, **changes)
    [first.step() for _ in range(3)]
    first.save(tmp_path / "checkpoint.pt")
    second = run_of(pictures, 8, **changes)
    second.resume(tmp_path / "checkpoint.pt")
    assert [second.step() for _ in range(5)] == losses[3:]
    for ours, theirs in ((whole.net, second.net), (whole.average, second.average)):
        for name, value in ours.state_dict().items():
            assert torch.equal(value, theirs.state_dict()[name]), name


def test_a_thinned_loss_sees_each_position_with_its_own_colour():
    """Of a plane that says where it is, every second row and column, and the truth of the same."""
    y, x = torch.meshgrid(torch.arange(6.0), torch.arange(8.0), indexing="ij")
    estimate, g = torch.stack([y, x])[None], torch.Generator().manual_seed(0)
    ab = estimate.repeat_interleave(4, 2).repeat_interleave(4, 3)
    firsts = set()
    for _ in range(40):
        some, truth = trainer.thinned(estimate, ab, 2, g)
        assert some.shape == (1, 2, 3, 4)
        assert torch.equal(some, truth)
        firsts.add(tuple(some[0, :, 0, 0].tolist()))
    assert firsts == {(0, 0), (0, 1), (1, 0), (1, 1)}


def test_an_epoch_shows_every_picture_once(pictures):
    source = Pictures(pictures, 1, torch.device("cpu"))
    seen = torch.cat([source.draw(4) for _ in range(5)])
    first, second = seen[:10].tolist(), seen[10:].tolist()
    assert sorted(first) == sorted(second) == list(range(10))
    assert first != second
    np.testing.assert_array_equal(source[seen], pictures[seen])


def test_pictures_of_a_source_are_drawn_by_its_share(pictures):
    """Three of the first source, at a third each; none of a source whose share is 0."""
    config = replace(CONFIG, sources={"few": 1 / 3, "none": 0.0})
    shares = config.shares(["few"] * 3 + ["none"] * 2 + ["other"] * 5)
    source = Pictures(pictures, 1, torch.device("cpu"), shares)
    drawn = torch.cat([source.draw(2) for _ in range(3000)])
    often = np.bincount(drawn, minlength=10) / 6000
    assert often[3:5].max() == 0
    assert often[:3].sum() == pytest.approx(1 / 6, abs=0.03)
    again = Pictures(pictures, 1, torch.device("cpu"), shares)
    again.seen = 4
    assert torch.equal(again.draw(2), drawn[4:6])


def test_every_config_can_be_read():
    configs = sorted((ROOT / "training" / "configs").glob("*_model.toml"))
    assert len(configs) == 5
    for path in configs:
        config = Config.read(path)
        assert sum(stage.share for stage in config.stages) == pytest.approx(1)
        assert config.sources["intel"] < 1 < config.sources["vocmix"]


def test_the_stages_follow_the_budget():
    sizes = [schedule.stage_at(CONFIG.stages, progress)[0].size for progress in (0, 0.49, 0.5, 1)]
    assert sizes == [16, 16, 32, 32]


def test_lab_is_labcolors():
    rgb = np.random.default_rng(0).random((2, 3, 8, 8), np.float32)
    expected = numpy_lab(rgb.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)
    np.testing.assert_allclose(lab_from_srgb(torch.from_numpy(rgb)), expected, atol=1e-3)


def test_the_objective_is_equation_2_with_the_weights_of_equation_3():
    """Written out in NumPy over the whole distribution, one pixel at a time."""
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 2, (2, 313, 3, 3)).astype(np.float32)
    ab = np.rint(rng.uniform(-60, 60, (2, 2, 3, 3))).astype(np.float32)
    weights = rebalancing_weights(prior())
    total = mass = 0.0
    for n, y, x in np.ndindex(2, 3, 3):
        z = logits[n, :, y, x].astype(np.float64)
        log_share = z - np.log(np.exp(z).sum())
        index, share = soft_encode(ab[n, :, y, x], 5)
        weight = weights[nearest(ab[n, :, y, x], 1)[0][0]]
        total -= weight * (share * log_share[index]).sum()
        mass += weight
    loss = SoftCrossEntropy(weights, 5)(torch.from_numpy(logits), torch.from_numpy(ab))
    assert float(loss) == pytest.approx(total / mass, rel=1e-4)


def test_a_grey_picture_does_not_count():
    objective = SoftCrossEntropy(np.ones(313, np.float32))
    logits = torch.randn(2, 313, 2, 2, generator=torch.Generator().manual_seed(0))
    ab = torch.zeros(2, 2, 8, 8)
    ab[1] = 40
    assert float(objective(logits, ab)) == pytest.approx(float(objective(logits[1:], ab[1:])))


def shown(rgb, size, seed):
    g = torch.Generator().manual_seed(seed)
    return augment.sample(rgb, augment.windows(len(rgb), 0.75, g), size, g)


def test_augmentation_leaves_the_colours_true_and_repeats(pictures):
    """The same generator gives the same batch; L* stays in range; ab is the picture's own."""
    rgb = torch.from_numpy(pictures)
    first, again = (shown(rgb, 32, 5) for _ in range(2))
    assert torch.equal(first[0], again[0])
    assert torch.equal(first[1], again[1])
    assert first[0].min() >= 0
    assert first[0].max() <= 100
    assert first[1].shape == (10, 2, 32, 32)


def test_a_flat_picture_keeps_its_colour_through_augmentation():
    flat = torch.full((4, 3, 20, 20), 0, dtype=torch.uint8)
    flat[:, 0] = 200
    _, ab = shown(flat, 16, 0)
    expected = numpy_lab([200 / 255, 0, 0])[1:]
    np.testing.assert_allclose(ab.mean((0, 2, 3)), expected, atol=0.1)


def test_the_distance_is_the_one_that_auc_counts():
    """Without rebalancing: the mean Euclidean distance, rounded off near 0."""
    rng = np.random.default_rng(0)
    ab, estimate = rng.uniform(-60, 60, (2, 3, 2, 4, 4)).astype(np.float32)
    expected = np.sqrt(((ab - estimate) ** 2).sum(1) + 1).mean()
    loss = Distance(np.ones(313, np.float32))(torch.from_numpy(estimate), torch.from_numpy(ab))
    assert float(loss) == pytest.approx(expected, rel=1e-5)


def test_the_decoded_colour_may_count_beside_the_entropy():
    """Decoded as labcolor decodes."""
    rng = np.random.default_rng(0)
    weights = rebalancing_weights(prior())
    logits = rng.normal(0, 2, (1, 313, 2, 2)).astype(np.float32)
    ab = rng.uniform(-60, 60, (1, 2, 2, 2)).astype(np.float32)
    shown = rebalance(logits[0], weights, -0.15)  # from the training's S₀ = 1 to 0.85
    colour = torch.from_numpy(annealed_mean(shown, 0.5).transpose(2, 0, 1)[None])
    given = torch.from_numpy(logits), torch.from_numpy(ab)
    found = replace(CONFIG, distance=0.1).objective()(*given)
    entropy, distance = SoftCrossEntropy(weights), Distance(weights)
    expected = entropy(*given) + 0.1 * distance(colour, given[1])
    assert float(found) == pytest.approx(float(expected), rel=1e-4)


def test_a_soup_is_the_mean_of_its_weights(pictures, tmp_path, monkeypatch):
    states = []
    for seed in (1, 2):
        run = run_of(pictures, 2, seed=seed)
        run.step()
        run.save(tmp_path / f"{seed}.pt")
        states.append(run.average.state_dict())
    names = ["soup", *(str(tmp_path / f"{name}.pt") for name in ("soup", 1, 2))]
    monkeypatch.setattr(sys, "argv", names)
    soup.main()
    mean = from_checkpoint(tmp_path / "soup.pt")[0].state_dict()
    for name, value in mean.items():
        if value.is_floating_point():
            torch.testing.assert_close(value, (states[0][name] + states[1][name]) / 2)


def test_hints_show_the_true_colour_where_the_mask_is_and_nothing_elsewhere():
    """On flat halves every patch within one half has exactly its colour; some have no hints."""
    ab = torch.zeros(200, 2, 64, 64)
    ab[:, 0, :, :32], ab[:, 1, :, 32:] = 40, -30
    found = hints.simulate(ab, torch.Generator().manual_seed(0))
    mask = found[:, 2:]
    assert set(mask.unique().tolist()) == {0.0, 1.0}
    assert (found[:, :2] * (1 - mask)).abs().max() == 0
    left = mask.clone()
    left[..., 30:] = 0
    far = left.clone()
    far[..., 24:] = 0  # a patch that reaches across has the mean of both
    assert (found[:, :1][far > 0] == 40).float().mean() > 0.8
    assert 0.5 < (mask.mean((1, 2, 3)) == 0).float().mean() < 0.7
    assert 0 < (mask.mean((1, 2, 3)) == 1).float().mean() < 0.1


def test_ageing_keeps_l_in_range_and_is_not_always_the_same():
    rgb = torch.rand(64, 3, 32, 32, generator=torch.Generator().manual_seed(1))
    lightness = lab_from_srgb(rgb)[:, :1]
    aged = augment.age(rgb, lightness, torch.Generator().manual_seed(0))
    assert aged.shape == lightness.shape
    assert aged.min() >= 0
    assert aged.max() <= 100
    changes = (aged - lightness).abs().mean((1, 2, 3))
    assert changes.min() < changes.median() < changes.max()


@pytest.mark.parametrize(
    ("name", "gives", "hints"),
    [
        ("lite", "distribution", False),
        ("lite2", "distribution", False),
        ("lite", "ab", True),
        ("vgg", "ab", False),
        ("parts", "ab", False),
    ],
)
def test_the_exported_network_is_the_trained_one(name, gives, hints):
    """Normalisation with statistics of its own folded, ONNX written, OpenCV run: to 1e-3."""
    torch.manual_seed(0)
    inputs = 4 if hints else 1
    net = NETWORKS[name](CHANNELS[gives], inputs).eval()
    for module in net.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 1.5)
            module.bias.data.normal_(0, 0.1)
    planes = 30 * torch.randn(1, inputs, 48, 64)
    with torch.no_grad():
        expected = net(planes).numpy()
    graph = registry.graph(name, export.layers(net), (48, 64), gives=gives, hints=hints)
    np.testing.assert_allclose(OpenCv(graph, "cpu")(planes.numpy()), expected, atol=1e-3)


def test_training_goes_on_from_weights_that_ship(pictures, tmp_path):
    """Folded, shipped and unfolded again: the same answer, and normalisation that normalises."""
    first = run_of(pictures, 4)
    [first.step() for _ in range(4)]
    full = {
        f"{name}.{part}": tensor
        for name, pair in export.layers(first.net.eval()).items()
        for part, tensor in zip(("weight", "bias"), pair, strict=True)
    }
    settings = {"network": "lite", "gives": "distribution", "hints": False, "side": 32}
    path = tmp_path / "shipped.npz"
    np.savez(path, settings=np.array(json.dumps(settings)), **full)

    second = run_of(pictures, 4)
    planes = 30 * torch.randn(8, 1, 32, 32, generator=torch.Generator().manual_seed(0))
    taken = start.begin(second.net, path, planes)
    assert taken == set(second.net.state_dict())
    with torch.no_grad():
        expected = first.net(planes)
        np.testing.assert_allclose(second.net.eval()(planes), expected, atol=1e-3)
        np.testing.assert_allclose(second.net.train()(planes), expected, atol=0.05)


def test_two_workers_learn_as_one(pictures, tmp_path):
    """Over gloo on a CPU: both end with the same weights, and only the leader writes."""
    script = tmp_path / "work.py"
    np.save(tmp_path / "pictures.npy", pictures)
    script.write_text(TOGETHER)
    command = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2"]
    command += ["--master-port", "29517", str(script), str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT, env=ENVIRONMENT)
    ours, theirs = (torch.load(tmp_path / f"{rank}.pt", weights_only=True) for rank in (0, 1))
    for name, value in ours.items():
        if "running" not in name:
            assert torch.equal(value, theirs[name]), name


ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": f"{ROOT}:{Path(__file__).parent}"}
TOGETHER = """
import sys
from pathlib import Path
import numpy as np, torch
from test_training import CONFIG, Tiny
from training import schedule, trainer
from training.networks import NETWORKS
from training.workers import Workers
NETWORKS["tiny"] = Tiny
folder, workers = Path(sys.argv[1]), Workers.from_environment()
pictures = np.load(folder / "pictures.npy")
run = trainer.Trainer(CONFIG, pictures, workers, schedule.Budget(None, 4))
while run.progress() < 1:
    run.step()
torch.save(run.net.state_dict(), folder / f"{workers.rank}.pt")
workers.leave()
"""
