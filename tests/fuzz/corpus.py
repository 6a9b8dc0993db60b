"""Small sound files of every kind that labcolor reads, for the fuzzer to damage."""

from __future__ import annotations

import io
import json
import struct
import tempfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import custom_standin
import cv2
import handmade
import numpy as np
import pth_standin
import test_texts
from film_corpus import films
from PIL import Image, ImageCms, features
from segments import exif, saved, segment, wave, with_segments, with_xmp, xmp
from test_exif_bytes import block
from test_metadata import XMP, exif_block, jpeg
from test_odd_files import GREY, bmp, tiff, without

from labcolor import Colorizer, photo
from labcolor.layers.handover import Handover
from labcolor.onnx.wire import Message

COLOURS = np.dstack([wave(), wave()[::-1], 255 - wave()])
DEEP = wave().astype(np.uint16) * 257


def photographs() -> Iterator[bytes]:
    """Give pictures of every format, depth and kind of metadata."""
    yield from _jpegs()
    yield from _pngs()
    yield from _tiffs()
    yield from _others()


def _jpegs() -> Iterator[bytes]:
    for samples in (wave(), COLOURS):
        yield saved("JPEG", samples)
        yield saved("JPEG", samples, progressive=True)
    yield saved("JPEG", COLOURS, restart_marker_rows=1, subsampling=2)
    yield jpeg(6)
    stream = io.BytesIO()
    Image.fromarray(COLOURS).convert("CMYK").save(stream, "JPEG")
    yield stream.getvalue()
    yield with_segments(segment(0xE1, b"Exif\0\0" + block()))
    yield with_segments(segment(0xFE, b"a comment"), behind=b"\0\0\0\x18ftypmp42" + bytes(500))
    faces = xmp(
        'r:Name="Oma"',
        '<r:Area a:x="0.2" a:y="0.3" a:w="0.1" a:h="0.1"/>',
        r="http://www.metadataworkinggroup.com/schemas/regions/",
        a="http://ns.adobe.com/xmp/sType/Area#",
    )
    yield with_xmp(faces, exif(6))
    records = test_texts.iptc_records(300)
    resource = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(records)) + records
    yield with_segments(segment(0xED, b"Photoshop 3.0\0" + resource))


def _pngs() -> Iterator[bytes]:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    before = (
        handmade.chunk(b"pHYs", struct.pack(">IIB", 11811, 11811, 1))
        + handmade.chunk(b"gAMA", struct.pack(">I", 45455))
        + handmade.chunk(b"cHRM", struct.pack(">8I", *range(30_000, 38_000, 1000)))
        + handmade.chunk(b"tEXt", b"Title\0Oma")
        + handmade.chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"long " * 50))
        + handmade.chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP)
        + handmade.chunk(b"eXIf", exif_block(6))
    )
    for samples, color_type in (
        (wave(), 0),
        (COLOURS, 2),
        (np.dstack([wave(), wave()]), 4),
        (np.dstack([COLOURS, wave()]), 6),
    ):
        for bits in (8, 16):
            deep = samples.astype(np.uint16) * 257 if bits == 16 else samples
            yield handmade.png(deep[:24, :24], color_type, bits, before=before, filtered=4)
    yield saved("PNG", COLOURS, icc_profile=profile)
    stream = io.BytesIO()
    Image.fromarray(COLOURS).quantize(16).save(stream, "PNG", transparency=3)
    yield stream.getvalue()
    yield saved("PNG", wave() > 128)


def _tiffs() -> Iterator[bytes]:
    for compression in (None, "tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg"):
        yield saved("TIFF", COLOURS, compression=compression)
    for compression in ("group3", "group4", "tiff_ccitt"):
        yield saved("TIFF", wave() > 128, compression=compression)
    for samples in (DEEP, np.dstack([DEEP] * 3)):
        yield cv2.imencode(".tif", samples)[1].tobytes()
    yield tiff(GREY, wave().tobytes())
    yield tiff(GREY, wave().tobytes(), order=">")
    stream = saved("JPEG", wave())
    yield tiff(without(GREY, 273, 279, t259=6, t513="@", t514=len(stream)), stream)
    inks = np.dstack([wave()] * 5)
    yield tiff(without(GREY, t258=[8] * 5, t262=5, t277=5, t279=inks.nbytes), inks.tobytes())
    pages = io.BytesIO()
    first, second = Image.fromarray(wave()), Image.fromarray(COLOURS)
    first.save(pages, "TIFF", save_all=True, append_images=[second], tiffinfo={274: 6, 282: 300.0})
    yield pages.getvalue()
    for said in (photo.read(jpeg(6)), photo.Photo(np.dstack([DEEP] * 3), alpha=DEEP)):
        out = io.BytesIO()
        photo.write(said, out, format="tiff")
        yield out.getvalue()


