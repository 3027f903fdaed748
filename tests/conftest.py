"""Fixtures that several test modules share."""

from pathlib import Path

import numpy as np
import pytest

_SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of real audio and graphs beside the checkout."""
    if not (_SHARED / "data").is_dir():
        pytest.skip("needs real audio and graphs in ../shared, which is not beside this checkout")
    return _SHARED


@pytest.fixture
def rng() -> np.random.Generator:
    """Seeded random numbers."""
    return np.random.default_rng(0)
