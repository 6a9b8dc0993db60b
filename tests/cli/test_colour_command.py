"""`labcolor PHOTO`: what it makes of a photograph, what it says, how it is stopped."""

from __future__ import annotations

import io
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from skimage.color import rgb2lab

from labcolor.cli import EXIT_CODES
from labcolor.photo import Photo, read, write

Run = Callable[..., Any]


def rgb(path: Path) -> np.ndarray:
    return read(path).pixels[..., ::-1]


def kind(path: str) -> str | None:
    with Image.open(path) as image:
        return image.format


def names(folder: Path | str = ".") -> list[str]:
    return sorted(path.name for path in Path(folder).iterdir())


def test_the_result_is_colour_of_the_same_size(labcolor: Run, photo: Path) -> None:
    """A line says what was written, how large it is, and what the network ran on."""
    code, stdout, stderr = labcolor("photo.png", "-o", "out.png")
    assert code == 0
    assert stdout == b""
    assert stderr.startswith("out.png  200×240, ")
    assert stderr.endswith((" on the CPU\n", " on CUDA\n"))
    result = rgb(Path("out.png"))
    assert result.shape == (240, 200, 3)
    assert result.dtype == np.uint8
    assert np.ptp(result, axis=2).mean() > 3
    assert names() == ["out.png", "photo.png"]
    assert read(photo).pixels.ndim == 2


@pytest.mark.parametrize(
    ("dtype", "tolerance"), [(np.uint8, 0.26), (np.uint16, 0.002)], ids=["8 bit", "16 bit"]
)
def test_lightness_is_that_of_the_photograph(
    labcolor: Run, folder: Path, grey: np.ndarray, dtype: type, tolerance: float
) -> None:
    """scikit-image measures the same L* before and after, up to the rounding of the samples."""
    top = np.iinfo(dtype).max
    pixels = (grey * float(top) / 255).astype(dtype)
    write(Photo(pixels), folder / "grey.png")
    assert labcolor("grey.png", "-o", "colour.png").code == 0
    result = rgb(folder / "colour.png")
    assert result.dtype == dtype
    before = rgb2lab(np.dstack([pixels / top] * 3))[..., 0]
    after = rgb2lab(result / top)[..., 0]
    inside = ((result > 0) & (result < top)).all(axis=2)
    assert inside.mean() > 0.5
    assert np.abs(after - before)[inside].max() <= tolerance


def test_a_jpeg_keeps_lightness_on_the_whole(
    labcolor: Run, folder: Path, grey: np.ndarray
) -> None:
    """At quality 95 without chroma subsampling, L* is off by less than 1 on average."""
    Image.fromarray(grey).save("grey.png")
    assert labcolor("grey.png", "-o", "colour.jpg").code == 0
    before = rgb2lab(np.dstack([grey / 255] * 3))[..., 0]
    after = rgb2lab(rgb(folder / "colour.jpg") / 255)[..., 0]
    assert np.abs(after - before).mean() <= 1


def test_colour_that_is_there_already_does_not_count(
    labcolor: Run, folder: Path, grey: np.ndarray
) -> None:
    """A sepia print is seen by its L*, so that its result is another than of its blue twin."""
    sepia = np.dstack([grey, grey * 0.8, grey * 0.6]).astype(np.uint8)
    Image.fromarray(sepia).save("sepia.png")
    assert labcolor("sepia.png", "--strength", "0", "-o", "plain.png").code == 0
    plain = rgb(folder / "plain.png")
    assert np.ptp(plain, axis=2).max() <= 1
    assert np.abs(rgb2lab(plain)[..., 0] - rgb2lab(sepia)[..., 0]).max() <= 0.26


def test_without_strength_the_photograph_stays_as_it_is(
    labcolor: Run, photo: Path, grey: np.ndarray
) -> None:
    """Every sample of the grey picture comes back."""
    assert labcolor(str(photo), "--strength", "0", "-o", "out.png").code == 0
    assert (rgb(Path("out.png")) == grey[..., None]).all()


@pytest.mark.parametrize(
    ("option", "values"),
    [
        ("--strength", ("0.5", "2")),
        ("--rebalance", ("0", "1")),
        ("--temperature", ("0.1", "1")),
        ("--input-size", ("64", "128")),
        ("--quality", ("50", "98")),
    ],
)
def test_an_option_changes_the_picture(
    labcolor: Run, photo: Path, option: str, values: tuple[str, str]
) -> None:
    """Two values, two results."""
    for value in values:
        assert labcolor(str(photo), option, value, "-o", f"{value}.jpg").code == 0
    one, other = (rgb(Path(f"{value}.jpg")) for value in values)
    assert (one != other).any()


