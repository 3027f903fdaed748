"""Programs that are run as a user would run them, in a process that nothing was loaded into."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

# Essentia's libtensorflow: quiet, and rounding as in the workers.
QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0", "CUDA_VISIBLE_DEVICES": "-1"}


def run(command: Sequence[object], folder: Path) -> str:
    """Run a program in a folder and return its standard output; it has to succeed."""
    ended = subprocess.run(
        [str(part) for part in command],
        cwd=folder, env=os.environ | QUIET, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def python(code: str, folder: Path) -> NDArray[np.float64]:
    """Run Python code that ends with ``rows`` defined, and return them."""
    program = f"{code}\nprint('ROWS', [[float(value) for value in row] for row in rows])"
    printed = run([sys.executable, "-c", program], folder)
    line = next(line for line in printed.splitlines() if line.startswith("ROWS "))
    return np.array(json.loads(line.removeprefix("ROWS ")))
