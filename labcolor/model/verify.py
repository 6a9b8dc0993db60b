"""Whether weights that are here are the right ones, and give here what they should."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, NamedTuple

from labcolor.errors import LabcolorError
from labcolor.model import canary
from labcolor.model.methods import Method
from labcolor.model.network import of_method
from labcolor.weights import store
from labcolor.weights.catalogue import CANARIES, Canary, WeightFile

_SIDE = 64  # what OpenCV's importer and we are compared at


class Verdict(NamedTuple):
    """What is found, and why: a sentence's end, after the name of the weights."""

    state: Literal["verified", "unverified", "wrong"]
    why: str


def embedded(method: Method) -> Verdict:
    """Judge the weights of a method that ship with labcolor."""
    name = f"{method.name}.npz"
    known = CANARIES.get(name)
    if known is None:
        return Verdict("unverified", "has no canary in this version of labcolor")
    with store.embedded(method).open("rb") as file:
        if store.sha256(file) != known.sha256:
            return Verdict("wrong", "is not the file that labcolor was released with")
    return _against_canary(method, None, known)


def published(method: Method, file: WeightFile) -> Verdict | None:
    """Judge a file that a method's authors published; None where it is not here.

    Raises
    ------
    WeightsError
        The store cannot be looked into.
    """
    if store.state(file) == "absent":
        return None
    path = store.path_of(file)
    try:
        wrong = store.fault(file, path)
    except OSError as error:
        return Verdict("wrong", f"cannot be read: {error.strerror}")
    return Verdict("wrong", wrong) if wrong else _answers(method, file, path)


def _answers(method: Method, file: WeightFile, path: Path) -> Verdict:
    """Judge a file of the right content by what comes of it."""
    if file == method.prior:
        return Verdict("verified", "has the right sha256")
    if file.name in CANARIES:
        return _against_canary(method, path, CANARIES[file.name])
    if path.suffix == ".caffemodel":
        return _against_opencv(method, path)
    return Verdict("unverified", "has the right sha256, and there is nothing to compare it with")


def _against_canary(method: Method, path: Path | None, known: Canary) -> Verdict:
    try:
        found = canary.sample(canary.answer(of_method(method.name, path)))
    except LabcolorError as error:
        return Verdict("wrong", str(error))
    if canary.agree(found, known.numbers):
        return Verdict("verified", "gives the numbers of the release")
    return Verdict("wrong", "does not give the numbers of the release: check this OpenCV")


def _against_opencv(method: Method, path: Path) -> Verdict:
    """Compare what we make of a Caffe file with what OpenCV's own importer makes of it."""
    import cv2
    import numpy as np

    from labcolor.networks.prototxt import prototxt

    if not hasattr(cv2.dnn, "readNetFromCaffe"):
        return Verdict(
            "unverified",
            f"has the right sha256, but OpenCV {cv2.__version__} reads no Caffe files to compare",
        )
    try:
        found = canary.answer(of_method(method.name, path, _SIDE))
        deploy = np.frombuffer(prototxt((_SIDE, _SIDE)).encode(), np.uint8)
        net = cv2.dnn.readNetFromCaffe(deploy, np.fromfile(path, np.uint8))
        net.setInput(canary.question(1, _SIDE))
        expected = np.asarray(net.forward())
    except (LabcolorError, cv2.error) as error:
        return Verdict("wrong", f"cannot be compared: {error}")
    if canary.agree(found.reshape(-1), expected.reshape(-1)):
        return Verdict("verified", "gives what OpenCV's own Caffe importer gives")
    return Verdict("wrong", "does not give what OpenCV's own Caffe importer gives")
