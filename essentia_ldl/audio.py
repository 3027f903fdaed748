"""Plain facts and rules about sound: which files hold it, which part is used, what is unusable."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.errors import AudioError

Signal = NDArray[np.float32]

AUDIO_EXTENSIONS = frozenset(
    {
        ".aac", ".ac3", ".aif", ".aifc", ".aiff", ".ape", ".au", ".flac", ".m4a", ".m4b", ".mka",
        ".mp2", ".mp3", ".mp4", ".mpc", ".oga", ".ogg", ".shn", ".snd", ".tak", ".tta", ".wav",
        ".wma", ".wv",
    }
) | {".caf", ".dsf", ".opus", ".sd2"}  # fmt: skip
"""Suffixes, in lower case, of the files that are taken for audio.

The first follow from the demuxers and decoders that the FFmpeg inside essentia-tensorflow was built
with; it has none for the last four, which are tried all the same, so that they are reported as
skipped and not passed over.
"""

SILENCE = 1e-4
"""Half a peak-to-peak range (full scale is 1) below which a signal counts as silent.

It is -80 dBFS, three steps of 16-bit audio: what dither and codecs leave in digital silence stays
below it, and a constant offset, which nobody hears, does not count.
"""


def repeat_pad(signal: Signal, n_samples: int) -> Signal:
    """Repeat a signal from its start until it has at least `n_samples`, then cut it there.

    Parameters
    ----------
    signal : np.ndarray [shape=(n,)]
        At least one sample; returned as it is where it is long enough.
    n_samples : int
        Length wanted.

    Returns
    -------
    np.ndarray [shape=(max(n, n_samples),)]

    Raises
    ------
    AudioError
        If there is no sample to repeat.

    Examples
    --------
    >>> repeat_pad(np.float32([1, 2, 3]), 5)
    array([1., 2., 3., 1., 2.], dtype=float32)
    """
    if signal.size == 0:
        raise AudioError("holds no samples", remedy="remove it")
    if signal.size >= n_samples:
        return signal
    return np.resize(signal, n_samples)


def excerpt(
    signal: Signal, sample_rate: float, offset: float = 5.0, duration: float = 15.0
) -> tuple[Signal, bool]:
    """Cut out the segment that stands for a track: `duration` seconds from `offset` on.

    The paper takes 15 s starting 5 s into each extract (section 4.1). Where the clip ends before
    that, the segment starts as much earlier as it must; a clip shorter than the segment is
    repeated from its start. So every track of a collection gives one length.

    Parameters
    ----------
    signal : np.ndarray [shape=(n,)]
        Mono, at least one sample.
    sample_rate : float
        In Hz.
    offset, duration : float
        In seconds.

    Returns
    -------
    segment : np.ndarray [shape=(round(duration * sample_rate),)]
    moved : bool
        Whether the clip was too short, so that the segment starts earlier or repeats.

    Raises
    ------
    AudioError
        If the signal holds no samples.

    Examples
    --------
    >>> excerpt(np.arange(30, dtype=np.float32), 1.0)[0][:3]
    array([5., 6., 7.], dtype=float32)
    >>> segment, moved = excerpt(np.arange(18, dtype=np.float32), 1.0)
    >>> segment[:3], moved
    (array([3., 4., 5.], dtype=float32), True)
    """
    span = excerpt_span(signal.size, sample_rate, offset, duration)
    return repeat_pad(signal[span.start : span.stop], span.length), span.moved


@dataclass(frozen=True)
class ExcerptSpan:
    """Which samples of a clip `excerpt` takes.

    Attributes
    ----------
    start, stop : int
        The samples to cut out; fewer than `length` where the clip is shorter than the segment.
    length : int
        Of the segment, which they are repeated to fill.
    moved : bool
        Whether the clip ends too early for the segment to start where it should.
    """

    start: int
    stop: int
    length: int
    moved: bool


def excerpt_span(
    n_samples: int, sample_rate: float, offset: float = 5.0, duration: float = 15.0
) -> ExcerptSpan:
    """Tell which of a clip's `n_samples` samples `excerpt` takes.

    Examples
    --------
    >>> excerpt_span(18, 1.0)
    ExcerptSpan(start=3, stop=18, length=15, moved=True)
    """
    length = round(duration * sample_rate)
    wanted = round(offset * sample_rate) + length
    stop = min(wanted, n_samples)
    return ExcerptSpan(max(0, stop - length), stop, length, n_samples < wanted)


def check_audible(signal: Signal) -> None:
    """Refuse a signal from which nothing can be learned.

    Parameters
    ----------
    signal : np.ndarray [shape=(n,)]
        Mono, full scale being 1.

    Raises
    ------
    AudioError
        If it holds no samples, numbers that are not finite, or nothing but silence (a range
        below twice `SILENCE`).
    """
    if signal.size == 0:
        raise AudioError("holds no samples", remedy="the file is empty or cut short; remove it")
    low, high = float(signal.min()), float(signal.max())
    if not np.isfinite([low, high]).all():
        raise AudioError("holds samples that are not finite numbers", remedy="render it again")
    if (high - low) / 2 < SILENCE:
        raise AudioError("is silent from start to end", remedy="remove it or replace it")
