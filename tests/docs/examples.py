"""Where the examples of docs/deploy.md lie, and what compiles and runs them."""

from __future__ import annotations

import shutil
from importlib.metadata import files
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"


def require(program: str) -> str:
    """Return a program's path; the test is skipped where it is absent."""
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"needs {program}, which is not installed here")
    return found


def packaged(package: str, beginning: str) -> Path:
    """Return the file of an installed package whose name begins so."""
    for entry in files(package) or ():
        if entry.name.startswith(beginning):
            return Path(str(entry.locate()))
    raise AssertionError(f"{package} has no {beginning}")


def rows(printed: str) -> NDArray[np.float64]:
    """Read what the examples in C and C++ print: a line per patch."""
    return np.array([[float(value) for value in line.split()] for line in printed.splitlines()])