def test_the_result_is_named_after_the_photograph(labcolor: Run, folder: Path) -> None:
    """Without -o it lies beside it, in the same format, wherever the command is run."""
    (folder / "album").mkdir()
    Image.new("L", (24, 16), 99).save("album/print.jpg")
    assert labcolor("album/print.jpg").code == 0
    assert kind("album/print-colour.jpg") == "JPEG"
    assert labcolor("album/print.jpg", "--format", "tiff").code == 0
    assert kind("album/print-colour.tiff") == "TIFF"


@pytest.mark.parametrize(
    ("args", "format_"),
    [
        (["-o", "out.TIF"], "TIFF"),
        (["-o", "out.webp"], "WEBP"),
        (["-o", "out.dat", "--format", "jpg"], "JPEG"),
        (["-o", "out.dat", "--format", "PNG"], "PNG"),
    ],
    ids=["ending", "another", "name", "capitals"],
)
def test_the_format_is_that_of_the_ending_or_of_the_option(
    labcolor: Run, photo: Path, args: list[str], format_: str
) -> None:
    """`--format` takes names and endings alike, in either case."""
    assert labcolor(str(photo), *args).code == 0
    assert kind(args[1]) == format_


def test_quiet_says_nothing(labcolor: Run, photo: Path) -> None:
    """Neither about what was done nor about what is odd."""
    with Image.open(photo) as page:
        page.save("moving.webp", save_all=True, append_images=[page.rotate(9)])
    code, stdout, stderr = labcolor("moving.webp", "-o", "loud.png")
    assert code == 0
    assert stdout == b""
    assert stderr.startswith("labcolor: warning: moving.webp holds 2 pictures")
    assert labcolor("moving.webp", "-o", "out.png", "--quiet") == (0, b"", "")


def test_verbose_names_weights_settings_and_backend(labcolor: Run, photo: Path) -> None:
    """All that another person needs to get the same colours."""
    _, _, stderr = labcolor(str(photo), "-o", "out.png", "-v", "--rebalance", "0.25")
    for words in ("class_weights_model with embedded weights", "rebalance 0.25", "CPU"):
        assert words in stderr


@pytest.mark.parametrize(
    ("args", "format_"), [([], "PNG"), (["-o", "-", "--format", "tiff"], "TIFF")], ids=["", "tiff"]
)
def test_a_pipe_carries_png_or_what_was_asked_for(
    labcolor: Run, photo: Path, args: list[str], format_: str
) -> None:
    """From standard input to standard output, and nothing else on it; the samples are a file's."""
    run = subprocess.run(
        [sys.executable, "-c", "from labcolor.cli import main; main()", "-", *args],
        input=photo.read_bytes(),
        capture_output=True,
        check=True,
    )
    assert run.stderr.startswith("-  200×240".encode())
    image = Image.open(io.BytesIO(run.stdout))
    assert image.format == format_
    assert labcolor("-", "-o", "out.png", stdin=photo.read_bytes()).code == 0
    assert (rgb(Path("out.png")) == np.asarray(image)).all()


