"""What is written is what was given, where it was asked for, whole or not at all."""

from __future__ import annotations

import errno
import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from labcolor import photo
from labcolor.errors import OutputError
from labcolor.photo import target as targets
from labcolor.photo.strips import to_8_bits

PICTURE = np.random.default_rng(0).integers(0, 65536, (70, 60, 3)).astype(np.uint16)
SMALL = photo.Photo((PICTURE >> 8).astype(np.uint8), name="small")
DEEP = photo.Photo(PICTURE, PICTURE[..., 0].copy())


@pytest.mark.parametrize("suffix", [".png", ".tif", ".bmp", ".webp", ".jp2"])
def test_8_bits_by_another_reader(suffix, tmp_path):
    """Pillow finds the very samples in every lossless format."""
    photo.write(SMALL, tmp_path / f"a{suffix}")
    with Image.open(tmp_path / f"a{suffix}") as image:
        np.testing.assert_array_equal(np.asarray(image.convert("RGB")), SMALL.pixels[..., ::-1])


@pytest.mark.parametrize("grey", [False, True])
@pytest.mark.parametrize("alpha", [False, True])
def test_16_bits_by_another_reader(grey, alpha, tmp_path, monkeypatch):
    """Tifffile finds the very samples of 16 bits, in strips of any height."""
    monkeypatch.setattr("labcolor.photo.strips.STRIP_PIXELS", 700)
    pixels = PICTURE[..., 1].copy() if grey else PICTURE
    photo.write(photo.Photo(pixels, DEEP.alpha if alpha else None), tmp_path / "a.tif")
    with tifffile.TiffFile(tmp_path / "a.tif") as file:
        got = file.pages[0].asarray()
        assert len(file.pages[0].dataoffsets) > 3
    channels = [pixels] if grey else [pixels[..., c] for c in (2, 1, 0)]
    np.testing.assert_array_equal(
        got.reshape(70, 60, -1), np.dstack(channels + ([DEEP.alpha] if alpha else []))
    )


@pytest.mark.parametrize("suffix", [".png", ".tif", ".jp2"])
def test_16_bits_and_alpha_survive(suffix, tmp_path, monkeypatch):
    """Depth and alpha come back from every format that holds them."""
    monkeypatch.setattr("labcolor.photo.strips.STRIP_PIXELS", 700)
    photo.write(DEEP, tmp_path / f"a{suffix}")
    got = photo.read(tmp_path / f"a{suffix}")
    np.testing.assert_array_equal(got.pixels, DEEP.pixels)
    np.testing.assert_array_equal(got.alpha, DEEP.alpha)


def test_jpeg_is_not_subsampled(tmp_path):
    """JPEG has 4:4:4 chroma and the tables of quality 95."""
    photo.write(SMALL, tmp_path / "a.jpg")
    stream = io.BytesIO()
    Image.new("RGB", (8, 8)).save(stream, "JPEG", quality=95)
    with Image.open(tmp_path / "a.jpg") as image, Image.open(stream) as judge:
        assert [layer[1:3] for layer in image.layer] == [(1, 1)] * 3
        assert image.quantization == judge.quantization
    photo.write(SMALL, tmp_path / "b.jpg", quality=60)
    assert (tmp_path / "b.jpg").stat().st_size < (tmp_path / "a.jpg").stat().st_size


def test_rounding_to_8_bits():
    """Every 16-bit level goes to the nearest of 256."""
    levels = np.arange(65536, dtype=np.uint16)
    np.testing.assert_array_equal(to_8_bits(levels), np.rint(levels / 257))


def test_16_bits_become_8_in_a_jpeg(tmp_path):
    """A 16-bit picture is written as an 8-bit JPEG, its alpha left out with a warning."""
    smooth = np.linspace(0, 65535, 4096).astype(np.uint16).reshape(64, 64)
    photo.write(photo.Photo(smooth), tmp_path / "a.jpg")
    got = photo.read(tmp_path / "a.jpg").pixels
    assert got.dtype == np.uint8
    np.testing.assert_allclose(got, smooth / 257, atol=3)


@pytest.mark.parametrize("suffix", [".jpg", ".bmp"])
def test_alpha_left_out_is_a_warning(suffix, tmp_path, caplog):
    """A format without transparency says so."""
    photo.write(DEEP, tmp_path / f"a{suffix}")
    assert "no transparency" in caplog.text


