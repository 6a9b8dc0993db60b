"""What reads the damaged files: a function a kind, that raises nothing but labcolor's errors."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import nullcontext, suppress
from pathlib import Path

import custom_standin
import numpy as np

from labcolor import photo
from labcolor.batch.find import find
from labcolor.batch.journal import Journal, failures, finished
from labcolor.batch.names import Rule
from labcolor.batch.plan import ExistingResults, make_plan
from labcolor.cli.hints import GivenHints
from labcolor.errors import LabcolorError
from labcolor.layers.reading import read as read_layers
from labcolor.model import custom
from labcolor.photo import Mark, Metadata, Photo
from labcolor.photo.metadata import upright
from labcolor.weights.caffe import read_caffemodel
from labcolor.weights.torch import read_pth

_GREY = np.full((30, 40), 99, np.uint8)


def _photograph(path: Path) -> None:
    content = path.read_bytes()
    for accept_damaged in (False, True):
        try:
            got = photo.read(content, accept_damaged=accept_damaged)
        except LabcolorError:
            continue
        assert got.pixels.size
        photo.write(got, io.BytesIO(), format="jpeg")


def _metadata(path: Path) -> None:
    """Take it for each kind of metadata, as what a file says of its picture."""
    content = path.read_bytes()
    for found in (Metadata(exif=content), Metadata(xmp=content), Metadata(iptc=content)):
        pixels, _, said = upright(_GREY, None, found, "the photograph")
        marked = Photo(pixels, metadata=said, mark=Mark("method", "embedded"))
        for form in ("jpeg", "png", "tiff", "webp"):
            out = io.BytesIO()
            photo.write(marked, out, format=form)
            photo.read(out.getvalue())


def _journal(path: Path) -> None:
    folder = path.parent / "colour"
    (folder / ".labcolor").mkdir(parents=True, exist_ok=True)
    (folder / ".labcolor/journal.jsonl").write_bytes(path.read_bytes())
    journal = Journal(folder)
    finished(folder)
    failures(folder)
    make_plan(
        [path.parent],
        find([path.parent], output=folder),
        Rule(),
        ExistingResults(journal, lambda own: (own, "s")),
    )


def _onnx(path: Path) -> None:
    toml = '[input]\nreads = "L"\nsize = 32\n[output]\ngives = "ab"\n'
    path.with_suffix(".toml").write_text(toml)
    custom.read(path)


def _toml(path: Path) -> None:
    content = path.read_bytes()
    network = custom_standin.write(path.with_name("net.onnx"), "", np.ones((2, 1)))
    network.with_suffix(".toml").write_bytes(content)
    custom.read(network)


def _film(path: Path) -> None:
    """Colour it, losslessly, where anything of it can be read."""
    from clips import Flickering

    from labcolor.film import Options, colour

    for accept_damaged in (True, False):
        wishes = Options(codec="ffv1", accept_damaged=accept_damaged)
        with suppress(LabcolorError) if accept_damaged else nullcontext():
            colour(path, path.with_name("colour.mkv"), Flickering(), wishes, overwrite=True)


TARGETS: dict[str, Callable[[Path], object]] = {
    "photographs": _photograph,
    "metadata": _metadata,
    "journals": _journal,
    "caffemodels": read_caffemodel,
    "pytorch": read_pth,
    "onnx": _onnx,
    "toml": _toml,
    "layered": read_layers,
    "films": _film,
    "hints": lambda path: GivenHints(str(path), [], None).read(path),
}


def read(kind: str, path: Path) -> None:
    """Read a damaged file; an error of labcolor's own is an answer."""
    try:
        TARGETS[kind](path)
    except LabcolorError as error:
        text = str(error)
        assert text.endswith((".", ")")), text
        assert "\n" not in text, text
