"""MFCC-S and MFCC-P: the spaces in which the paper looks for a track's neighbours (section 4.1)."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.audio import excerpt
from essentia_ldl.errors import AudioError, OptionError
from essentia_ldl.features.algorithms import ESSENTIA, mfcc_frames, resample
from essentia_ldl.features.decoding import load_audible
from essentia_ldl.features.extractor import Arrays, extractor_key

ShortClips = Literal["fit", "raise"]

MFCC_REVISION = 1
"""Of the code that computes MFCC-S and MFCC-P; see `extractor_key`."""

_RESAMPLING_MARGIN = 0.1  # seconds; a resampled value depends on far less sound around it


@dataclass(frozen=True)
class MFCCExtractor:
    """Computes MFCC-S and MFCC-P; the defaults are the paper's.

    What is not set here is the default of Essentia's MFCC.

    Parameters
    ----------
    sample_rate : float
        In Hz.
    resample_quality : int
        libsamplerate's converter, MonoLoader's resampleQuality; 1 is its default.
    n_coefficients : int
        Coefficients per frame, the first (energy) included.
    frame_size, fft_size, hop_size : int
        In samples; a frame is padded with zeros to `fft_size`.
    window : str
        Type of Essentia's Windowing.
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

    sample_rate: float = 44100.0
    resample_quality: int = 1
    n_coefficients: int = 13
    frame_size: int = 1024
    fft_size: int = 2048
    hop_size: int = 512
    window: str = "hann"
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
    def key(self) -> str:
        """Names the settings in the cache."""
        return extractor_key("mfcc", MFCC_REVISION, ESSENTIA, asdict(self))

    @property
    def arrays(self) -> frozenset[str]:
        """Names of the arrays that `compute` returns."""
        return frozenset({"mfcc_s", "mfcc_p", "moved"})

    def compute(self, path: Path) -> Arrays:
        """Compute MFCC-S and MFCC-P of a track, and tell whether its segment was moved.

        The numbers are those of a MonoLoader at `sample_rate` followed by the segment. Only the
        start of the track, up to the segment's end, is resampled for them.

        Raises
        ------
        AudioError
            If the track cannot be decoded, is empty or silent, or ends too early for "raise".
        """
        signal, sample_rate = load_audible(path)
        needed = math.ceil((self.offset + self.duration + _RESAMPLING_MARGIN) * sample_rate)
        start = resample(signal[:needed], sample_rate, self.sample_rate, self.resample_quality)
        segment, moved = excerpt(start, self.sample_rate, self.offset, self.duration)
        if moved and self.short_clips == "raise":
            raise AudioError(
                f"ends before {self.offset + self.duration:g} s, and MFCC need "
                f"{self.duration:g} s from {self.offset:g} s on",
                remedy="use a longer clip, or short_clips='fit'",
            )
        frames = mfcc_frames(segment, self)
        return {
            "mfcc_s": mfcc_s(frames),
            "mfcc_p": mfcc_p(frames, self.pooling),
            "moved": np.array(moved),
        }


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
