"""OpenCV's own sample: the released Caffe files, and the whole picture in float32 CIELAB."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import cv2
import numpy as np
from program import Colour, run
from whole_picture import colour


def load(folder: str, threads: int) -> Colour:
    """Read the Caffe files in a folder, and fill their decoding layers as the sample does."""
    cv2.setNumThreads(threads)
    net = cv2.dnn.readNetFromCaffe(f"{folder}/v2.prototxt", f"{folder}/v2.caffemodel")
    centres = np.load(Path(folder, "pts_in_hull.npy")).T.reshape(2, 313, 1, 1)
    net.getLayer(net.getLayerId("class8_ab")).blobs = [centres.astype(np.float32)]
    net.getLayer(net.getLayerId("conv8_313_rh")).blobs = [np.full((1, 313), 2.606, np.float32)]

    def forward(x: np.ndarray) -> np.ndarray:
        net.setInput(x)
        return net.forward()

    return partial(colour, forward=forward)


if __name__ == "__main__":
    run(load)
