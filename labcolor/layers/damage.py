"""Saying that a file in layers is damaged."""

from __future__ import annotations

from pathlib import Path

from labcolor.errors import PhotoError


def damaged(path: Path) -> PhotoError:
    """Say that a file is damaged, and what helps."""
    return PhotoError(f"{path} is damaged or cut short; save it again from your editor.")
