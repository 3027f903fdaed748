"""Files decoded to sound from which something can be learned."""

from __future__ import annotations

from pathlib import Path

from essentia_ldl.audio import Signal, check_audible
from essentia_ldl.features.algorithms import load_mono


def load_audible(path: Path) -> tuple[Signal, float]:
    """Decode a file to mono and refuse it where nothing can be learned from it.

    Returns
    -------
    signal : np.ndarray [shape=(n_samples,)], float32
    sample_rate : float
        The file's own rate in Hz.

    Raises
    ------
    AudioError
        If it cannot be decoded, is empty or silent, or holds NaN or infinity.
    """
    signal, sample_rate = load_mono(path)
    check_audible(signal)
    return signal, sample_rate
