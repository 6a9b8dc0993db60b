"""Going through a folder: each photograph once, none kept, and nothing lost without a word."""

from __future__ import annotations

import logging
import weakref

import numpy as np
import pytest
from PIL import Image

from labcolor.errors import PhotoError
from labcolor.evaluation import Candidate, Folder, baseline, compare


def copied(photograph):
    return photograph.pixels.copy()


def test_every_candidate_colours_every_photograph(folder):
    candidates = [
        Candidate("grey", baseline("grey", folder), is_baseline=True),
        Candidate("truth", copied),
    ]
    records = compare(folder, candidates).records
    assert [record.source for record in records] == [".", "nasa", "pets", "pets"]
    for record in records:
        assert (record.width, record.height) == (60, 40)
        assert record.scores["truth"].ab_error == 0
        assert record.scores["truth"].chroma == pytest.approx(record.chroma)
        assert record.scores["truth"].colourfulness == record.colourfulness
        assert record.scores["truth"].seconds > 0
        assert record.scores["grey"].seconds is None
        assert record.scores["grey"].ab_error == pytest.approx(record.chroma, abs=0.01)


def test_each_photograph_is_read_once_and_not_kept(folder, monkeypatch):
    """A folder may hold more than the memory does."""
    kept, read = [], []
    plain = Folder.read

    def counted(self, file):
        assert all(one() is None for one in kept[:-2])  # but those of the last one
        read.append(file)
        return plain(self, file)

    def colour(photograph):
        kept.append(weakref.ref(photograph.pixels))
        return np.zeros_like(photograph.pixels)

    monkeypatch.setattr(Folder, "read", counted)
    result = compare(folder, [Candidate("one", colour), Candidate("two", colour)])
    assert read == list(folder.files)
    assert len(kept) == 2 * len(folder.files)
    del result
    assert all(one() is None for one in kept)


def test_what_cannot_be_measured_is_said(album, caplog):
    Image.new("L", (6, 4)).save(album / "grey.png")
    (album / "broken.jpg").write_text("no photograph")
    with caplog.at_level(logging.WARNING, "labcolor"):
        result = compare(Folder(album), [Candidate("truth", copied)])
    assert len(result.records) == 4
    assert result.grey == ["grey.png"]
    assert list(result.unreadable) == ["broken.jpg"]
    assert "is a text" in result.unreadable["broken.jpg"]
    assert [record.message for record in caplog.records] == list(result.unreadable.values())


def test_nothing_to_measure_is_an_error(tmp_path):
    Image.new("L", (6, 4)).save(tmp_path / "grey.png")
    with pytest.raises(PhotoError, match="of 1, 1 are grey and 0 cannot be read"):
        compare(Folder(tmp_path), [Candidate("truth", copied)])
