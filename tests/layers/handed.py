"""The photographs that are handed over in these tests."""

from __future__ import annotations

import numpy as np
import skimage.data
from PIL import Image

from labcolor.photo import Metadata, Photo

FORMS = ("ora", "psd", "psb")
DEPTHS = (np.uint8, np.uint16)


def photo_of(dtype: type) -> Photo:
    """Make a photograph, (192, 150), whose 16-bit levels are no repeated 8-bit ones."""
    grey = np.asarray(Image.fromarray(skimage.data.astronaut()).convert("L").resize((150, 192)))
    if dtype == np.uint16:
        grain = np.random.default_rng(0).integers(0, 257, grey.shape)
        grey = np.minimum(grey.astype(int) * 257 + grain, 65535).astype(np.uint16)
    said = Metadata(xmp=b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>", resolution=(300.0, 300.0))
    return Photo(grey, metadata=said, name="astronaut")
