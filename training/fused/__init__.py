"""Layers that take fewer passes over memory than PyTorch's, for training on a CPU."""
