"""Mel bands as Essentia's networks take them, many frames at a time.

They equal what TensorflowPredictMusiCNN and TensorflowPredictVGGish compute frame by frame, within
1e-4; the windows and weights are read out of Essentia (`essentia_ldl.features.tables`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.audio import Signal
from essentia_ldl.features.spectra import band_energies, frames_centred
from essentia_ldl.features.tables import musicnn_tables, vggish_tables
from essentia_ldl.zoo.frontends import MUSICNN, VGGISH

MelBands = Callable[[Signal], NDArray[np.float32]]


def musicnn_bands(signal: Signal) -> NDArray[np.float32]:
    """Mel bands of every frame, as TensorflowInputMusiCNN gives them.

    Parameters
    ----------
    signal : np.ndarray [shape=(n_samples,)], float32
        Mono at 16 kHz.

    Returns
    -------
    np.ndarray [shape=(n_frames, 96)], float32
        ``log10(1 + 10000 * energy)``; there are ceil(n_samples / 256) + 1 frames.

    Examples
    --------
    >>> musicnn_bands(np.zeros(16000, dtype=np.float32)).shape
    (64, 96)
    """
    frames = frames_centred(signal, MUSICNN.frame_size, MUSICNN.hop_size)
    bands = band_energies(frames, musicnn_tables())
    bands *= 10000
    bands += 1
    return np.log10(bands, out=bands)


def vggish_bands(signal: Signal) -> NDArray[np.float32]:
    """Mel bands of every frame, as TensorflowInputVGGish gives them.

    Parameters
    ----------
    signal : np.ndarray [shape=(n_samples,)], float32
        Mono at 16 kHz.

    Returns
    -------
    np.ndarray [shape=(n_frames, 64)], float32
        ``ln(0.01 + magnitude)``; there are ceil(n_samples / 160) + 1 frames.

    Examples
    --------
    >>> vggish_bands(np.zeros(16000, dtype=np.float32)).shape
    (101, 64)
    """
    frames = frames_centred(signal, VGGISH.frame_size, VGGISH.hop_size)
    bands = band_energies(frames, vggish_tables())
    bands += np.float32(0.01)
    return np.log(bands, out=bands)


#: Mel bands by the name of the algorithm, as metadata have it in ``inference.algorithm``.
MEL_BANDS: Mapping[str, MelBands] = MappingProxyType(
    {"TensorflowPredictMusiCNN": musicnn_bands, "TensorflowPredictVGGish": vggish_bands}
)
