"""Files decoded to sound from which something can be learned: whole, or the part that is needed."""

from __future__ import annotations

import math
from pathlib import Path

from essentia_ldl.audio import Signal, check_audible, excerpt, excerpt_span, repeat_pad
from essentia_ldl.errors import AudioError
from essentia_ldl.features.algorithms import load_mono, resample
from essentia_ldl.features.mpeg import DecodersDifferError
from essentia_ldl.features.resampling import QUALITY, SincResampler
from essentia_ldl.features.seeking import open_seekable

_RESAMPLING_MARGIN = 0.1  # seconds; a resampled value depends on far less sound around it


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


def load_excerpt(
    path: Path, sample_rate: int, offset: float, duration: float
) -> tuple[Signal, bool]:
    """Decode the segment that stands for a track.

    It is the `excerpt` of what MonoLoader gives at `sample_rate`, with its resampleQuality of 1.
    Where the file's kind allows, nothing else of the file is decoded or resampled. (One thing of
    MonoLoader is left out: it loses the last milliseconds of files that it resamples and whose
    length is a multiple of 4096 samples.)

    Parameters
    ----------
    path : Path
    sample_rate : int
        Wanted, in Hz.
    offset, duration : float
        In seconds.

    Returns
    -------
    segment : np.ndarray [shape=(round(duration * sample_rate),)], float32
    moved : bool
        Whether the clip was too short, so that the segment starts earlier or repeats.

    Raises
    ------
    AudioError
        If it cannot be decoded, is empty or silent from start to end, or holds NaN or infinity
        in the segment.
    """
    try:
        return _seek_excerpt(path, sample_rate, offset, duration)
    except DecodersDifferError:
        return _excerpt_of_all(path, sample_rate, offset, duration)


def _seek_excerpt(
    path: Path, sample_rate: int, offset: float, duration: float
) -> tuple[Signal, bool]:
    with open_seekable(path) as sound:
        resampler = SincResampler(sound.sample_rate, sample_rate)
        if not resampler.supported:
            raise DecodersDifferError("has an odd sampling rate")
        wanted = round(offset * sample_rate) + round(duration * sample_rate)
        n_inputs = sound.length(resampler.inputs(0, wanted)[1])
        span = excerpt_span(resampler.n_outputs(n_inputs), sample_rate, offset, duration)
        if span.start == span.stop:
            raise DecodersDifferError("holds no samples")
        first, last = resampler.inputs(span.start, span.stop)
        part = sound.read(first, min(last, n_inputs))
    try:
        check_audible(part)
    except AudioError:
        load_audible(path)  # Raises, unless the file is silent here and not elsewhere.
    segment = resampler.outputs(part, first, span.start, span.stop)
    return repeat_pad(segment, span.length), span.moved


def _excerpt_of_all(
    path: Path, sample_rate: int, offset: float, duration: float
) -> tuple[Signal, bool]:
    signal, own_rate = load_audible(path)
    needed = math.ceil((offset + duration + _RESAMPLING_MARGIN) * own_rate)
    start = resample(signal[:needed], own_rate, sample_rate, QUALITY)
    return excerpt(start, sample_rate, offset, duration)
