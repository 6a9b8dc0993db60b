"""ONNX Runtime with the graph that labcolor writes of the released network, as released."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
from program import Colour, run
from whole_picture import colour


def load(folder: str, threads: int) -> Colour:
    """Open a session with `v2.onnx`, and decode its logits as the sample's last layers do."""
    cv2.setNumThreads(threads)
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(
        f"{folder}/v2.onnx", settings, providers=["CPUExecutionProvider"]
    )
    centres = np.load(Path(folder, "pts_in_hull.npy")).astype(np.float32)

    def forward(x: np.ndarray) -> np.ndarray:
        (logits,) = session.run(None, {"input": x})
        weights = np.exp(2.606 * (logits - logits.max(axis=1, keepdims=True)))
        weights /= weights.sum(axis=1, keepdims=True)
        return np.tensordot(centres, weights[0], axes=(0, 0))[None]

    return partial(colour, forward=forward)


if __name__ == "__main__":
    run(load)