def test_streams():
    """A stream gets a whole file of the photograph's own format, or of the one asked for."""
    stream = io.BytesIO()
    photo.write(SMALL, stream)
    assert stream.getvalue().startswith(b"\x89PNG")
    stream = io.BytesIO()
    photo.write(SMALL, stream, format="tiff")
    np.testing.assert_array_equal(photo.read(stream.getvalue()).pixels, SMALL.pixels)


def test_stream_that_cannot_seek():
    """Pipes do for output and input."""
    code = (
        "import sys; from labcolor import photo; "
        "photo.write(photo.read(sys.stdin.buffer), sys.stdout.buffer, format='tiff')"
    )
    stream = io.BytesIO()
    photo.write(SMALL, stream)
    done = subprocess.run(
        [sys.executable, "-c", code], input=stream.getvalue(), capture_output=True, check=True
    )
    np.testing.assert_array_equal(photo.read(done.stdout).pixels, SMALL.pixels)


def test_same_input_same_bytes():
    """Writing twice gives the same file: nothing of the clock gets in."""
    files = []
    for _ in range(2):
        stream = io.BytesIO()
        photo.write(SMALL, stream, format="jpeg")
        files.append(stream.getvalue())
    assert files[0] == files[1]


@pytest.mark.parametrize("name", ["a", "a.gif", "a.txt", "a.jpg.part"])
def test_unknown_endings(name, tmp_path):
    """An ending that names no format is refused before anything is written."""
    with pytest.raises(OutputError, match="not a format that labcolor writes"):
        photo.write(SMALL, tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_endings_of_any_case(tmp_path):
    """Endings count in capitals too."""
    photo.write(SMALL, tmp_path / "Ü 📷.TIFF")
    assert photo.read(tmp_path / "Ü 📷.TIFF").format == "tiff"


def test_too_long_for_the_format(tmp_path):
    """A side longer than the format allows is refused with the formats that do."""
    wide = photo.Photo(np.zeros((1, 70_000, 3), np.uint8))
    for suffix in (".jpg", ".webp", ".avif"):
        with pytest.raises(OutputError, match="choose PNG or TIFF"):
            photo.write(wide, tmp_path / f"a{suffix}")
    photo.write(wide, tmp_path / "a.png")
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]


def test_small_deep_jpeg_2000(tmp_path):
    """What OpenCV's JPEG 2000 encoder refuses is refused in words, and nothing stays."""
    tiny = photo.Photo(np.zeros((5, 5, 3), np.uint16))
    with pytest.raises(OutputError, match="32 pixels"):
        photo.write(tiny, tmp_path / "a.jp2")
    assert not list(tmp_path.iterdir())


def test_existing_files_stay(tmp_path):
    """A taken name is refused without overwrite, and replaced with it."""
    path = tmp_path / "a.png"
    path.write_bytes(b"precious")
    with pytest.raises(OutputError, match="already exists"):
        photo.write(SMALL, path)
    assert path.read_bytes() == b"precious"
    path.chmod(0o640)
    photo.write(SMALL, path, overwrite=True)
    np.testing.assert_array_equal(photo.read(path).pixels, SMALL.pixels)
    assert path.stat().st_mode & 0o777 == 0o640
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.png"]


def test_permissions_are_those_of_any_new_file(tmp_path):
    """The result is as readable as the umask allows, not private to its owner."""
    photo.write(SMALL, tmp_path / "a.png")
    (tmp_path / "plain").touch()
    assert (tmp_path / "a.png").stat().st_mode == (tmp_path / "plain").stat().st_mode


@pytest.mark.parametrize("how", ["itself", "symlink", "hard link", "letter case", "dots", "form"])
def test_the_source_is_never_overwritten(how, tmp_path):
    """The photograph itself is refused under any name, also with overwrite."""
    folder = tmp_path / "in"
    folder.mkdir()
    source = folder / "Größe.png"
    photo.write(SMALL, source)
    before = source.read_bytes()
    target = tmp_path / "other.png"
    if how == "itself":
        target = source
    elif how == "symlink":
        target.symlink_to(source)
    elif how == "hard link":
        os.link(source, target)
    elif how == "letter case":
        target = folder / "GRÖẞE.PNG"
    elif how == "dots":
        target = folder / ".." / "in" / source.name
    else:  # decomposed letters, as macOS keeps them
        target = folder / "Gro\u0308ße.png"
    with pytest.raises(OutputError, match="is the photograph itself"):
        photo.check_target(source, target, overwrite=True)
    with pytest.raises(OutputError, match="is the photograph itself"):
        photo.write(SMALL, target, source=source, overwrite=True)
    assert source.read_bytes() == before


