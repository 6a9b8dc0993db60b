"""No test here looks into the store of whoever runs it."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _store_of_its_own(home: Path) -> None:
    pass
