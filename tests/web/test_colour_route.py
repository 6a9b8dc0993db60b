"""`POST /v1/colour`, `/v1/photos`: what they give is what the command writes."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image
from skimage import data

from labcolor.cli import group

from .conftest import encoded

HINT = "60,150=#8a7070"


def by_command(folder: Path, name: str, content: bytes, *options: str) -> bytes:
    """Colour a file with the command; return what it writes."""
    source, target = folder / name, folder / f"out{Path(name).suffix}"
    source.write_bytes(content)
    arguments = [str(source), "-o", str(target), "--overwrite", *options]
    result = CliRunner().invoke(group, arguments, catch_exceptions=False)
    assert result.exit_code == 0
    return target.read_bytes()


def of_format(grey: np.ndarray, form: str) -> tuple[str, bytes]:
    deep = (grey.astype(np.uint16) * 257) if form == "png16" else grey
    name = {"png16": "png", "jpeg": "jpg"}.get(form, form)
    exif = Image.Exif()
    exif[0x010F] = "Kodak"
    extra = {"exif": exif} if form in ("jpeg", "webp", "png16") else {}
    return f"scan.{name}", encoded(deep, name.replace("jpg", "jpeg"), **extra)


@pytest.mark.parametrize("form", ["jpeg", "png16", "tiff", "webp", "bmp"])
def test_a_picture_comes_back_as_the_command_writes_it(client, grey, tmp_path, form):
    """In its own format, as a field of a form and as the body."""
    name, content = of_format(grey, form)
    expected = by_command(tmp_path, name, content)
    answer = client.post("/v1/colour", files={"image": (name, content)})
    assert answer.status_code == 200, answer.text
    assert answer.content == expected
    assert "scan-colour" in answer.headers["content-disposition"]
    assert client.post("/v1/colour", content=content).content == expected


@pytest.mark.parametrize(
    "options",
    [
        {"rebalance": "0.2", "temperature": "0.7"},
        {"method": "reg_full_model", "strength": "1.4"},
        {"upsample": "bilinear", "detail": "2"},
        {"detail": "2"},
        {"format": "png"},
        {"format": "ora"},
        {"format": "psd", "hint": "60,150=#8a7070"},
        {"quality": "70"},
    ],
    ids=str,
)
def test_settings_are_fields_by_the_names_of_the_options(client, jpeg, tmp_path, options):
    said = [
        part
        for name, value in options.items()
        for part in ([f"--{name}"] if value == "true" else [f"--{name}", value])
    ]
    if "format" in options:
        said += ["-o", str(tmp_path / "out.jpg")]  # its name says nothing then
    expected = by_command(tmp_path, "photo.jpg", jpeg, *said)
    answer = client.post("/v1/colour", files={"image": ("p.jpg", jpeg)}, data=options)
    assert answer.content == expected
    assert client.post("/v1/colour", params=options, content=jpeg).content == expected


@pytest.fixture
def photo(client, jpeg):
    answer = client.post("/v1/photos", files={"image": ("a/../Oma 1920.jpg", jpeg)})
    assert answer.status_code == 201
    facts = answer.json()
    assert answer.headers["location"].endswith(f"/v1/photos/{facts['id']}")
    yield f"/v1/photos/{facts['id']}"
    client.delete(f"/v1/photos/{facts['id']}")


def test_what_there_is_to_know(client, photo):
    facts = client.get(photo).json()
    del facts["id"]
    assert facts == {
        "name": "Oma 1920.jpg",
        "format": "jpeg",
        "writes": "jpeg",
        "width": 200,
        "height": 240,
        "bits": 8,
        "pages": 1,
        "in_colour": False,
        "estimated": False,
    }


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"rebalance": "0.5", "hint": HINT},
        {"method": "reg_part_model", "hint": HINT},
        {"variant": "2", "strength": "1.2"},
        {"variant": "2", "hint": HINT},
    ],
    ids=str,
)
def test_a_download_is_what_the_command_writes(client, photo, jpeg, tmp_path, options):
    """Byte for byte, after previews with other settings."""
    client.get(f"{photo}/preview", params={"strength": 2, "rebalance": 0})
    said = [f"--{name}={value}" for name, value in options.items() if name != "variant"]
    many = options.get("variant")
    expected = by_command(tmp_path, "p.jpg", jpeg, *said, *(["--variants", many] if many else []))
    if many:
        expected = (tmp_path / f"out-{many}.jpg").read_bytes()
    answer = client.get(f"{photo}/result", params=options)
    assert answer.content == expected
    assert "Oma%201920-colour.jpg" in answer.headers["content-disposition"]


def test_a_preview_is_the_result_made_small(client):
    """At most a megapixel; of the colours of the whole."""
    large = np.kron(np.asarray(Image.fromarray(data.astronaut()).convert("L")), np.ones((3, 3)))
    content = encoded(large.astype(np.uint8), "JPEG")
    facts = client.post("/v1/photos", files={"image": ("x.jpg", content)}).json()
    photo = f"/v1/photos/{facts['id']}"
    preview = Image.open(io.BytesIO(client.get(f"{photo}/preview").content))
    assert 950_000 < preview.width * preview.height <= 1_000_000
    result = Image.open(io.BytesIO(client.get(f"{photo}/result").content))
    assert result.size == (1536, 1536)
    small = result.resize(preview.size, Image.Resampling.BOX)
    assert np.abs(np.asarray(preview, float) - np.asarray(small)).mean() < 2.5


def test_likely_colours(client, photo):
    """The likeliest first, with shares of the distribution, for every method."""
    found = client.get(f"{photo}/colours", params={"x": 60, "y": 150}).json()
    shares = [one["share"] for one in found]
    assert shares == sorted(shares, reverse=True)
    assert 0.5 < sum(shares) <= 1.001
    other = client.get(f"{photo}/colours", params={"x": 1, "y": 2, "method": "reg_full_model"})
    assert other.json()
    outside = client.get(f"{photo}/colours", params={"x": 200, "y": 0})
    assert outside.status_code == 422
    assert "200,0 is outside" in outside.json()["error"]


def test_versions_and_uncertainty(client, photo):
    count = client.get(f"{photo}/variants").json()["count"]
    assert count >= 1
    beyond = client.get(f"{photo}/preview", params={"variant": 9, "size": "thumbnail"})
    assert beyond.status_code == (200 if count == 9 else 422)
    drawn = Image.open(io.BytesIO(client.get(f"{photo}/uncertainty").content))
    assert (drawn.mode, drawn.size) == ("L", (200, 240))


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"strength": 9}, "strength"),
        ({"method": "my.onnx"}, "method"),
        ({"weights": "/etc/passwd"}, "weights"),
        ({"network": "my.onnx"}, "network"),
        ({"hint": "1,2=red;"}, "hint"),
        ({"hint": "1,2=nocolour"}, "nocolour"),
        ({"hint": "200,2=#102030"}, "outside the photograph"),
        ({"method": "reg_full_model", "rebalance": 1}, "no rebalance"),
    ],
    ids=str,
)
def test_what_is_refused(client, photo, params, words):
    """One sentence, whichever way it is said: no paths, no weights, nothing unknown."""
    answer = client.get(f"{photo}/preview", params=params)
    assert answer.status_code == 422
    assert words in answer.json()["error"]


def test_what_is_let_go_is_gone(client, jpeg):
    facts = client.post("/v1/photos", files={"image": ("gone.jpg", jpeg)}).json()
    assert client.delete(f"/v1/photos/{facts['id']}").status_code == 204
    assert client.get(f"/v1/photos/{facts['id']}").status_code == 404
    folder = client.app.state.labcolor.folder
    assert not list(folder.glob("**/gone.jpg"))


def test_damage_is_told_without_a_path_of_the_server(client, jpeg):
    answer = client.post("/v1/colour", files={"image": ("cut.jpg", jpeg[: len(jpeg) // 2])})
    assert answer.status_code == 422
    assert answer.json()["error"].startswith("cut.jpg is damaged or cut short")
    rest = client.post(
        "/v1/colour",
        files={"image": ("cut.jpg", jpeg[: len(jpeg) // 2])},
        data={"accept_damaged": "true"},
    )
    assert rest.status_code == 200


def test_pages_of_a_document(client, grey, tmp_path):
    """All of them come back; what can be meant for one is refused."""
    stream = io.BytesIO()
    page = Image.fromarray(grey)
    page.save(stream, "TIFF", save_all=True, append_images=[page.rotate(180)])
    content = stream.getvalue()
    assert client.post("/v1/colour", content=content).content == by_command(
        tmp_path, "two.tif", content
    )
    answer = client.post("/v1/colour", params={"hint": HINT}, content=content)
    assert answer.status_code == 422
    assert "2 pages" in answer.json()["error"]
