"""Documents of several pages: tifffile and Pillow write and read them, and are the authority."""

from __future__ import annotations

import io
import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
import tifffile
from PIL import Image

from labcolor import photo
from labcolor.errors import OutputError, PhotoError
from labcolor.photo import tags, tiff, tiff_writing

GREY = np.arange(1200, dtype=np.uint16).reshape(30, 40)


def bilevel(n: int) -> Image.Image:
    return Image.fromarray(((GREY + n) % 7 < 3).astype(np.uint8) * 255).convert("1")


def many_kinds(path) -> list[np.ndarray]:
    """Write pages of every kind with tifffile, each larger than the one before."""
    pages: list[np.ndarray] = [
        (GREY % 251).astype(np.uint8),
        (GREY * 50).astype(np.uint16),
        np.dstack([GREY % 251, GREY % 200, GREY % 150]).astype(np.uint8),
        np.dstack([GREY * 50, GREY * 40, GREY * 30]).astype(np.uint16),
    ]
    pages = [
        np.pad(page, [(0, 5 * n), (0, 3 * n)] + [(0, 0)] * (page.ndim - 2))
        for n, page in enumerate(pages)
    ]
    with tifffile.TiffWriter(path) as writer:
        for n, page in enumerate(pages):
            writer.write(
                page,
                photometric="rgb" if page.ndim == 3 else "minisblack",
                resolution=(100 * (n + 1), 100 * (n + 1)),
                resolutionunit=2,
                description=f"Sheet {n + 1}",
                compression=("zlib", None, "zlib", "lzw")[n] if n != 3 else None,
                tile=(16, 16) if n == 2 else None,
                metadata=None,
            )
    return pages


def in_memory(path):
    return path.read_bytes()


def as_stream(path):
    return io.BytesIO(path.read_bytes())


@pytest.mark.parametrize("origin", [lambda path: path, in_memory, as_stream])
def test_every_page_is_read(origin, tmp_path):
    """Pages of any depth, colour and size come back sample by sample, from any origin."""
    expected = many_kinds(tmp_path / "in.tif")
    pages = photo.Pages(origin(tmp_path / "in.tif"))
    assert len(pages) == 4
    for n, (got, page) in enumerate(zip(pages, expected, strict=True)):
        np.testing.assert_array_equal(got.pixels, page if page.ndim == 2 else page[..., ::-1])
        assert got.pixels.dtype == page.dtype
        assert got.metadata.resolution == pytest.approx((100 * (n + 1),) * 2)
        assert tags.read(got.metadata.exif).raw(270).rstrip(b"\0").decode() == f"Sheet {n + 1}"
        assert f"page {n + 1}" in got.name


def test_pages_are_kept(tmp_path):
    """What is read is written, page by page, as tifffile and Pillow see it."""
    expected = many_kinds(tmp_path / "in.tif")
    photo.write(photo.Pages(tmp_path / "in.tif"), tmp_path / "out.tif")
    with tifffile.TiffFile(tmp_path / "out.tif") as file:
        assert not file.is_bigtiff
        assert len(file.pages) == 4
        for n, (page, array) in enumerate(zip(file.pages, expected, strict=True)):
            np.testing.assert_array_equal(page.asarray(), array)
            assert page.description == f"Sheet {n + 1}"
            assert page.get_resolution(2) == (100 * (n + 1),) * 2
            assert page.is_multipage
            assert bool(page.iccprofile) == (array.ndim == 3)
    with Image.open(tmp_path / "out.tif") as image:
        assert image.n_frames == 4
        image.seek(2)
        np.testing.assert_array_equal(np.asarray(image), expected[2])


