"""Tar shards come back as one array of squashed pictures, in their order."""

from __future__ import annotations

import io
import tarfile

import cv2
import numpy as np
import pytest

from training import shards


def write_shard(path, colours, side=20):
    with tarfile.open(path, "w") as tar:
        folder = tarfile.TarInfo("photos")
        folder.type = tarfile.DIRTYPE
        tar.addfile(folder)
        for i, colour in enumerate(colours):
            flat = np.full((side, side + i, 3), colour, np.uint8)
            data = cv2.imencode(".png", flat)[1].tobytes()
            member = tarfile.TarInfo(f"photos/{i}.png")
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))


def test_pictures_come_in_order_as_rgb(tmp_path):
    """BGR on disk, RGB planes in memory, over two shards."""
    write_shard(tmp_path / "photos-000.tar", [(10, 20, 30), (40, 50, 60)])
    write_shard(tmp_path / "photos-001.tar", [(70, 80, 90)], side=5)
    pictures = shards.load(tmp_path, 16)
    assert pictures.shape == (3, 3, 16, 16)
    assert pictures[:, :, 3, 3].tolist() == [[30, 20, 10], [60, 50, 40], [90, 80, 70]]


def test_a_limit_stops_early(tmp_path):
    write_shard(tmp_path / "photos-000.tar", [(1, 1, 1)] * 3)
    write_shard(tmp_path / "photos-001.tar", [(1, 1, 1)] * 3)
    assert len(shards.load(tmp_path, 16, limit=2)) == 2


def test_a_folder_of_photographs_will_do(tmp_path):
    for number, name in enumerate(("b.png", "sub/a.png", "notes.txt")):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        data = cv2.imencode(".png", np.full((8, 8, 3), 10 * number, np.uint8))[1].tobytes()
        path.write_bytes(data if path.suffix == ".png" else b"no picture")
    pictures = shards.load(tmp_path, 16)
    assert pictures[:, 0, 0, 0].tolist() == [0, 10]


def test_a_folder_without_shards_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=str(tmp_path)):
        shards.load(tmp_path, 16)


def test_what_is_no_picture_is_named(tmp_path):
    with tarfile.open(tmp_path / "photos-000.tar", "w") as tar:
        member = tarfile.TarInfo("notes.txt")
        member.size = 3
        tar.addfile(member, io.BytesIO(b"abc"))
    with pytest.raises(ValueError, match=r"notes\.txt"):
        shards.load(tmp_path, 16)


def test_validation_is_never_trained_on():
    pictures = np.arange(1500)
    train, held_out = shards.split(pictures)
    assert len(held_out) == 150  # a tenth, where the thousand would be more
    assert not set(train) & set(held_out)


def test_sources_that_are_held_out_validate():
    """Forty of each at most, and none that was not asked for."""
    names = ["a", "b"] * 60 + ["c"] * 10
    pictures = np.arange(len(names))
    chosen = shards.of_sources(pictures, names, {"a", "c"})
    assert [names[number] for number in chosen].count("a") == 40
    assert [names[number] for number in chosen].count("c") == 10
    assert len(chosen) == 50


def test_the_source_of_a_picture_is_its_folder(tmp_path):
    """In a shard and in a folder, in the order of the pictures."""
    write_shard(tmp_path / "photos-000.tar", [(1, 1, 1)] * 2)
    assert shards.sources(tmp_path) == ["photos", "photos"]
    assert shards.sources(tmp_path, limit=1) == ["photos"]
    folder = tmp_path / "own"
    for name in ("a/1.png", "b/0.png"):
        path = folder / name
        path.parent.mkdir(parents=True)
        path.write_bytes(b"no matter")
    assert shards.sources(folder) == ["a", "b"]
