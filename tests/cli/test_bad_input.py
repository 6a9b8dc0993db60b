"""Whatever is wrong is told in one sentence, costs nothing that was there and leaves nothing."""

from __future__ import annotations

import errno
import io
import json
import os
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from labcolor.model.methods import METHODS
from labcolor.weights import store

Run = Callable[..., Any]
Files = dict[str, Callable[[], bytes]]


def picture(form: str, size: tuple[int, int] = (64, 48)) -> bytes:
    noise = np.random.default_rng(1).integers(0, 256, size[::-1], np.uint8)
    file = io.BytesIO()
    Image.fromarray(noise).save(file, form)
    return file.getvalue()


def half(form: str) -> bytes:
    content = picture(form)
    return content[: len(content) // 2]


def png_of_size(width: int, height: int) -> bytes:
    """Make a PNG whose header says so, with a right checksum."""
    content = picture("PNG")
    header = b"IHDR" + struct.pack(">II", width, height) + content[24:29]
    return content[:12] + header + struct.pack(">I", zlib.crc32(header)) + content[33:]


def jpeg_of_size(width: int, height: int) -> bytes:
    """Make a JPEG whose frame header (SOF0) says so."""
    content = picture("JPEG")
    at = content.index(b"\xff\xc0") + 5
    return content[:at] + struct.pack(">HH", height, width) + content[at + 4 :]


def tiff_of_size(width: int, height: int) -> bytes:
    """Make a TIFF whose tags 256 and 257 say so."""
    content = bytearray(picture("TIFF"))
    (directory,) = struct.unpack_from("<I", content, 4)
    (count,) = struct.unpack_from("<H", content, directory)
    for entry in range(directory + 2, directory + 2 + 12 * count, 12):
        (tag,) = struct.unpack_from("<H", content, entry)
        if tag in (256, 257):
            struct.pack_into("<HII", content, entry + 2, 4, 1, width if tag == 256 else height)
    return bytes(content)


def bmp_of_size(width: int, height: int) -> bytes:
    content = picture("BMP")
    return content[:18] + struct.pack("<ii", width, height) + content[26:]


def flipped(form: str) -> bytes:
    """Make a picture with wrong bytes in its midst."""
    content = bytearray(picture(form))
    middle = len(content) // 2
    content[middle : middle + 8] = bytes(255 - byte for byte in content[middle : middle + 8])
    return bytes(content)


def archive(**arrays: object) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def weights(**changes: object) -> bytes:
    """Weights with the names of the embedded ones, but a single number in each tensor."""
    with (
        store.embedded(METHODS["class_weights_model"]).open("rb") as file,
        np.load(file) as embedded,
    ):
        settings = json.loads(str(embedded["settings"]))
        arrays = {name: np.ones((1, 1, 1, 1), np.float16) for name in embedded.files}
    return archive(**arrays | {"settings": json.dumps(settings | changes)})


def layer(name: str) -> bytes:
    """Make a Caffe model of one layer with one tensor of two zeros, field by field."""

    def field(number: int, content: bytes) -> bytes:
        return bytes([number << 3 | 2, len(content)]) + content

    blob = field(5, bytes(8)) + field(7, field(1, b"\x02"))
    content = field(1, name.encode()) + field(7, blob)
    return b"\xa2\x06" + bytes([len(content)]) + content  # field 100 takes two bytes


def zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as whole:
        whole.writestr("archive/data.pkl", b"\x80\x02}q\0.")
    return file.getvalue()


PAGE = b"<!DOCTYPE html>\n<html><head><title>404 Not Found</title></head></html>\n"
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 128946764\n"

# What the cases name, each made where it is named.
FILES: Files = {
    "photo.png": lambda: picture("PNG"),
    "photo.jpg": lambda: picture("JPEG"),
    "photo": lambda: picture("PNG"),
    "methods.png": lambda: picture("PNG"),
    "wide.png": lambda: picture("PNG", (70000, 1)),
    "empty.jpg": lambda: b"",
    "cut.jpg": lambda: half("JPEG"),
    "cut.png": lambda: half("PNG"),
    "cut.tif": lambda: half("TIFF"),
    "cut.webp": lambda: half("WEBP"),
    "cut.bmp": lambda: half("BMP"),
    "stub.jpg": lambda: picture("JPEG")[:20],
    "stub.png": lambda: picture("PNG")[:20],
    "stub.tif": lambda: picture("TIFF")[:6],
    "nearly.jpg": lambda: picture("JPEG")[:-100],
    "flipped.png": lambda: flipped("PNG"),
    "text.jpg": lambda: b"This is not a photograph.\n",
    "page.jpg": lambda: PAGE,
    "document.jpg": lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    "phone.heic": lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
    "sensor.cr2": lambda: picture("TIFF"),
    "film.mp4": lambda: b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom",
    "zeros.jpg": lambda: bytes(1000),
    "random.jpg": lambda: np.random.default_rng(2).bytes(1000),
    "huge.png": lambda: png_of_size(50000, 40000),
    "huge.jpg": lambda: jpeg_of_size(50000, 40000),
    "huge.tif": lambda: tiff_of_size(50000, 40000),
    "huge.bmp": lambda: bmp_of_size(50000, 40000),
    "nothing.png": lambda: png_of_size(0, 40),
    "nothing.jpg": lambda: jpeg_of_size(0, 40),
    "nothing.tif": lambda: tiff_of_size(40, 0),
    "nothing.bmp": lambda: bmp_of_size(0, 40),
    "photo-colour.jpg": lambda: b"of old",
    "there.png": lambda: b"of old",
    "empty.caffemodel": lambda: b"",
    "page.caffemodel": lambda: PAGE,
    "pointer.caffemodel": lambda: POINTER,
    "random.caffemodel": lambda: np.random.default_rng(3).bytes(1000),
    "other.caffemodel": lambda: layer("fc6"),
    "cut.caffemodel": lambda: layer("conv1_1")[:-9],
    "deploy.prototxt": lambda: b'name: "LtoAB"\nlayer {\n  name: "conv1_1"\n}\n',
    "torch.pth": zipped,
    "pickle.pth": lambda: b"\x80\x02}q\0.",
    "other.npz": lambda: archive(x=np.zeros(3)),
    "none.npz": archive,
    "cut.npz": lambda: weights()[:2000],
    "future.npz": lambda: weights(network="zhang26"),
    "settings.npz": lambda: weights(moods="blue"),
    "shapes.npz": weights,
    "hollow.npz": lambda: archive(
        settings=json.dumps(
            {"network": "lite", "gives": "distribution", "hints": False, "side": 64}
        )
    ),
    "array.npy": lambda: b"\x93NUMPY\x01\0v\0" + b" " * 118,
}

LONG = "x" * 250 + ".png"  # a name of 254 bytes, one fewer than a name may have
TOO_LONG = "x" * 300 + ".png"

PHOTOGRAPHS = [
    ("missing.jpg", "check its name"),
    ("missing/photo.jpg", "check its name"),
    ("photo.png/photo.jpg", "check its name"),
    (TOO_LONG, "check its name"),
    ("dangling.jpg", "check its name"),
    ("loop.jpg", "check its name"),
    ("folder", "Not looked at: 1 .txt"),
    ("empty.jpg", "copy it again from its source"),
    ("/dev/null", "empty"),
    ("cut.jpg", "--accept-damaged"),
    ("cut.png", "--accept-damaged"),
    ("cut.tif", "--accept-damaged"),
    ("cut.webp", "--accept-damaged"),
    ("cut.bmp", "--accept-damaged"),
    ("stub.jpg", "copy it again from its source"),
    ("stub.png", "copy it again from its source"),
    ("stub.tif", "copy it again from its source"),
    ("nearly.jpg", "--accept-damaged"),
    ("flipped.png", "--accept-damaged"),
    ("text.jpg", "labcolor reads JPEG"),
    ("page.jpg", "labcolor reads JPEG"),
    ("document.jpg", "labcolor reads JPEG"),
    ("phone.heic", ""),  # damaged, or without the package that reads it
    ("sensor.cr2", ""),
    ("film.mp4", "copy it again from its source" if find_spec("av") else "labcolor[film]"),
    ("zeros.jpg", "labcolor reads JPEG"),
    ("random.jpg", "labcolor reads JPEG"),
    ("huge.png", "scale it down"),
    ("huge.jpg", "scale it down"),
    ("huge.tif", "scale it down"),
    ("huge.bmp", "scale it down"),
    ("nothing.png", "0 × 40"),
    ("nothing.jpg", ""),
    ("nothing.tif", "40 × 0"),
    ("nothing.bmp", ""),
]

OUTPUTS = [
    ("photo.png -o there.png", "there.png", "--overwrite"),
    ("photo.jpg", "photo-colour.jpg", "--overwrite"),
    ("photo.png -o dangling.png", "dangling.png", "--overwrite"),
    ("photo.png -o photo.png", "photo.png", "another name"),
    ("photo.png -o photo.png --overwrite", "photo.png", "another name"),
    ("photo.png -o ./folder/../photo.png --overwrite", "photo.png", "another name"),
    ("photo.png -o PHOTO.PNG --overwrite", "PHOTO.PNG", "another name"),
    ("photo.png -o link.png --overwrite", "link.png", "another name"),
    ("link.png -o photo.png --overwrite", "photo.png", "another name"),
    ("photo.png -o twin.png --overwrite", "twin.png", "another name"),
    ("photo.png -o missing/out.png", "missing", "create it first"),
    ("photo.png -o photo.jpg/out.png", "photo.jpg", "create it first"),
    ("photo.png -o out.xyz", "out.xyz", "use one of .jpg"),
    ("photo.png -o out", "out", "use one of .jpg"),
    ("photo", "photo-colour", "use one of .jpg"),
    ("photo.png -o /proc/out.png", "/proc", "choose another folder"),
    (f"photo.png -o {TOO_LONG}", "x.png", "too long"),
    (LONG, "-colour.png", "too long"),
    ("wide.png -o out.jpg", "out.jpg", "PNG"),
    ("wide.png -o out.webp", "out.webp", "PNG"),
]

USAGE = [
    ("", "PATH", "Missing argument"),
    ("/", "/", "choose a folder"),
    ("photo.png photo.jpg -o out.png", "out.png", "choose a folder"),
    ("photo.png photo.jpg -o -", "pipe", ""),
    ("photo.png -o", "-o", "requires an argument"),
    ("photo.png --metod x", "--metod", "Did you mean"),
    ("photo.png --out x", "--out", "--output"),
    ("photo.png --grayscale", "--grayscale", "--help"),
    ("fethc", "fethc", "'fetch'"),
    ("photo.png --method class_weights_modle", "class_weights_modle", "class_weights_model?"),
    ("photo.png --method colorful", "colorful", "class_wo_weights_model"),
    ("photo.png --backend cdua", "cdua", "cuda"),
    ("photo.png --engine numpy", "numpy", "'auto', 'opencv', 'onnxruntime'"),
    ("photo.png --rebalance 2", "rebalance", "from 0 to 1"),
    ("photo.png --rebalance -0.1", "rebalance", "from 0 to 1"),
    ("photo.png --rebalance nan", "rebalance", "from 0 to 1"),
    ("photo.png --rebalance vivid", "--rebalance", "vivid"),
    ("photo.png --temperature -1", "temperature", "0 or above"),
    ("photo.png --temperature nan", "temperature", "0 or above"),
    ("photo.png --temperature 36,6", "--temperature", "36,6"),
    ("photo.png --strength 5", "strength", "from 0 to 4"),
    ("photo.png --strength -1", "strength", "from 0 to 4"),
    ("photo.png --strength inf", "strength", "from 0 to 4"),
    ("photo.png --strength very", "--strength", "very"),
    ("photo.png --input-size 100", "--input-size", "multiples of 16"),
    ("photo.png --input-size 12", "--input-size", "multiples of 16"),
    ("photo.png --input-size 0", "--input-size", "multiples of 16"),
    ("photo.png --input-size -8", "--input-size", "multiples of 16"),
    ("photo.png --input-size 64.5", "--input-size", "64.5"),
    ("photo.png --quality 0", "--quality", "1<=x<=100"),
    ("photo.png --quality 101", "--quality", "1<=x<=100"),
    ("photo.png --format gif", "gif", "jpeg, png"),
    ("photo.png --format ../x", "../x", "jpeg, png"),
    ("fetch class_weights_modle", "class_weights_modle", "class_weights_model?"),
    ("fetch --every", "--every", "--help"),
    ("methods photo.png", "There is no method 'photo.png'", "there are class_weights_model"),
]

WEIGHTS = [
    ("--weights published", "colorization_release_v2", "labcolor fetch class_weights_model"),
    ("--weights published --method class_wo_weights_model", "norebal", "--weights FILE"),
    ("--weights published --method reg_full_model", "siggraph17", "labcolor fetch reg_full_model"),
    ("--weights missing.npz", "missing.npz", "check the path"),
    ("--weights publishd", "publishd", "use embedded or published"),
    (f"--weights {TOO_LONG}", "x.png", ""),
    ("--weights folder", "folder", ""),
    ("--weights empty.caffemodel", "empty.caffemodel", "is empty"),
    ("--weights page.caffemodel", "page.caffemodel", "HTML page"),
    ("--weights pointer.caffemodel", "pointer.caffemodel", "Git LFS pointer"),
    ("--weights random.caffemodel", "random.caffemodel", "get the .caffemodel again"),
    ("--weights other.caffemodel", "other.caffemodel", "conv1_1"),
    ("--weights cut.caffemodel", "cut.caffemodel", "get the .caffemodel again"),
    ("--weights deploy.prototxt", "deploy.prototxt", ".prototxt"),
    ("--weights torch.pth", "torch.pth", ""),
    ("--weights pickle.pth", "pickle.pth", "PyTorch"),
    ("--weights other.npz", "other.npz", ""),
    ("--weights none.npz", "none.npz", ""),
    ("--weights cut.npz", "cut.npz", ""),
    ("--weights future.npz", "future.npz", "zhang26"),
    ("--weights settings.npz", "settings.npz", ""),
    ("--weights shapes.npz", "shapes.npz", ""),
    ("--weights hollow.npz", "hollow.npz", "layer encoder.stem"),
    ("--weights array.npy", "array.npy", ""),
    ("--weights photo.png", "photo.png", "get the .caffemodel again"),
    ("--weights /dev/null", "/dev/null", "is empty"),
    ("--weights other.caffemodel --method reg_full_model", "other.caffemodel", "PyTorch"),
]

CASES = [
    *((photo, photo, remedy, 1) for photo, remedy in PHOTOGRAPHS),
    *((args, name, remedy, 1) for args, name, remedy in OUTPUTS),
    *((args, name, remedy, 2) for args, name, remedy in USAGE),
    *((f"photo.png -o out.png {args}", name, remedy, 1) for args, name, remedy in WEIGHTS),
]


@pytest.fixture
def make(folder: Path) -> Callable[[list[str]], None]:
    """Make the files, folders and links that a command line names."""

    def make(args: list[str]) -> None:
        for name, content in FILES.items():
            if name in args or name == "photo.png" or any(f"{name}/" in arg for arg in args):
                (folder / name).write_bytes(content())
        if LONG in args:
            (folder / LONG).write_bytes(picture("PNG"))
        if "photo.jpg" in args and "-o" not in args:
            (folder / "photo-colour.jpg").write_bytes(FILES["photo-colour.jpg"]())
        for name in ("folder", "album.png"):
            (folder / name).mkdir()
            (folder / name / "kept.txt").write_text("kept")
        (folder / "link.png").symlink_to("photo.png")
        (folder / "twin.png").hardlink_to(folder / "photo.png")
        for extension in ("png", "jpg"):
            (folder / f"dangling.{extension}").symlink_to("nowhere")
        (folder / "loop.jpg").symlink_to("loop.jpg")

    return make


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def tree(folder: Path) -> dict[str, object]:
    """All that lies in a folder, with its content and the time of its last change."""
    found: dict[str, object] = {}
    for path in folder.rglob("*"):
        if path.is_symlink():
            found[str(path)] = path.readlink()
        elif path.is_file():
            found[str(path)] = path.read_bytes(), path.stat().st_mtime_ns
        else:
            found[str(path)] = "folder"
    return found


@pytest.mark.skipif(os.name == "nt", reason="the cases have links, and names for Unix")
@pytest.mark.parametrize(
    ("line", "name", "remedy", "code"),
    CASES,
    ids=[line.replace("x" * 250, "x…x") or "nothing" for line, *_ in CASES],
)
def test_it_is_told_in_a_sentence_and_nothing_changes(
    labcolor: Run,
    make: Callable[[list[str]], None],
    tmp_path: Path,
    line: str,
    name: str,
    remedy: str,
    code: int,
) -> None:
    """One line names the file or option and the remedy; the disk is as it was, byte by byte."""
    args = line.split()
    make(args)
    before = tree(tmp_path)
    result = labcolor(*args)
    assert result.code == code, result.stderr
    assert result.stdout == b""
    assert result.stderr.count("\n") == 1, result.stderr
    assert result.stderr.startswith("labcolor: ")
    assert "Traceback" not in result.stderr
    assert name in result.stderr
    assert remedy in result.stderr
    assert tree(tmp_path) == before


@pytest.mark.parametrize(
    ("stdin", "remedy"),
    [(b"", "is empty"), (PAGE, "labcolor reads JPEG"), (half("JPEG"), "--accept-damaged")],
    ids=["empty", "a web page", "cut"],
)
def test_standard_input_is_told_of_like_a_file(labcolor: Run, stdin: bytes, remedy: str) -> None:
    """And nothing comes out on the other side."""
    code, stdout, stderr = labcolor("-", stdin=stdin)
    assert (code, stdout) == (1, b"")
    assert stderr.count("\n") == 1
    assert remedy in stderr


def test_cuda_that_is_not_there_is_an_error(labcolor: Run, folder: Path) -> None:
    """Never a silent CPU."""
    import cv2

    if cv2.cuda.getCudaEnabledDeviceCount():
        pytest.skip("it is there")
    (folder / "photo.png").write_bytes(picture("PNG"))
    code, stdout, stderr = labcolor("photo.png", "-o", "out.png", "--backend", "cuda")
    assert (code, stdout) == (1, b"")
    assert stderr.count("\n") == 1
    assert "CUDA" in stderr
    assert names(folder) == ["photo.png"]


@pytest.mark.parametrize("size", [0, 1000, 128_946_763])
def test_published_weights_of_a_wrong_size_are_damaged(
    labcolor: Run, folder: Path, tmp_path: Path, size: int
) -> None:
    """Such as a download by other means that stopped; the remedy is the fetch."""
    (folder / "photo.png").write_bytes(picture("PNG"))
    (tmp_path / "home").mkdir()
    weights = tmp_path / "home" / "colorization_release_v2.caffemodel"
    weights.touch()
    os.truncate(weights, size)
    code, _, stderr = labcolor("photo.png", "-o", "out.png", "--weights", "published")
    assert code == 1
    assert stderr.count("\n") == 1
    assert f"{weights} is damaged" in stderr
    assert "labcolor fetch class_weights_model" in stderr
    assert names(folder) == ["photo.png"]


@pytest.mark.parametrize(
    ("number", "remedy"),
    [
        (errno.ENOSPC, "free some space"),
        (errno.EIO, "choose another output"),
        (errno.EROFS, "choose another folder"),
    ],
    ids=["full", "broken", "read-only"],
)
def test_a_disk_that_fails_at_the_end_costs_nothing(
    labcolor: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, number: int, remedy: str
) -> None:
    """The result of old is still there, and no part of the new one."""

    def fail(_: int) -> None:
        raise OSError(number, os.strerror(number))

    (folder / "photo.png").write_bytes(picture("PNG"))
    (folder / "out.png").write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", fail)
    before = tree(folder)
    code, _, stderr = labcolor("photo.png", "-o", "out.png", "--overwrite")
    assert code == 1
    assert stderr.count("\n") == 1
    assert "out.png" in stderr
    assert remedy in stderr
    assert tree(folder) == before


@pytest.mark.parametrize(
    "step", ["labcolor.engines.opencv.OpenCv.__call__", "labcolor.colorizer.merge"]
)
@pytest.mark.parametrize("kind", ["Python", "OpenCV"])
def test_memory_that_does_not_suffice_is_told(
    labcolor: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, step: str, kind: str
) -> None:
    """It is the only error without a name, since it may come from anywhere."""
    import cv2

    error: Any = MemoryError() if kind == "Python" else cv2.error("Failed to allocate")
    error.code = cv2.Error.StsNoMem

    def fail(*_: object) -> None:
        raise error

    (folder / "photo.png").write_bytes(picture("PNG"))
    monkeypatch.setattr(step, fail)
    code, stdout, stderr = labcolor("photo.png", "-o", "out.png")
    assert (code, stdout) == (1, b"")
    assert stderr.startswith("labcolor: There is not enough memory; try a smaller photograph")
    assert stderr.count("\n") == 1
    assert names(folder) == ["photo.png"]


COMMAND = (sys.executable, "-c", "from labcolor.cli import main; main()")


@pytest.mark.skipif(os.name == "nt", reason="made with a shell and limits of Unix")
@pytest.mark.parametrize("name", ["photo.png", "small.png"])
@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ('"$@" "$0" -o - >&-', 2, "Standard output is closed"),
        ('"$@" - -o out.png <&-', 2, "Standard input is closed"),
        ('"$@" "$0" -o - >/dev/full', 1, "free some space"),
        ('"$@" --help >/dev/full', 1, "No space left"),
        ('ulimit -f 0; "$@" "$0" -o out.png', 1, "out.png"),
        ('("$@" "$0" -o -; echo $? >&2) | true; exit 1', 1, "cannot be written"),
    ],
    ids=["output closed", "input closed", "output full", "help", "limit", "broken pipe"],
)
def test_streams_and_limits_of_the_shell(
    folder: Path, line: str, code: int, words: str, name: str
) -> None:
    """Nothing of Python is seen, at the end of the process neither."""
    side = 1 if name == "small.png" else 200
    (folder / name).write_bytes(picture("PNG", (side, side)))
    run = subprocess.run(
        ["/bin/sh", "-c", line, name, *COMMAND], capture_output=True, text=True, check=False
    )
    assert run.returncode == code, run.stderr
    assert run.stdout == ""
    assert run.stderr.startswith("labcolor: ")
    assert run.stderr.removesuffix("1\n").count("\n") == 1
    assert words in run.stderr
    assert names(folder) == [name]


def test_a_terminal_of_another_century_gets_the_sentence_too(folder: Path) -> None:
    """Characters that it lacks are spelt out."""
    run = subprocess.run(
        [*COMMAND, "日本.jpg"],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "latin-1"},
        check=False,
        cwd=folder,
    )
    assert run.returncode == 1
    assert run.stderr.startswith(b"labcolor: There is no file \\u65e5\\u672c.jpg")
