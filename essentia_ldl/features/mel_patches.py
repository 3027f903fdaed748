"""Mel bands of whole tracks, which networks that are trained from the sound on take patches of."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.audio import Signal, repeat_pad
from essentia_ldl.features.algorithms import ESSENTIA, resample
from essentia_ldl.features.decoding import load_audible
from essentia_ldl.features.extractor import Arrays, extractor_key
from essentia_ldl.features.melbands import musicnn_bands
from essentia_ldl.zoo.frontends import MUSICNN

MEL_BANDS_REVISION = 1
"""Of the code that computes mel bands; see `extractor_key`."""


@dataclass(frozen=True)
class MelBandExtractor:
    """Computes the mel bands of a whole track, as TensorflowPredictMusiCNN would cut patches from.

    They are kept as float16: a patch is drawn anew in every epoch, so all bands of a collection
    stay in memory (30 s of music are 360 kB), and half the size costs 1e-3 of a band's value.

    Parameters
    ----------
    sample_rate : int
        In Hz.
    resample_quality : int
        MonoLoader's resampleQuality; see `EmbeddingExtractor`.
    """

    sample_rate: int = 16000
    resample_quality: int = 4

    @property
    def patch_samples(self) -> int:
        """Samples in the shortest signal that gives a patch."""
        return MUSICNN.patch_samples

    @property
    def key(self) -> str:
        """Names the settings in the cache."""
        settings = {**asdict(self), "front_end": asdict(MUSICNN)}
        return extractor_key("mel-bands", MEL_BANDS_REVISION, ESSENTIA, settings)

    @property
    def arrays(self) -> frozenset[str]:
        """Names of the arrays that `compute` returns."""
        return frozenset({"mel_bands", "repeated"})

    def compute(self, path: Path) -> Arrays:
        """Compute the mel bands of a track, and tell whether it had to be repeated."""
        signal, sample_rate = load_audible(path)
        resampled = resample(signal, sample_rate, self.sample_rate, self.resample_quality)
        bands, repeated = self.bands(resampled)
        return {"mel_bands": bands, "repeated": np.array(repeated)}

    def bands(self, signal: Signal) -> tuple[NDArray[np.float16], bool]:
        """Mel bands of a signal; one shorter than a patch is repeated to fill it.

        Parameters
        ----------
        signal : np.ndarray [shape=(n_samples,)], float32
            Mono, at `sample_rate`.

        Returns
        -------
        bands : np.ndarray [shape=(n_frames, 96)], float16
            At least the 187 frames of one patch.
        repeated : bool
            Whether the signal was too short.

        Raises
        ------
        AudioError
            If the signal is empty.

        Examples
        --------
        >>> bands, repeated = MelBandExtractor().bands(np.ones(16000, dtype=np.float32))
        >>> bands.shape, bands.dtype, repeated
        ((187, 96), dtype('float16'), True)
        """
        filled = repeat_pad(signal, self.patch_samples)
        return musicnn_bands(filled).astype(np.float16), filled.size > signal.size
