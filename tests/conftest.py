"""What tests of several rooms share."""

from __future__ import annotations

import logging
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a test a store of its own, and an environment that says no more of fetching."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.delenv("LABCOLOR_OFFLINE", raising=False)
    home = tmp_path / "home"
    monkeypatch.setenv("LABCOLOR_HOME", str(home))
    return home


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    """Take back what `main` sets for a whole process, in a test or while it is prepared."""
    logger, handler = logging.getLogger("labcolor"), signal.getsignal(signal.SIGTERM)
    logger.handlers, logger.propagate = [], True
    logger.setLevel(logging.NOTSET)
    yield
    signal.signal(signal.SIGTERM, handler)
