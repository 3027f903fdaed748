"""What a plain Essentia program does, to compare with: for use in worker processes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.audio import Signal, excerpt
from essentia_ldl.features.algorithms import essentia_standard
from essentia_ldl.features.mfcc import HOP_SIZE, MFCCExtractor
from tools.essentia_tables import MFCC, MFCC_WINDOW


def mono_loader(path: Path, sample_rate: float = 44100.0, quality: int = 1) -> Signal:
    """Decode a whole file and resample it (MonoLoader).

    Parameters
    ----------
    path : Path
    sample_rate : float
        Wanted, in Hz.
    quality : int
        Its resampleQuality.

    Returns
    -------
    np.ndarray [shape=(n_samples,)], float32
    """
    es = essentia_standard()
    loader = es.MonoLoader(filename=str(path), sampleRate=sample_rate, resampleQuality=quality)
    return np.asarray(loader(), dtype=np.float32)


def mfcc_loop(signal: Signal) -> NDArray[np.float32]:
    """Compute MFCC frame by frame (FrameGenerator, Windowing, Spectrum, MFCC).

    Parameters
    ----------
    signal : np.ndarray [shape=(n_samples,)], float32
        Mono at 44.1 kHz.

    Returns
    -------
    np.ndarray [shape=(n_frames, 13)], float32
    """
    es = essentia_standard()
    window, mfcc = es.Windowing(**MFCC_WINDOW), es.MFCC(**MFCC)
    spectrum = es.Spectrum(size=MFCC_WINDOW["size"] + MFCC_WINDOW["zeroPadding"])
    frames = es.FrameGenerator(
        signal, frameSize=MFCC_WINDOW["size"], hopSize=HOP_SIZE, startFromZero=True
    )
    return np.array([mfcc(spectrum(window(frame)))[1] for frame in frames], dtype=np.float32)


def mfcc_of_file(path: Path) -> NDArray[np.float32]:
    """MFCC of the segment that stands for a file, all of which is decoded and resampled.

    Returns
    -------
    np.ndarray [shape=(1291, 13)], float32
    """
    usual = MFCCExtractor()
    segment, _ = excerpt(mono_loader(path), 44100.0, usual.offset, usual.duration)
    return mfcc_loop(segment)
