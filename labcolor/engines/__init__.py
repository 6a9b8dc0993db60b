"""What runs a network: cv2.dnn, and as extras ONNX Runtime and OpenVINO, behind one protocol."""

from labcolor.engines.choose import ENGINES, resolve, start
from labcolor.engines.protocol import Backend, Engine

__all__ = ["ENGINES", "Backend", "Engine", "resolve", "start"]
