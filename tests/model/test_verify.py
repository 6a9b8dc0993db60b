"""Published files are verified where there is something to compare them with, and else not."""

from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from pth_standin import pth
from zhang16_standin import caffemodel, standin_layers

from labcolor.model import canary, verify
from labcolor.model.methods import METHODS, Method
from labcolor.model.network import of_method
from labcolor.weights import store
from labcolor.weights.caffe import read_caffemodel
from labcolor.weights.catalogue import CANARIES, WeightFile

METHOD = METHODS["class_weights_model"]

needs_caffe = pytest.mark.skipif(
    not hasattr(cv2.dnn, "readNetFromCaffe"), reason="OpenCV 5 has no Caffe importer"
)


@pytest.fixture(scope="module")
def content() -> bytes:
    return caffemodel(standin_layers())


def put(
    home: Path, content: bytes, name: str = "colorization_release_v2.caffemodel"
) -> WeightFile:
    """Put a file into the store; the entry that the catalogue would have for it is returned."""
    home.mkdir(exist_ok=True)
    (home / name).write_bytes(content)
    return dataclasses.replace(
        METHOD.published, name=name, bytes=len(content), sha256=hashlib.sha256(content).hexdigest()
    )


def test_what_is_not_here_has_no_verdict() -> None:
    assert verify.published(METHOD, METHOD.published) is None


@needs_caffe
def test_a_caffe_file_is_compared_with_opencvs_own_importer(home, content) -> None:
    """The stand-in weights have the real shapes."""
    verdict = verify.published(METHOD, put(home, content))
    assert verdict == ("verified", "gives what OpenCV's own Caffe importer gives")


@needs_caffe
def test_a_file_that_we_read_wrongly_is_noticed(home, content, monkeypatch) -> None:
    """Here by a reader that takes the first two layers' tensors for each other's."""

    def wrong(path: Path) -> dict:
        layers = read_caffemodel(path)
        weight, bias = layers["conv7_2"]
        return layers | {"conv7_2": (weight.transpose(1, 0, 2, 3), bias)}

    monkeypatch.setattr("labcolor.weights.caffe.read_caffemodel", wrong)
    verdict = verify.published(METHOD, put(home, content))
    assert verdict == ("wrong", "does not give what OpenCV's own Caffe importer gives")


def test_without_that_importer_nothing_is_claimed(home, monkeypatch) -> None:
    """OpenCV 5 has none."""
    monkeypatch.delattr(cv2.dnn, "readNetFromCaffe", raising=False)
    verdict = verify.published(METHOD, put(home, b"weights"))
    assert verdict.state == "unverified"
    assert "reads no Caffe files" in verdict.why


def test_a_pth_without_a_canary_is_unverified(home) -> None:
    file = put(home, pth({"a.weight": np.ones(1, np.float32)}), "unknown.pth")
    assert verify.published(METHOD, file) == (
        "unverified",
        "has the right sha256, and there is nothing to compare it with",
    )


def test_wrong_bytes_are_wrong_whatever_they_would_give(home) -> None:
    file = put(home, b"weights")
    (home / file.name).write_bytes(b"weighty")
    verdict = verify.published(METHOD, file)
    assert verdict.state == "wrong"
    assert "sha256" in verdict.why


def test_a_prior_needs_no_network(home) -> None:
    prior = put(home, b"prior", "prior_probs.npy")
    method = dataclasses.replace(METHOD, prior=prior)
    assert verify.published(method, prior) == ("verified", "has the right sha256")


@pytest.fixture
def with_canary(home, monkeypatch) -> tuple[Method, WeightFile]:
    """Let a file of labcolor's own stand for a published one that was at hand at the release."""
    embedded = store.PACKAGED / "class_weights_model.npz"
    file = put(home, embedded.read_bytes(), "at_hand.npz")
    known = CANARIES["class_weights_model.npz"]
    monkeypatch.setattr(verify, "CANARIES", {"at_hand.npz": known})
    return dataclasses.replace(METHOD, published=file), file


def test_a_published_file_with_a_canary_is_asked(with_canary) -> None:
    assert verify.published(*with_canary) == ("verified", "gives the numbers of the release")


def test_a_canary_that_does_not_live_is_told(with_canary, monkeypatch) -> None:
    """Of an OpenCV that computes something else."""
    right = canary.answer(of_method(METHOD.name))
    monkeypatch.setattr(canary, "answer", lambda _: -right)
    verdict = verify.published(*with_canary)
    assert verdict.state == "wrong"
    assert "check this OpenCV" in verdict.why


def test_embedded_weights_without_a_canary_are_unverified(monkeypatch) -> None:
    monkeypatch.setattr(verify, "CANARIES", {})
    assert verify.embedded(METHOD).state == "unverified"


def test_embedded_weights_that_were_replaced_are_wrong(monkeypatch) -> None:
    name = "class_weights_model.npz"
    other = dataclasses.replace(CANARIES[name], sha256="0" * 64)
    monkeypatch.setattr(verify, "CANARIES", {name: other})
    assert verify.embedded(METHOD) == (
        "wrong",
        "is not the file that labcolor was released with",
    )
