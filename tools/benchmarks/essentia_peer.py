"""Essentia's MusiCNN, as a good program calls it; in a side's process."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any


def load_essentia() -> None:
    """Import Essentia."""
    from essentia_ldl.features.algorithms import essentia_standard

    essentia_standard()


@lru_cache(maxsize=2)
def musicnn(graph: Path, output: str) -> Any:
    """Essentia's predictor, made once in a process."""
    from essentia_ldl.features.algorithms import essentia_standard

    return essentia_standard().TensorflowPredictMusiCNN(graphFilename=str(graph), output=output)
