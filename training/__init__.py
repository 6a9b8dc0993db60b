"""The recipe that made the embedded weights: photographs in, `labcolor/weights/embedded` out."""
