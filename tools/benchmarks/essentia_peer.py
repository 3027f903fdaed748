"""Essentia's decoder and its MusiCNN, as a good program calls them; in a side's process."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from essentia_ldl.audio import Signal
from essentia_ldl.errors import AudioError
from tools.essentia_reference import mono_loader


def load_essentia() -> None:
    """Import Essentia."""
    from essentia_ldl.features.algorithms import essentia_standard

    essentia_standard()


@lru_cache(maxsize=2)
def musicnn(graph: Path, output: str) -> Any:
    """Essentia's predictor, made once in a process."""
    from essentia_ldl.features.algorithms import essentia_standard

    return essentia_standard().TensorflowPredictMusiCNN(graphFilename=str(graph), output=output)


def decode(path: Path, sample_rate: float, quality: int) -> Signal:
    """Decode with MonoLoader.

    Raises
    ------
    AudioError
        If Essentia cannot.
    """
    try:
        return mono_loader(path, sample_rate, quality)
    except RuntimeError as error:
        raise AudioError(
            "Essentia cannot decode it", subject=path, remedy="take it out of the folder"
        ) from error
