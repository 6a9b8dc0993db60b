"""The expected calibration error, of distributions whose error is known. Needs PyTorch."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is for training only")

from training.calibrate import calibration_error, surprise  # noqa: E402


def certain_to(probability, hits, of=100):
    """Bin 7 has this probability at each of 100 places, and is the true one at some of them."""
    distribution = torch.full((1, 313, 10, 10), (1 - probability) / 312)
    distribution[:, 7] = probability
    true_bin = torch.full((of,), 9)
    true_bin[:hits] = 7
    return distribution, true_bin.view(1, 10, 10)


@pytest.mark.parametrize(
    ("probability", "hits", "error"), [(0.3, 30, 0.0), (0.9, 70, 0.2), (0.25, 75, 0.5)]
)
def test_the_error_is_how_far_probability_and_frequency_are_apart(probability, hits, error):
    assert calibration_error(*certain_to(probability, hits)) == pytest.approx(error, abs=1e-6)


def test_errors_of_several_ranges_do_not_cancel():
    """Too sure by 0.2 in one half, too unsure by 0.2 in the other: 0.2, not 0."""
    (sure, often), (unsure, seldom) = certain_to(0.9, 70), certain_to(0.3, 50)
    both = torch.cat([sure, unsure]), torch.cat([often, seldom])
    assert calibration_error(*both) == pytest.approx(0.2, abs=1e-6)


def test_the_surprise_of_a_fair_choice_among_all_bins():
    uniform = torch.full((1, 313, 10, 10), 1 / 313)
    bins = torch.randint(313, (1, 10, 10), generator=torch.Generator().manual_seed(0))
    assert surprise(uniform, bins) == pytest.approx(5.746, abs=1e-3)  # ln 313
