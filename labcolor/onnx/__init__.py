"""Writing and reading ONNX graphs."""