def _others() -> Iterator[bytes]:
    for options in ({"lossless": True}, {"quality": 80}, {"exif": b"Exif\0\0" + exif_block()}):
        yield saved("WEBP", COLOURS, **options)
    for samples in (wave(), COLOURS):
        yield saved("BMP", samples)
        yield saved("JPEG2000", samples)
        yield saved("GIF", samples)
    yield saved("JPEG2000", COLOURS, quality_layers=[40, 10], tile_size=(32, 32))
    yield cv2.imencode(".jp2", DEEP)[1].tobytes()
    yield bmp((0xF00, 0xF0, 0xF, 0xF000), 16, wave().astype(np.uint32) * 257)
    if "avif" in features.modules:
        yield saved("AVIF", COLOURS, exif=b"Exif\0\0" + exif_block())
    try:
        import pillow_heif
    except ImportError:
        return
    stream = io.BytesIO()
    pillow_heif.from_pillow(Image.fromarray(COLOURS)).save(stream, exif=exif_block(6))
    yield stream.getvalue()


def metadata_blocks() -> Iterator[bytes]:
    """Give EXIF blocks, XMP packets, IPTC records and profiles, told apart by their beginnings."""
    yield from (block(), block(order=">"), exif_block(6), XMP, test_texts.iptc_records(40))
    yield handmade.rgb_profile(handmade.ADOBE_RGB, handmade.curve(2.2))
    yield handmade.grey_profile(handmade.srgb_curve())


def journals() -> Iterator[bytes]:
    """Give the journal of a run."""
    content = {"size": 9, "mtime": 1, "sha256": "ab"}
    about = {"photograph": "a.jpg", "source": "/scans/a.jpg", "content": content, "settings": "s"}
    events = (
        {"event": "run", "id": "s", "settings": {}, "started": "2026-01-01T00:00:00+00:00"},
        {"event": "intent", "output": "a.jpg", **about, "files": {"a.jpg": content}, "left": ""},
        {"event": "done", "output": "a.jpg", "facts": {"seconds": 1.5, "warnings": []}},
        {"event": "left", "output": "b.jpg", **about, "files": {}, "left": "it has colour"},
        {"event": "failed", "photograph": "c.jpg", "output": "c.jpg", "error": "no"},
    )
    yield b"".join(json.dumps(event).encode() + b"\n" for event in events)


def caffemodels() -> Iterator[bytes]:
    """Give a model of one layer."""
    numbers = np.arange(24, dtype="<f4")
    shape = Message()
    for field, size in enumerate((2, 3, 2, 2), 1):
        shape.integer(field, size)
    blob = Message().data(5, numbers.tobytes()).data(7, shape.tobytes())
    layer = Message().text(1, "conv1").text(2, "Convolution").data(7, blob.tobytes())
    yield Message().text(1, "net").message(100, layer).tobytes()


def pytorch_files() -> Iterator[bytes]:
    """Give state dicts in both containers."""
    tensors: dict[str, np.ndarray] = {
        "conv.weight": np.arange(24, dtype=np.float32).reshape(2, 3, 2, 2),
        "conv.bias": np.zeros(2, np.float16),
    }
    yield pth_standin.pth(tensors)
    yield pth_standin.pth(tensors, pth_standin.stream)


def _custom(suffix: str) -> bytes:
    toml = '[input]\nreads = "L"\nsize = 32\n[output]\ngives = "ab"\n'
    with tempfile.TemporaryDirectory() as folder:
        path = custom_standin.write(Path(folder, "net.onnx"), toml, np.ones((2, 1)))
        return path.with_suffix(suffix).read_bytes()


def onnx_files() -> Iterator[bytes]:
    """Give a network of one convolution."""
    yield _custom(".onnx")


def toml_files() -> Iterator[bytes]:
    """Give what says how a network is to be used."""
    yield _custom(".toml")


def hint_pictures() -> Iterator[bytes]:
    """Give a picture that is transparent but for a few pixels."""
    alpha = np.zeros_like(wave())
    alpha[20:24, 30:34] = 255
    yield saved("PNG", np.dstack([COLOURS, alpha]))
    yield saved("WEBP", np.dstack([COLOURS, alpha]), lossless=True)


def layered() -> Iterator[bytes]:
    """Give pictures in layers."""
    colorizer = Colorizer()
    picture = photo.Photo(wave())
    with tempfile.TemporaryDirectory() as folder:
        for form in ("ora", "psd"):
            handover = Handover(colorizer, colorizer)
            coloured = replace(picture, pixels=handover(picture.pixels))
            path = Path(folder, f"handed.{form}")
            handover.write(coloured, path, form)
            yield path.read_bytes()


CORPORA: dict[str, Callable[[], Iterator[bytes]]] = {
    "photographs": photographs,
    "metadata": metadata_blocks,
    "journals": journals,
    "caffemodels": caffemodels,
    "pytorch": pytorch_files,
    "onnx": onnx_files,
    "toml": toml_files,
    "hints": hint_pictures,
    "layered": layered,
    "films": films,
}