def test_places_that_take_no_file(tmp_path):
    """A missing folder, a folder as target and /proc are refused before the work."""
    with pytest.raises(OutputError, match=r"folder .*missing does not exist"):
        photo.check_target(None, tmp_path / "missing" / "a.png")
    with pytest.raises(OutputError, match="is a folder"):
        photo.check_target(None, tmp_path)
    with pytest.raises(OutputError, match="cannot be written"):
        photo.check_target(None, tmp_path / ("x" * 300 + ".png"))
    if Path("/proc").is_dir():
        with pytest.raises(OutputError, match="does not accept files"):
            photo.check_target(None, Path("/proc/a.png"))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may do anything")
def test_no_permission(tmp_path):
    """A folder that may not be written to is refused."""
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match="No permission"):
        photo.check_target(None, tmp_path / "a.png")


def test_checking_leaves_nothing(tmp_path):
    """A target that is in order stays free."""
    photo.check_target(None, tmp_path / "a.png")
    assert not list(tmp_path.iterdir())


class Full(io.BytesIO):
    """A disk without room."""

    def write(self, _data):
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif", ".webp", ".bmp", ".jp2"])
def test_full_disk(suffix, tmp_path, monkeypatch):
    """A disk that fills up in the middle is named, and nothing stays on it."""

    def create(target):
        hidden = target.with_name(".hidden.part")
        hidden.touch()
        return Full(), hidden

    monkeypatch.setattr(targets, "_create", create)
    with pytest.raises(OutputError, match="does not fit on the disk"):
        photo.write(SMALL, tmp_path / f"a{suffix}")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError, RuntimeError])
def test_nothing_stays_after_an_error(error, tmp_path):
    """The hidden file goes with any exception, and an old result stays as it was."""
    path = tmp_path / "a.png"
    path.write_bytes(b"precious")

    def fail():
        with targets.atomic_write(path, overwrite=True) as stream:
            stream.write(b"half")
            assert len(list(tmp_path.iterdir())) == 2
            raise error

    with pytest.raises(error):
        fail()
    assert path.read_bytes() == b"precious"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("links", [True, False])
def test_a_file_that_appears_meanwhile_is_safe(links, tmp_path, monkeypatch):
    """The last step refuses a name that was taken during the work, with or without hard links."""
    path = tmp_path / "a.png"
    if not links:

        def no_links(*_):
            raise OSError(errno.EPERM, "Operation not permitted")

        monkeypatch.setattr(os, "link", no_links)

    def collide():
        with targets.atomic_write(path) as stream:
            stream.write(b"late")
            path.write_bytes(b"precious")

    with pytest.raises(OutputError, match="already exists"):
        collide()
    assert path.read_bytes() == b"precious"
    path.unlink()
    with targets.atomic_write(path) as stream:
        stream.write(b"in time")
    assert path.read_bytes() == b"in time"
    assert len(list(tmp_path.iterdir())) == 1


def test_dangling_link_is_a_taken_name(tmp_path):
    """A link to nowhere is not written through."""
    path = tmp_path / "a.png"
    path.symlink_to(tmp_path / "nowhere")
    with pytest.raises(OutputError, match="already exists"):
        photo.write(SMALL, path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.png"]


def test_arrays_that_are_no_photograph():
    """Floats and odd shapes are refused when the photograph is made."""
    for pixels in (np.zeros((3, 3)), np.zeros((3, 3, 4), np.uint8), np.zeros(3, np.uint8)):
        with pytest.raises(ValueError, match="pixels must be"):
            photo.Photo(pixels)
    with pytest.raises(ValueError, match="alpha must be"):
        photo.Photo(np.zeros((3, 3), np.uint8), np.zeros((3, 4), np.uint8))


def test_import_is_light():
    """Importing the package loads neither OpenCV nor Pillow."""
    code = "import sys, labcolor.photo; assert not {'cv2', 'PIL'} & sys.modules.keys()"
    subprocess.run([sys.executable, "-c", code], check=True)
