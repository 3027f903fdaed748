"""MFCC-S and MFCC-P: the spaces in which the paper looks for a track's neighbours (section 4.1).

They are computed many frames at a time, in the steps of Essentia's MonoLoader (44.1 kHz),
FrameGenerator (1024, 512, startFromZero), Windowing (hann), Spectrum (2048) and MFCC (13
coefficients, and its defaults: 40 mel bands from 0 to 11 kHz, power spectrum, dbamp, DCT-II, no
lifter). A coefficient differs from Essentia's by less than 5e-4, except where a band is so much
quieter than another (by some 100 dB) that single-precision spectra, Essentia's too, round it away;
in MP3, whose samples FFmpeg rounds to 16 bits, quiet passages differ by some hundredths.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.audio import Signal
from essentia_ldl.errors import AudioError, OptionError
from essentia_ldl.features.algorithms import ESSENTIA
from essentia_ldl.features.decoding import load_excerpt
from essentia_ldl.features.extractor import Arrays, extractor_key
from essentia_ldl.features.resampling import QUALITY
from essentia_ldl.features.spectra import band_energies, frames_from_start
from essentia_ldl.features.tables import mfcc_tables
from essentia_ldl.versions import package_version

ShortClips = Literal["fit", "raise"]

MFCC_REVISION = 2
"""Of the code that computes MFCC-S and MFCC-P; see `extractor_key`."""

# What decodes and resamples; Essentia does where the others are not known to agree with it.
_DECODERS = ("soundfile", "samplerate", ESSENTIA)

SAMPLE_RATE = 44100
HOP_SIZE = 512


@dataclass(frozen=True)
class MFCCExtractor:
    """Computes MFCC-S and MFCC-P; the defaults are the paper's.

    Parameters
    ----------
    offset, duration : float
        The segment that stands for the track, in seconds (`essentia_ldl.audio.excerpt`).
    pooling : int
        M, the frames that MFCC-P averages: 86 frames last one second.
    short_clips : {"fit", "raise"}
        What becomes of a clip that ends before its segment does. "fit" takes the segment from
        earlier in the clip, repeating a clip that is shorter still; "raise" makes it an
        AudioError, so that every segment is the paper's.

    Raises
    ------
    OptionError
        If `short_clips` is neither.
    """

    offset: float = 5.0
    duration: float = 15.0
    pooling: int = 86
    short_clips: ShortClips = "fit"

    def __post_init__(self) -> None:
        if self.short_clips not in get_args(ShortClips):
            raise OptionError(
                f"must be 'fit' or 'raise', not {self.short_clips!r}", subject="short_clips"
            )

    @property
    def settings(self) -> dict[str, Any]:
        """Everything that describes these MFCC, ready for JSON: what is set, and what is fixed."""
        tables = mfcc_tables()
        return {
            "sample_rate": float(SAMPLE_RATE),
            "resample_quality": QUALITY,
            "n_coefficients": tables.dct.shape[1],
            "frame_size": tables.bands.frame_size,
            "fft_size": tables.bands.fft_size,
            "hop_size": HOP_SIZE,
            "window": tables.bands.origin["algorithms"]["Windowing"]["type"],
            **asdict(self),
        }

    @property
    def key(self) -> str:
        """Names the settings in the cache."""
        decoders = {package: package_version(package) for package in _DECODERS}
        return extractor_key("mfcc", MFCC_REVISION, "scipy", self.settings | decoders)

    @property
    def arrays(self) -> frozenset[str]:
        """Names of the arrays that `compute` returns."""
        return frozenset({"mfcc_s", "mfcc_p", "moved"})

    def compute(self, path: Path) -> Arrays:
        """Compute MFCC-S and MFCC-P of a track, and tell whether its segment was moved.

        Raises
        ------
        AudioError
            If the track cannot be decoded, is empty or silent, or ends too early for "raise".
        """
        segment, moved = load_excerpt(path, SAMPLE_RATE, self.offset, self.duration)
        if moved and self.short_clips == "raise":
            raise AudioError(
                f"ends before {self.offset + self.duration:g} s, and MFCC need "
                f"{self.duration:g} s from {self.offset:g} s on",
                remedy="use a longer clip, or short_clips='fit'",
            )
        frames = mfcc_frames(segment)
        return {
            "mfcc_s": mfcc_s(frames),
            "mfcc_p": mfcc_p(frames, self.pooling),
            "moved": np.array(moved),
        }


def mfcc_frames(signal: Signal) -> NDArray[np.float32]:
    """Mel-frequency cepstral coefficients of a signal's frames.

    Parameters
    ----------
    signal : np.ndarray [shape=(n_samples,)], float32
        Mono at 44.1 kHz.

    Returns
    -------
    np.ndarray [shape=(n_frames, 13)], float32
        The first frame starts at the first sample; the last is filled up with zeros.

    Examples
    --------
    >>> mfcc_frames(np.zeros(15 * 44100, np.float32)).shape
    (1291, 13)
    """
    tables = mfcc_tables()
    frames = frames_from_start(signal, tables.bands.frame_size, HOP_SIZE)
    decibels = band_energies(frames, tables.bands)
    np.maximum(decibels, tables.silence, out=decibels)
    np.log10(decibels, out=decibels)
    decibels *= 20  # MFCC's dbamp: energies are taken for amplitudes
    return decibels @ tables.dct


def mfcc_s(frames: NDArray[np.floating]) -> NDArray[np.float64]:
    """Mean and standard deviation of each coefficient over a segment (the paper's MFCC-S).

    Parameters
    ----------
    frames : np.ndarray [shape=(n_frames, n_coefficients)]

    Returns
    -------
    np.ndarray [shape=(2 * n_coefficients,)], float64
        All means, then all standard deviations. These are the population's (divided by
        n_frames), as numpy computes them.

    Examples
    --------
    >>> mfcc_s(np.array([[1.0, 10.0], [3.0, 10.0]]))
    array([ 2., 10.,  1.,  0.])
    """
    values = np.asarray(frames, dtype=np.float64)
    return np.concatenate([values.mean(axis=0), values.std(axis=0)])


def mfcc_p(frames: NDArray[np.floating], pooling: int = 86) -> NDArray[np.float64]:
    """Averages of each coefficient over successive windows of a segment (the paper's MFCC-P).

    Parameters
    ----------
    frames : np.ndarray [shape=(n_frames, n_coefficients)]
    pooling : int
        M, the frames per window; windows do not overlap, and frames after the last whole window
        are dropped.

    Returns
    -------
    np.ndarray [shape=(n_coefficients * (n_frames // pooling),)], float64
        Stacked column-wise from the matrix that has a row per coefficient and a column per
        window: every coefficient of the first window, then of the second, and so on.

    Examples
    --------
    >>> mfcc_p(np.array([[1.0, 10.0], [3.0, 10.0], [5.0, 20.0], [5.0, 40.0], [9.0, 9.0]]), 2)
    array([ 2., 10.,  5., 30.])
    """
    values = np.asarray(frames, dtype=np.float64)
    n_frames, n_coefficients = values.shape
    n_windows = n_frames // pooling
    windows = values[: n_windows * pooling].reshape(n_windows, pooling, n_coefficients)
    return np.ravel(windows.mean(axis=1))
