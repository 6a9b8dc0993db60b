"""Compile the kernels for the machine that trains, and bind them."""

from __future__ import annotations

import ctypes
import functools
import os
import subprocess
import sys
import tempfile
from pathlib import Path

SOURCE = Path(__file__).with_name("kernels.cpp")
FLAGS = ("-std=gnu++17", "-O3", "-march=native", "-fopenmp", "-fPIC", "-shared")

_POINTER, _LONG, _FLOAT = ctypes.c_void_p, ctypes.c_long, ctypes.c_float


class Shape(ctypes.Structure):
    """What `struct Shape` of the kernels holds."""

    _fields_ = tuple(
        (name, _LONG)
        for name in ("pictures", "height", "width", "channels", "stride", "rows", "columns")
    )


_LIMITS = (_FLOAT, _FLOAT)
_PLANES = (_LONG, _LONG)  # rows and channels
_FILTER = (_LONG, _POINTER, _POINTER, _POINTER, ctypes.POINTER(Shape))
SIGNATURES = {
    "sums_of": (_POINTER, *_PLANES, _POINTER, _POINTER),
    "activate": (_POINTER, _POINTER, *_PLANES, _POINTER, _POINTER, *_LIMITS),
    "sums_of_gradient": (
        *(_POINTER, _POINTER, *_PLANES, _POINTER, _POINTER, *_LIMITS),
        *(_POINTER, _POINTER),
    ),
    "gradient": (_POINTER, _POINTER, _POINTER, *_PLANES, *(_POINTER,) * 4, *_LIMITS),
    "filter": _FILTER,
    "filter_to_input": _FILTER,
    "filter_to_weights": _FILTER,
}


@functools.cache
def kernels() -> ctypes.CDLL:
    """Compile the kernels, once a process, and load them.

    Raises
    ------
    SystemExit
        There is no C++ compiler, or it does not take them.
    """
    compiler = os.environ.get("CXX", "c++")
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "kernels.so"
        command = [compiler, *FLAGS, str(SOURCE), "-o", str(library)]
        try:
            done = subprocess.run(command, check=False, capture_output=True, text=True)
        except OSError:
            sys.exit(f"--fused needs a C++ compiler, and there is no {compiler}: install GCC.")
        if done.returncode:
            sys.exit(f"--fused: {compiler} does not compile {SOURCE.name}:\n{done.stderr}")
        loaded = ctypes.CDLL(str(library))
    for name, signature in SIGNATURES.items():
        function = getattr(loaded, name)
        function.argtypes, function.restype = signature, None
    return loaded
