"""The recipe: the objective, the resuming, the export. Needs PyTorch, which the tests may lack."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is for training only")

from labcolor.color.bins import nearest, prior, rebalancing_weights, soft_encode  # noqa: E402
from labcolor.color.lab import lab_from_srgb as numpy_lab  # noqa: E402
from labcolor.engine import Engine  # noqa: E402
from labcolor.networks import compact  # noqa: E402
from training import augment, export, train  # noqa: E402
from training.lab import lab_from_srgb  # noqa: E402
from training.objective import SoftCrossEntropy  # noqa: E402

CONFIG = train.Config(
    seed=1,
    mixing=0.5,
    neighbours=5,
    widths=(4, 6, 8, 10),
    side=36,
    weight_decay=0.02,
    average=0.99,
    stages=(train.Stage(0.5, 16, 4, 1e-3), train.Stage(0.5, 32, 2, 1e-3)),
)


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


def trainer(pictures, steps):
    return train.Trainer(CONFIG, pictures, torch.device("cpu"), train.Budget(None, steps))


def test_a_resumed_run_equals_an_uninterrupted_one_to_the_bit(pictures, tmp_path):
    """Over the change of stage and of epoch: weights, average and losses."""
    whole = trainer(pictures, 8)
    losses = [whole.step() for _ in range(8)]
    first = trainer(pictures, 8)
    [first.step() for _ in range(3)]
    first.save(tmp_path / "checkpoint.pt")
    second = trainer(pictures, 8)
    second.resume(tmp_path / "checkpoint.pt")
    assert [second.step() for _ in range(5)] == losses[3:]
    for ours, theirs in ((whole.net, second.net), (whole.average, second.average)):
        for name, value in ours.state_dict().items():
            assert torch.equal(value, theirs.state_dict()[name]), name


def test_an_epoch_shows_every_picture_once(pictures):
    source = train.Pictures(pictures, 1, torch.device("cpu"))
    seen = torch.cat([source.batch(4) for _ in range(5)])
    first, second = seen[:10].numpy(), seen[10:].numpy()
    for epoch in (first, second):
        assert sorted(epoch.reshape(10, -1).sum(1)) == sorted(pictures.reshape(10, -1).sum(1))
    assert not np.array_equal(first, second)


def test_the_stages_follow_the_budget():
    sizes = [train.stage_at(CONFIG.stages, progress)[0].size for progress in (0, 0.49, 0.5, 1)]
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


def test_augmentation_leaves_the_colours_true_and_repeats(pictures):
    """The same generator gives the same batch; L* stays in range; ab is the picture's own."""
    rgb = torch.from_numpy(pictures)
    first, again = (augment.sample(rgb, 32, torch.Generator().manual_seed(5)) for _ in range(2))
    assert torch.equal(first[0], again[0])
    assert torch.equal(first[1], again[1])
    assert first[0].min() >= 0
    assert first[0].max() <= 100
    assert first[1].shape == (10, 2, 32, 32)


def test_a_flat_picture_keeps_its_colour_through_augmentation():
    flat = torch.full((4, 3, 20, 20), 0, dtype=torch.uint8)
    flat[:, 0] = 200
    _, ab = augment.sample(flat, 16, torch.Generator().manual_seed(0))
    expected = numpy_lab([200 / 255, 0, 0])[1:]
    np.testing.assert_allclose(ab.mean((0, 2, 3)), expected, atol=0.1)


def test_the_exported_network_is_the_trained_one(pictures):
    """Batch normalisation folded, ONNX written, OpenCV run: the same logits to 1e-3."""
    run = trainer(pictures, 4)
    [run.step() for _ in range(4)]
    net = run.net.eval()
    named = export.tensors(net)
    names = dict.fromkeys(name.rpartition(".")[0] for name in named)
    layers = {name: (named[f"{name}.weight"], named[f"{name}.bias"]) for name in names}
    lightness = torch.rand(1, 1, 32, 32, generator=torch.Generator().manual_seed(0)) * 100
    with torch.no_grad():
        expected = net(lightness).numpy()
    engine = Engine(compact.graph(layers, (32, 32)), "cpu")
    np.testing.assert_allclose(engine((lightness - 50).numpy()), expected, atol=1e-3)
