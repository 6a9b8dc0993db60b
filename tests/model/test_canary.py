"""The weights that ship give what they gave when they were released, and a fault is noticed."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from labcolor.model import canary, verify
from labcolor.model.methods import METHODS
from labcolor.model.network import of_weights
from labcolor.weights import store
from labcolor.weights.catalogue import CANARIES, FILES
from labcolor.weights.load import load

SHIPPED = sorted(
    one.name.removesuffix(".npz") for one in store.PACKAGED.iterdir() if one.name.endswith(".npz")
)


@pytest.fixture(scope="module")
def weights():
    return load(METHODS["class_weights_model"])


@pytest.mark.parametrize("name", SHIPPED)
def test_embedded_weights_have_a_canary_that_lives(name: str) -> None:
    """After replacing weights, `python models/make_canaries.py` makes this pass again."""
    verdict = verify.embedded(METHODS[name])
    assert verdict.state == "verified", verdict.why


def test_no_canary_is_of_a_file_that_is_gone() -> None:
    assert CANARIES.keys() <= {f"{name}.npz" for name in SHIPPED} | FILES.keys()


@pytest.mark.parametrize("name", CANARIES)
def test_canaries_have_enough_numbers_to_tell(name: str) -> None:
    """As many as they should, and far from all alike."""
    numbers = CANARIES[name].numbers
    assert len(numbers) == canary.NUMBERS
    assert np.std(numbers) > 0.1


def test_the_question_is_the_same_on_every_machine() -> None:
    """Whole numbers inside L* − 50 and ab; the sums were written down once."""
    asked = canary.question(4, 160)
    assert asked.shape == (1, 4, 160, 160)
    np.testing.assert_array_equal(asked, asked.round())
    assert abs(asked[0, 0]).max() <= 64
    assert asked[0].sum((1, 2)).tolist() == [asked[0, 0].sum(), 70 * 64, -10 * 64, 2 * 64]
    np.testing.assert_array_equal(canary.question(1, 160)[0, 0], asked[0, 0])


def test_rounding_is_let_pass() -> None:
    """As much as another OpenCV or another processor may make of it."""
    numbers = np.array(CANARIES["class_weights_model.npz"].numbers)
    spread = np.ptp(numbers)
    noise = np.random.default_rng(5).uniform(-1e-4, 1e-4, len(numbers)) * spread
    assert canary.agree(numbers + noise, numbers)
    assert not canary.agree(numbers + 1e-3 * spread, numbers)


@pytest.mark.parametrize("fault", ["a layer is nought", "two inputs change places", "scaled"])
def test_a_fault_in_one_layer_is_noticed(weights, fault: str) -> None:
    """Faults as a wrong reader or a wrong graph would make them."""
    known = CANARIES["class_weights_model.npz"].numbers
    name = max(weights.layers, key=lambda each: weights.layers[each][0].size)
    weight, *bias = weights.layers[name]
    changed = {
        "a layer is nought": 0 * weight,
        "two inputs change places": weight[:, ::-1],
        "scaled": 2 * weight,
    }[fault]
    layers = {**weights.layers, name: (np.ascontiguousarray(changed), *bias)}
    network = of_weights("changed", dataclasses.replace(weights, layers=layers))
    assert not canary.agree(canary.sample(canary.answer(network)), known)