@pytest.mark.parametrize("compression", ["group4", "jpeg", "tiff_lzw", "raw"])
def test_pages_as_scanners_pack_them(compression, tmp_path):
    """Bilevel, JPEG, LZW and plain pages are read from disk and from memory as Pillow has them."""
    grey = (GREY // 5).astype(np.uint8)
    images = [
        bilevel(n) if compression == "group4" else Image.fromarray(grey + n) for n in (0, 1, 2)
    ]
    path = tmp_path / "in.tif"
    images[0].save(path, compression=compression, save_all=True, append_images=images[1:])
    with Image.open(path) as image:
        expected = []
        for n in range(3):
            image.seek(n)
            expected.append(np.asarray(image.convert("L")))
    for origin in (path, path.read_bytes()):
        for got, page in zip(photo.Pages(origin), expected, strict=True):
            np.testing.assert_array_equal(got.pixels, page)


def test_each_page_has_its_own_orientation(tmp_path):
    """Pages lie upright in the result, each turned as its own tag says."""
    with tifffile.TiffWriter(tmp_path / "in.tif") as writer:
        for orientation, page in ((1, GREY), (6, np.rot90(GREY)), (3, np.rot90(GREY, 2))):
            tag = (274, 3, 1, orientation, True)
            writer.write(page, extratags=[tag], metadata=None)
    photo.write(photo.Pages(tmp_path / "in.tif"), tmp_path / "out.tif")
    with tifffile.TiffFile(tmp_path / "out.tif") as file:
        for page in file.pages:
            np.testing.assert_array_equal(page.asarray(), GREY)
            assert page.tags[274].value == 1


def test_big_tiff_is_read(tmp_path):
    """BigTIFF pages of 8 and 16 bits, too."""
    pages = [(GREY % 251).astype(np.uint8), (GREY * 50).astype(np.uint16)]
    with tifffile.TiffWriter(tmp_path / "in.tif", bigtiff=True) as writer:
        for page in pages:
            writer.write(page, compression="zlib", metadata=None)
    for got, page in zip(photo.Pages(tmp_path / "in.tif"), pages, strict=True):
        np.testing.assert_array_equal(got.pixels, page)


def test_beyond_4_gib_it_is_a_big_tiff(tmp_path, monkeypatch):
    """Where offsets of 32 bits do not reach, all readers find a BigTIFF with all its metadata."""
    expected = many_kinds(tmp_path / "in.tif")
    monkeypatch.setattr(tiff_writing, "_LIMIT", 1000)
    monkeypatch.setattr(tiff_writing, "_ROOM_FOR_DIRECTORIES", 0)
    photo.write(photo.Pages(tmp_path / "in.tif"), tmp_path / "out.tif")
    with tifffile.TiffFile(tmp_path / "out.tif") as file:
        assert file.is_bigtiff
        for n, (page, array) in enumerate(zip(file.pages, expected, strict=True)):
            np.testing.assert_array_equal(page.asarray(), array)
            assert page.description == f"Sheet {n + 1}"
    for got, array in zip(photo.Pages(tmp_path / "out.tif"), expected, strict=True):
        np.testing.assert_array_equal(got.pixels, array if array.ndim == 2 else array[..., ::-1])


def test_pages_of_two_byte_orders_become_one_file(tmp_path):
    """A file has one byte order; the values of pages from elsewhere are turned round."""
    written = []
    for order in "><":
        path = tmp_path / f"{len(written)}.tif"
        tifffile.imwrite(
            path,
            GREY,
            byteorder=order,
            resolution=(300, 200),
            resolutionunit=2,
            description="Straße".encode(),
            metadata=None,
        )
        written.append(photo.read(path))
    photo.write(written, tmp_path / "out.tif")
    with tifffile.TiffFile(tmp_path / "out.tif") as file:
        for page in file.pages:
            np.testing.assert_array_equal(page.asarray(), GREY)
            assert page.get_resolution(2) == (300, 200)


def test_reduced_copies_and_masks_are_no_pages(tmp_path, caplog):
    """A thumbnail before the page and a mask behind it are left out, and named."""
    page = (GREY % 251).astype(np.uint8)
    with tifffile.TiffWriter(tmp_path / "in.tif") as writer:
        writer.write(page[::4, ::4], subfiletype=1, metadata=None)
        writer.write(page, metadata=None)
        writer.write(page > 9, subfiletype=4, photometric=4, metadata=None)
    pages = photo.Pages(tmp_path / "in.tif")
    assert len(pages) == 1
    np.testing.assert_array_equal(pages.read(0).pixels, page)
    assert "reduced copy" in caplog.text
    assert "mask" in caplog.text
    np.testing.assert_array_equal(photo.read(tmp_path / "in.tif").pixels, page)


def test_copies_without_an_original_are_pages(tmp_path):
    """Where every picture is called a reduced one, none is left out."""
    with tifffile.TiffWriter(tmp_path / "in.tif") as writer:
        for _ in range(2):
            writer.write((GREY % 251).astype(np.uint8), subfiletype=1, metadata=None)
    assert len(photo.Pages(tmp_path / "in.tif")) == 2


def test_a_file_that_is_cut_between_pages_is_damaged(tmp_path):
    """Pages that are gone are never passed over in silence."""
    with tifffile.TiffWriter(tmp_path / "in.tif") as writer:
        for _ in range(3):
            writer.write((GREY % 251).astype(np.uint8), metadata=None)
    data = (tmp_path / "in.tif").read_bytes()
    with tifffile.TiffFile(tmp_path / "in.tif") as file:
        cut = data[: file.pages[2].offset]
    with pytest.raises(PhotoError, match="damaged or cut short"):
        photo.Pages(cut)
    assert len(photo.Pages(cut, accept_damaged=True)) == 2


def test_pages_that_lead_back_are_damaged(tmp_path):
    """A chain of directories without end is refused; with --accept-damaged it is read once."""
    with tifffile.TiffWriter(tmp_path / "in.tif") as writer:
        for _ in range(2):
            writer.write((GREY % 251).astype(np.uint8), metadata=None)
    data = bytearray((tmp_path / "in.tif").read_bytes())
    layout = tags.layout_of(bytes(data))
    second = tiff.chain(bytes(data))[0][1]
    at = tags.link(bytes(data), layout, second)[0]
    data[at : at + 4] = data[4:8]
    with pytest.raises(PhotoError, match="damaged"):
        photo.Pages(bytes(data))
    assert len(photo.Pages(bytes(data), accept_damaged=True)) == 2


def test_a_damaged_page_is_named(tmp_path):
    """The error says which page it is, and nothing is left of the output."""
    with tifffile.TiffWriter(tmp_path / "in.tif") as writer:
        for _ in range(3):
            writer.write((GREY * 50).astype(np.uint16), compression="zlib", metadata=None)
    data = bytearray((tmp_path / "in.tif").read_bytes())
    with tifffile.TiffFile(tmp_path / "in.tif") as file:
        begin, size = file.pages[1].dataoffsets[0], file.pages[1].databytecounts[0]
    data[begin : begin + size] = bytes(size)
    (tmp_path / "in.tif").write_bytes(data)
    with pytest.raises(PhotoError, match=r"in\.tif \(page 2\) is damaged"):
        photo.write(photo.Pages(tmp_path / "in.tif"), tmp_path / "out.tif")
    assert [path.name for path in tmp_path.iterdir()] == ["in.tif"]


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp"])
def test_other_formats_hold_one_page(suffix, tmp_path):
    """Several pages are refused by a format of one, before work is done and in writing."""
    many_kinds(tmp_path / "in.tif")
    pages = photo.Pages(tmp_path / "in.tif")
    with pytest.raises(OutputError, match="has 4 pages, and"):
        photo.check_pages(pages, photo.format_of(tmp_path / f"out{suffix}"))
    with pytest.raises(OutputError, match=r"holds only one; write it as TIFF"):
        photo.write(pages, tmp_path / f"out{suffix}")
    assert [path.name for path in tmp_path.iterdir()] == ["in.tif"]
    photo.check_pages(photo.Pages(tmp_path / "in.tif"), "tiff")


def test_the_first_page_alone_is_a_warning(tmp_path, caplog):
    """`read` gives one page and says that there are more."""
    many_kinds(tmp_path / "in.tif")
    assert photo.read(tmp_path / "in.tif").pixels.shape == (30, 40)
    assert "holds 4 pictures" in caplog.text


def test_a_file_that_is_replaced_meanwhile(tmp_path):
    """It is a damaged one, whatever stands in its place."""
    many_kinds(tmp_path / "in.tif")
    pages = photo.Pages(tmp_path / "in.tif")
    for content in (b"nonsense", (tmp_path / "in.tif").read_bytes()[:16]):
        (tmp_path / "in.tif").write_bytes(content)
        for index in range(4):
            with pytest.raises(PhotoError, match="damaged or cut short"):
                pages.read(index)


def test_a_stream_is_gone_through_once(tmp_path):
    """What came from a stream is let go of with its last page; a path is opened again."""
    many_kinds(tmp_path / "in.tif")
    from_path = photo.Pages(tmp_path / "in.tif")
    assert len(list(from_path)) == len(list(from_path)) == 4
    from_stream = photo.Pages(as_stream(tmp_path / "in.tif"))
    assert len(list(from_stream)) == 4
    with pytest.raises(ValueError, match="once"):
        list(from_stream)


def test_memory_is_that_of_a_page(tmp_path):
    """Eight pages take no more than three of them, and their results, at one time."""
    page = np.tile((GREY % 251).astype(np.uint8), (25, 20))
    with tifffile.TiffWriter(tmp_path / "in.tif") as writer:
        for _ in range(8):
            writer.write(page, compression="zlib", metadata=None)

    def coloured():
        for got in photo.Pages(tmp_path / "in.tif"):
            yield replace(got, pixels=np.dstack([got.pixels] * 3))

    photo.write(photo.read(tmp_path / "in.tif"), tmp_path / "warm.tif")
    tracemalloc.start()
    try:
        photo.write(coloured(), tmp_path / "out.tif")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    # of a page: pixels (1), result (3), and what a strip of it takes in packing
    assert peak < 5 * page.nbytes * 4
    assert len(photo.Pages(tmp_path / "out.tif")) == 8
