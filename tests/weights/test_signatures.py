"""What only has the name of weights is named, and real formats are not."""

from __future__ import annotations

import pytest

from labcolor.weights.signatures import describe, impostor


@pytest.mark.parametrize("head", [b"", b"\x0a\x13Colorization", b"\x93NUMPY", b"PK\x03\x04"])
def test_real_formats_are_no_impostors(head: bytes) -> None:
    """Caffe's message, an array, a PyTorch archive."""
    assert impostor(head) is None


@pytest.mark.parametrize(
    ("head", "what"),
    [
        (b"<!DOCTYPE html><title>Google Drive - Virus scan warning</title>", "an HTML page"),
        (b"\xef\xbb\xbf\n  <HTML><body>Code: (404)", "an HTML page"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:f5", "a Git LFS pointer"),
    ],
)
def test_what_downloads_leave_is_named(head: bytes, what: str) -> None:
    """Pages of dead hosts and of file lockers, and pointers that were never followed."""
    assert impostor(head) == describe(head) == what


@pytest.mark.parametrize(
    ("head", "what"),
    [
        (b"", "empty"),
        (b"PK\x03\x04", "a PyTorch file or another zip archive"),
        (b"\x80\x02\x8a", "a PyTorch file or another pickle"),
        (b'name: "LtoAB"', "a text, perhaps the .prototxt that belongs to a Caffe model"),
        (b"\x0a\x13Colorization", None),
    ],
)
def test_other_files_are_described(head: bytes, what: str | None) -> None:
    """For a reader that has found none of its own in them."""
    assert describe(head) == what
