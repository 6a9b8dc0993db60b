"""`/v1/jobs`: many photographs, ZIP archives among them, and what is refused of those."""

from __future__ import annotations

import io
import stat
import time
import zipfile

import numpy as np
import pytest

from labcolor.web.archives import MOST_ENTRIES

from .conftest import encoded


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def finished(client, answer) -> dict:
    """Wait for a job; return its standing."""
    assert answer.status_code == 202, answer.text
    job = answer.headers["location"]
    end = time.monotonic() + 30
    while (standing := client.get(job).json())["state"] == "running":
        assert standing["done"] <= standing["of"]
        assert time.monotonic() < end
        time.sleep(0.02)
    return standing | {"url": job}


def results(client, standing: dict) -> dict[str, bytes]:
    content = client.get(f"{standing['url']}/result").content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_several_files(client, jpeg, grey):
    """Each as `/v1/colour` gives it, under names of their own; what fails, fails alone."""
    png = encoded(grey[::-1], "PNG")
    files = [
        ("image", ("a.jpg", jpeg)),
        ("image", ("b.png", png)),
        ("image", ("A.JPG", jpeg)),
        ("image", ("letter.jpg", b"Dear all")),
    ]
    standing = finished(client, client.post("/v1/jobs", files=files, data={"strength": "0.5"}))
    assert (standing["state"], standing["done"], standing["of"]) == ("done", 4, 4)
    assert [one["error"].startswith("letter.jpg is a text") for one in standing["failed"]] == [
        True
    ]
    found = results(client, standing)
    alone = client.post("/v1/colour", params={"strength": 0.5}, content=jpeg).content
    assert found["a-colour.jpg"] == found["A-colour-2.JPG"] == alone
    assert found["b-colour.png"].startswith(b"\x89PNG")


def test_a_zip_in_and_out(client, jpeg):
    """Its folders stay."""
    content = zipped({"1920/oma.jpg": jpeg, "opa.jpg": jpeg, "notes.txt": b"Summer"})
    for answer in (
        client.post("/v1/jobs", content=content, headers={"content-type": "application/zip"}),
        client.post("/v1/jobs", files={"image": ("all.zip", content)}),
    ):
        standing = finished(client, answer)
        assert sorted(results(client, standing)) == ["1920/oma-colour.jpg", "opa-colour.jpg"]
        assert [one["name"] for one in standing["failed"]] == ["notes-colour.txt"]


def test_photographs_that_are_here_each_with_its_settings(client, jpeg):
    photo = client.post("/v1/photos", files={"image": ("p.jpg", jpeg)}).json()["id"]
    settings = {"strength": 0.3, "hint": ["60,150=#8a7070"]}
    order = {"photos": [{"id": photo, "settings": settings}, {"id": photo}]}
    standing = finished(client, client.post("/v1/jobs", json=order))
    found = results(client, standing)
    result = client.get(f"/v1/photos/{photo}/result", params=settings).content
    assert found["p-colour.jpg"] == result
    assert found["p-colour-2.jpg"] == client.get(f"/v1/photos/{photo}/result").content


def test_a_job_is_let_go(client, jpeg):
    """Its files go too; and its result is not there before it is done."""
    many = [("image", (f"{n}.jpg", jpeg)) for n in range(40)]
    answer = client.post("/v1/jobs", files=many)
    url = answer.headers["location"]
    early = client.get(f"{url}/result")
    assert early.status_code == 409
    assert "retry-after" in early.headers
    assert client.delete(url).status_code == 204
    assert client.get(url).status_code == 404
    state = client.app.state.labcolor
    assert state.queue.waiting == 0


def link() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        one = zipfile.ZipInfo("link.jpg")
        one.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(one, "/etc/passwd")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (lambda: zipped({"../up.jpg": b"x"}), 400),
        (lambda: zipped({"a/../../up.jpg": b"x"}), 400),
        (lambda: zipped({"/etc/cron.d/x": b"x"}), 400),
        (lambda: zipped({"..\\up.jpg": b"x"}), 400),
        (lambda: zipped({"C:\\x.jpg": b"x"}), 400),
        (link, 400),
        (lambda: zipped({f"{n}.jpg": b"" for n in range(MOST_ENTRIES + 1)}), 413),
        (lambda: zipped({"bomb.bmp": bytes(50_000_000)}, zipfile.ZIP_DEFLATED), 413),
        (lambda: zipped({"a.jpg": b"x" * 999})[:-30], 415),
        (lambda: zipped({}), 422),
    ],
    ids=[
        *("up", "up and down", "absolute", "backslashes", "drive", "link", "entries", "bomb"),
        *("cut", "empty"),
    ],
)
def test_archives_that_are_refused(client, content, status):
    answer = client.post(
        "/v1/jobs", content=content(), headers={"content-type": "application/zip"}
    )
    assert answer.status_code == status, answer.text
    folder = client.app.state.labcolor.folder
    assert not list(folder.glob("**/up.jpg"))
    assert not list(folder.parent.glob("up.jpg"))


def test_an_archive_that_lies_about_its_size(client):
    """What comes out of it is counted, not what its header says."""
    content = bytearray(zipped({"a.jpg": bytes(3_000_000)}, zipfile.ZIP_DEFLATED))
    real = (3_000_000).to_bytes(4, "little")
    while (at := content.find(real)) >= 0:
        content[at : at + 4] = (1000).to_bytes(4, "little")
    answer = client.post(
        "/v1/jobs", content=bytes(content), headers={"content-type": "application/zip"}
    )
    assert answer.status_code in (413, 415)


@pytest.mark.parametrize(
    ("order", "status"),
    [
        ({"photos": []}, 422),
        ({"photos": [{"id": "x" * 24}]}, 404),
        ({"photos": [{"id": "x", "settings": {"weights": "/etc/passwd"}}]}, 422),
        ({"photos": [{"id": "x", "path": "/etc/passwd"}]}, 422),
        ([], 422),
    ],
)
def test_orders_that_are_refused(client, order, status):
    assert client.post("/v1/jobs", json=order).status_code == status
    assert (
        client.post("/v1/jobs", content=b"{", headers={"content-type": "text/x"}).status_code
        == 415
    )


def test_a_film(client, tmp_path):
    """It comes back as a film, in a ZIP, with as many pictures; a name does not make one."""
    av = pytest.importorskip("av", reason="films need pip install 'labcolor[film]'")
    path = tmp_path / "film.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        for n in range(12):
            grey = np.tile(np.arange(96, dtype=np.uint8) * 2 + n, (64, 1))
            picture = av.VideoFrame.from_ndarray(grey, format="gray").reformat(format="yuv420p")
            container.mux(stream.encode(picture))
        container.mux(stream.encode())
    content = path.read_bytes()
    files = [("image", ("Garten.mp4", content)), ("image", ("no.mp4", b"Dear all"))]
    standing = finished(client, client.post("/v1/jobs", files=files, data={"every": "4"}))
    assert [one["name"] for one in standing["failed"]] == ["no-colour.mp4"]
    ((name, film),) = results(client, standing).items()
    assert name == "Garten-colour.mp4"
    with av.open(io.BytesIO(film)) as container:
        assert sum(1 for _ in container.decode(video=0)) == 12