def test_what_is_left_of_a_damaged_photograph_is_coloured_on_request(
    labcolor: Run, folder: Path, grey: np.ndarray
) -> None:
    """`--accept-damaged` takes the upper half of a cut JPEG, and says that it is damaged."""
    Image.fromarray(grey).save("whole.jpg", quality=95)
    content = (folder / "whole.jpg").read_bytes()
    (folder / "cut.jpg").write_bytes(content[: len(content) // 2])
    code, _, stderr = labcolor("cut.jpg", "-o", "out.png", "--accept-damaged")
    assert code == 0
    assert stderr.startswith("labcolor: warning: cut.jpg is damaged")
    assert labcolor("whole.jpg", "-o", "whole.png").code == 0
    cut, whole = (rgb2lab(rgb(folder / f"{name}.png"))[:80, :, 0] for name in ("out", "whole"))
    assert np.abs(cut - whole).mean() < 1


def test_overwrite_replaces_the_result(labcolor: Run, photo: Path) -> None:
    """But only what was there under its name."""
    Path("out.png").write_bytes(b"old")
    assert labcolor(str(photo), "-o", "out.png", "--overwrite").code == 0
    assert rgb(Path("out.png")).shape == (240, 200, 3)
    assert names() == ["out.png", "photo.png"]


@pytest.mark.parametrize(
    "name",
    [
        "Fotografía 日本 🐈.png",
        "-v.png",
        "100%.png",
        "a" * 251 + ".png",  # 255 bytes are all that a name may have
        pytest.param(
            os.fsdecode(b"caf\xe9.png"),
            marks=pytest.mark.skipif(sys.platform != "linux", reason="names are Unicode here"),
        ),
    ],
    ids=["unicode", "dash", "percent", "longest", "latin-1"],
)
def test_any_name_will_do(labcolor: Run, photo: Path, name: str) -> None:
    """For the photograph and for its result."""
    photo.rename(name)
    Path("out").mkdir()
    assert labcolor(f"./{name}", "-o", f"out/{name}").code == 0
    assert rgb(Path("out", name)).shape == (240, 200, 3)
    assert len(names("out")) == 1


def test_a_name_that_starts_with_a_dash_may_follow_two(labcolor: Run, photo: Path) -> None:
    """As everywhere else."""
    photo.rename("-q.png")
    assert labcolor("-o", "out.png", "--", "-q.png").code == 0


def test_the_name_of_a_command_is_the_command(labcolor: Run, photo: Path) -> None:
    """And `./methods` is a file."""
    photo.rename("methods")
    assert b"class_weights_model" in labcolor("methods").stdout
    assert labcolor("./methods", "-o", "out.png").code == 0
    assert Path("out.png").exists()


@pytest.mark.parametrize("args", [["--help"], ["-h"], ["photo.png", "--help"]], ids=" ".join)
def test_the_help_has_options_commands_and_exit_codes(labcolor: Run, args: list[str]) -> None:
    """One page for everything, whatever stands before `--help`."""
    code, stdout, stderr = labcolor(*args)
    text = stdout.decode()
    assert (code, stderr) == (0, "")
    assert text.startswith("Usage: labcolor [OPTIONS] PATH...\n")
    for option in (
        *("--output", "--method", "--weights", "--backend", "--temperature", "--rebalance"),
        *("--strength", "--input-size", "--format", "--quality", "--accept-damaged"),
        *("--overwrite", "--quiet", "--verbose", "--version", "fetch", "methods"),
    ):
        assert f"{option} " in text
    lines = [line.split(maxsplit=1) for line in text.splitlines()]
    assert all(list(pair) in lines for pair in EXIT_CODES)
    assert [number for number, _ in EXIT_CODES] == ["0", "1", "2", "3", "130"]


def test_nothing_is_asked_of_the_network(
    labcolor: Run, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without any, colouring works; and weights that are not there are not fetched unasked."""

    def forbidden(*_: object) -> None:
        raise AssertionError("a connection")

    monkeypatch.setattr(socket.socket, "connect", forbidden)
    monkeypatch.setattr(socket, "getaddrinfo", forbidden)
    assert labcolor(str(photo), "-o", "out.png").code == 0
    code, _, stderr = labcolor(str(photo), "-o", "published.png", "--weights", "published")
    assert code == 1
    assert "`labcolor fetch class_weights_model`" in stderr
    assert not Path("published.png").exists()


STEPS = {
    "reading": "labcolor.photo.pillow.decode",
    "the network": "labcolor.engines.opencv.OpenCv.__call__",
    "merging": "labcolor.colorizer.merge",
    "encoding": "labcolor.photo.png.write",
    "flushing": "os.fsync",
}


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_an_interrupt_leaves_nothing(
    labcolor: Run, photo: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Wherever Ctrl-C strikes: exit code 130, and a result of old untouched."""

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    Path("out.png").write_bytes(b"old")
    monkeypatch.setattr(step, interrupt)
    code, stdout, stderr = labcolor(str(photo), "-o", "out.png", "--overwrite")
    assert (code, stdout, stderr.strip()) == (130, b"", "labcolor: Interrupted.")
    assert Path("out.png").read_bytes() == b"old"
    assert names() == ["out.png", "photo.png"]


PAUSED = """
import signal, sys, time
import os, labcolor.engines.opencv
# a shell's background job, which the tests may be, hands down that SIGINT is ignored
signal.signal(signal.SIGINT, signal.default_int_handler)
def pause(*_):
    print("now", flush=True)
    time.sleep(60)
if sys.argv[1] == "the network":
    labcolor.engines.opencv.OpenCv.__call__ = pause
else:
    os.fsync = pause
from labcolor.cli import main
main(["photo.png", "-o", "out.png"])
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no such signals")
@pytest.mark.parametrize("step", ["the network", "flushing"])
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["SIGINT", "SIGTERM"]
)
def test_a_signal_leaves_nothing(photo: Path, step: str, number: int, code: int) -> None:
    """A real one, to a process that is at work."""
    with subprocess.Popen(
        [sys.executable, "-c", PAUSED, step],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "now\n"
        process.send_signal(number)
        stdout, stderr = process.communicate(timeout=20)
    assert process.returncode == code
    assert stdout == ""
    assert "Traceback" not in stderr
    assert names(photo.parent) == ["photo.png"]


@pytest.mark.parametrize(
    "options", ["--skip-colour", "-q", "--compare", "--strength 0.5", "-oout.png"]
)
@pytest.mark.usefixtures("photo")
def test_options_may_stand_before_the_photograph(labcolor: Run, options: str) -> None:
    """None of them is taken for a command that is misspelt, such as `colour`."""
    assert labcolor(*options.split(), "photo.png").code == 0
    assert len(names()) >= 2


def test_a_misspelt_command_is_told(labcolor: Run) -> None:
    """What begins with a dash is never compared with commands, not even alone."""
    code, _, stderr = labcolor("fethc")
    assert code == 2
    assert "Did you mean the command 'fetch'?" in stderr
    code, _, stderr = labcolor("--colour")
    assert code == 2
    assert "command" not in stderr


@pytest.mark.usefixtures("photo")
@pytest.mark.parametrize("place", ["out/", "new/deep/", "there"])
def test_a_photograph_goes_into_a_folder(labcolor: Run, place: str) -> None:
    """One that is there, or one that is named as such; under its own name."""
    Path("there").mkdir()
    code, _, stderr = labcolor("photo.png", "-o", place, "--compare")
    assert code == 0
    assert names(place) == ["photo-compare.jpg", "photo.png"]
    assert stderr.splitlines()[0].startswith(f"{Path(place, 'photo.png')}  200×240")
    assert labcolor("photo.png", "-o", place, "--format", "jpg").code == 0
    assert (Path(place) / "photo.jpg").is_file()


@pytest.mark.usefixtures("photo")
def test_into_its_own_folder_it_gets_another_name(labcolor: Run) -> None:
    assert labcolor("photo.png", "-o", ".").code == 0
    assert names() == ["photo-colour.png", "photo.png"]


def test_a_pipe_has_no_name_for_a_folder(labcolor: Run, photo: Path) -> None:
    code, _, stderr = labcolor("-", "-o", "out/", stdin=photo.read_bytes())
    assert code == 2
    assert "needs a file name" in stderr


@pytest.mark.usefixtures("photo")
def test_every_file_is_listed(labcolor: Run) -> None:
    """The result, versions, map and pair, each on a line."""
    options = "-o c.png --variants 3 --uncertainty map.png --compare"
    code, _, stderr = labcolor("photo.png", *options.split())
    assert code == 0
    listed = {line.split("  ")[0] for line in stderr.splitlines() if "warning" not in line}
    assert listed == {name for name in names() if name != "photo.png"}
    assert {"c.png", "map.png", "c-compare.jpg"} <= listed


@pytest.mark.usefixtures("photo")
def test_moods_are_names_for_settings(labcolor: Run) -> None:
    """What is said beside them counts; both at once make no sense."""
    for number, options in enumerate(
        (
            "--calm",
            "--rebalance 0.3 --strength 0.8",
            "--vivid",
            "--rebalance 1 --strength 1.2",
            "--vivid --strength 0.8",
            "--rebalance 1 --strength 0.8",
        )
    ):
        assert labcolor("photo.png", "-o", f"{number}.png", *options.split()).code == 0
    results = [Path(f"{number}.png").read_bytes() for number in range(6)]
    assert results[::2] == results[1::2]
    assert len(set(results)) == 3
    assert labcolor("photo.png", "--calm", "--vivid").code == 2
    regression = ("photo.png", "--method", "reg_full_model", "--calm", "-o", "r.png")
    assert labcolor(*regression).code == 0  # which has no rebalance to set
