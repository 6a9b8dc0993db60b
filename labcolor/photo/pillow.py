"""Decoding 8-bit pictures with Pillow.

Pillow's plugins are called by name, not through `Image.open`: the format is known by then, and
so neither its list of plugins nor its process-wide limit of pixels plays a part.
"""

from __future__ import annotations

import importlib
import io
import threading
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from labcolor.photo import libtiff, tags
from labcolor.photo.header import Header, Unsupported
from labcolor.photo.model import Metadata, Pixels, Text
from labcolor.photo.png import pixels_only
from labcolor.photo.source import Buffer, Source
from labcolor.photo.strips import strips

if TYPE_CHECKING:
    from PIL import Image, ImageCms, ImageFile

_PLUGINS = {
    "jpeg": ("JpegImagePlugin", "JpegImageFile"),
    "png": ("PngImagePlugin", "PngImageFile"),
    "tiff": ("TiffImagePlugin", "TiffImageFile"),
    "webp": ("WebPImagePlugin", "WebPImageFile"),
    "bmp": ("BmpImagePlugin", "BmpImageFile"),
    "jp2": ("Jpeg2KImagePlugin", "Jpeg2KImageFile"),
    "avif": ("AvifImagePlugin", "AvifImageFile"),
    "gif": ("GifImagePlugin", "GifImageFile"),
}
_END_OF_JPEG = b"\xff\xd9"
# Python's filters of warnings belong to the whole process
_filters = threading.Lock()


class Damaged(ValueError):  # noqa: N818  the reader makes an error of it, with the file's name
    """Pixels are missing or cannot be decoded."""


def opened(form: str, source: Source) -> ImageFile.ImageFile:
    """Open a file with the plugin of its format; nothing but its header is decoded yet.

    Raises
    ------
    ImportError
        When this Pillow does not know the format (AVIF before 11.3).
    Damaged
        When the header makes no sense.
    """
    from PIL import Image

    module, name = _PLUGINS[form]
    plugin = getattr(importlib.import_module(f"PIL.{module}"), name)
    if form == "tiff":
        plugin = _as_stored(plugin)
    stream = io.BytesIO(pixels_only(source.data)) if form == "png" else source.stream
    stream.seek(0)
    with _filters, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about odd metadata, which we read ourselves
        try:
            image: ImageFile.ImageFile = plugin(stream)
        except MemoryError:
            raise
        except Image.DecompressionBombError as error:  # WebP alone looks at it here
            message = "larger than Pillow accepts: scale it down or crop it first"
            raise Unsupported(message) from error
        except Exception as error:  # plugins raise anything over damaged headers
            raise Damaged(str(error)) from error
    return image


def _as_stored(plugin: Any) -> Any:
    """Make a plugin of TIFF that neither turns the picture nor looks at its size once more."""
    from PIL import Image, ImageFile

    class AsStored(plugin):  # type: ignore[misc]
        def load_prepare(self) -> None:
            if getattr(self, "_im", None) is None:
                # tag_v2 has the size as stored; a plugin's own may be turned already
                size = self.tag_v2[256], self.tag_v2[257]
                self.im = Image.new(self.mode, size).im
            ImageFile.ImageFile.load_prepare(self)

        def load_end(self) -> None:
            self._size = self.im.size

    return AsStored


def read_header(form: str, image: ImageFile.ImageFile, source: Source) -> Header:
    """Gather what the header of a WebP, BMP, AVIF or GIF file says."""
    info = image.info
    exif = info.get("exif", b"").removeprefix(b"Exif\0\0")
    xmp = info.get("xmp", b"")
    return Header(
        width=image.size[0],
        height=image.size[1],
        bits=_avif_bits(source) if form == "avif" else 8,
        frames=getattr(image, "n_frames", 1),
        metadata=Metadata(
            exif=exif,
            xmp=xmp if isinstance(xmp, bytes) else b"",
            resolution=_resolution(info, exif),
            texts=_comments(info) if form == "gif" else (),
        ),
        profile=info.get("icc_profile") or b"",
        grey=image.mode in ("1", "L", "LA"),
    )


def decode(image: ImageFile.ImageFile, *, salvage: bool) -> bool:
    """Decode the pixels; tell whether all were there.

    Raises
    ------
    Damaged
        When some are missing and `salvage` does not allow for it.
    """
    with libtiff.captured_errors() as messages:
        whole = _decode(image, salvage=salvage)
    if messages and not salvage:
        raise Damaged(messages[0])
    return whole and not messages


def _decode(image: ImageFile.ImageFile, *, salvage: bool) -> bool:
    try:
        image.load()
    except MemoryError:
        raise
    except Exception as error:  # decoders raise anything over damaged data
        if not salvage:
            raise Damaged(str(error)) from error
        image.tile = []  # keep what has been decoded
        try:
            image.load()
        except Exception as hopeless:
            raise Damaged(str(hopeless)) from hopeless
        image._size = image.im.size  # which a plugin of TIFF may have turned by then
        return False
    return True


def with_end(data: Buffer) -> bytes:
    """Give a JPEG an end, without which no decoder lets go of what it has of a cut one."""
    return data[:] + _END_OF_JPEG


def of_samples(samples: Pixels, header: Header) -> Image.Image:
    """Make a picture of samples of 8 bits, (h, w) or (h, w, c), in the order of a file.

    Raises
    ------
    Unsupported
        When they are of colours that are not kept so.
    """
    from PIL import Image

    channels = 1 if samples.ndim == 2 else samples.shape[2]
    modes = {1: "L", 2: "LA", 3: "RGB", 4: "CMYK" if header.inks else "RGBA"}
    if channels not in modes:
        message = f"a picture of {channels} channels: save it as RGB or grey first"
        raise Unsupported(message)
    if header.white_is_zero and channels == 1:
        samples = 255 - samples
    mode = modes[channels]
    return Image.frombytes(mode, samples.shape[1::-1], np.ascontiguousarray(samples).tobytes())


def stretched(image: Image.Image, depths: tuple[int, ...]) -> Image.Image:
    """Bring channels of less than 8 bits, which stand at the top of each byte, to full range."""
    bands = image.getbands()
    if len(depths) != len(bands) or min(depths) >= 8:
        return image
    table = []
    for bits in depths:
        shift, top = (8 - bits, (1 << bits) - 1) if bits < 8 else (0, 255)
        table += [round((value >> shift) * 255 / top) for value in range(256)]
    return image.point(table)


def arrays(
    image: Image.Image, ink: ImageCms.ImageCmsTransform | None
) -> tuple[Pixels, Pixels | None]:
    """Take the pixels out of a decoded picture, in strips: grey or BGR, and alpha.

    Parameters
    ----------
    image : Image
        8 bits, of any mode.
    ink : ImageCmsTransform, optional
        How CMYK or CIELAB becomes sRGB; CMYK without one by the plain formula.
    """
    import cv2

    to_bgr = {"RGB": cv2.COLOR_RGB2BGR, "RGBA": cv2.COLOR_RGBA2BGR}
    width, height = image.size
    mode = _mode(image)
    shape = (height, width) if mode[0] == "L" else (height, width, 3)
    pixels = np.empty(shape, np.uint8)
    alpha = np.empty((height, width), np.uint8) if mode[-1] == "A" else None
    for rows in strips(shape):
        part = _converted(image.crop((0, rows.start, width, rows.stop)), mode, ink)
        samples = np.asarray(part)
        if alpha is not None:
            alpha[rows] = samples[..., -1]
        if mode == "LA":
            samples = samples[..., 0]
        if mode[0] == "L":
            pixels[rows] = samples
        else:
            cv2.cvtColor(samples, to_bgr[mode], dst=pixels[rows])
    return pixels, alpha


def _mode(image: Image.Image) -> str:
    """Choose L, LA, RGB or RGBA, whichever holds the picture as it is."""
    transparent = "transparency" in image.info
    if image.mode in ("1", "L"):
        return "LA" if transparent else "L"
    if image.mode in ("LA", "La"):
        return "LA"
    if image.mode in ("RGBA", "RGBa", "PA"):
        return "RGBA"
    return "RGBA" if transparent and image.mode in ("P", "RGB") else "RGB"


def _converted(
    part: Image.Image, mode: str, ink: ImageCms.ImageCmsTransform | None
) -> Image.Image:
    if ink is not None:
        from PIL import ImageCms

        converted = ImageCms.applyTransform(part, ink)
        assert converted is not None
        return converted
    return part if part.mode == mode else part.convert(mode)


def _comments(info: dict[str | tuple[int, int], Any]) -> tuple[Text, ...]:
    body = info.get("comment", b"")
    return (Text("Comment", body.decode("utf-8", "replace")),) if body else ()


def _resolution(
    info: dict[str | tuple[int, int], object], exif: bytes
) -> tuple[float, float] | None:
    """Take BMP's, else that of the EXIF block."""
    dpi = info.get("dpi")
    if isinstance(dpi, tuple) and not exif and all(d > 0 for d in dpi):
        return float(dpi[0]), float(dpi[1])
    try:
        return tags.read(exif).resolution
    except ValueError:
        return None


def _avif_bits(source: Source) -> int:
    """Read the depth in the configuration of the codec (AV1-ISOBMFF, section 2.3)."""
    at = source.data.find(b"av1C")
    flags = source.data[at + 6] if 0 <= at < len(source.data) - 6 else 0
    return 8 if not flags & 0x40 else 12 if flags & 0x20 else 10
