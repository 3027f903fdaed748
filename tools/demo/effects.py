"""Effects that make a part sound produced: each takes (n_samples, 2) sound and a beat's seconds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tools.demo.score import Stereo

SAMPLE_RATE = 44100


@dataclass(frozen=True)
class SideChain:
    """Duck the sound on every beat, as a compressor keyed by the bass drum does.

    Parameters
    ----------
    depth : float
        Share of the amplitude that is taken away on the beat.
    """

    depth: float = 0.7

    def __call__(self, sound: Stereo, beat_seconds: float) -> Stereo:
        """Return the ducked sound."""
        place = np.arange(len(sound)) / SAMPLE_RATE / beat_seconds % 1
        gain = 1 - self.depth * np.exp(-place / 0.25)
        return np.asarray(sound * gain[:, None], dtype=np.float32)


@dataclass(frozen=True)
class FilterSweep:
    """Open and close a low-pass filter.

    Parameters
    ----------
    cutoff : float
        Cut-off frequency of the closed filter, in Hz.
    beats : float
        Beats from closed to closed.
    """

    cutoff: float = 500.0
    beats: float = 16.0

    def __call__(self, sound: Stereo, beat_seconds: float) -> Stereo:
        """Return the swept sound."""
        from scipy.signal import butter, sosfilt

        # Fading between the filtered and the open sound needs no time-varying coefficients.
        closed = sosfilt(butter(2, self.cutoff, fs=SAMPLE_RATE, output="sos"), sound, axis=0)
        place = np.arange(len(sound)) / SAMPLE_RATE / (beat_seconds * self.beats)
        opening = 0.5 - 0.5 * np.cos(2 * np.pi * place)
        return np.asarray(closed + opening[:, None] * (sound - closed), dtype=np.float32)


@dataclass(frozen=True)
class PingPong:
    """Echoes that change sides.

    Parameters
    ----------
    beats : float
        Beats between echoes.
    feedback : float
        Amplitude of each echo against the one before.
    """

    beats: float = 0.75
    feedback: float = 0.45

    def __call__(self, sound: Stereo, beat_seconds: float) -> Stereo:
        """Return the sound with its echoes."""
        lag = round(self.beats * beat_seconds * SAMPLE_RATE)
        out: Stereo = sound.copy()
        echo: Stereo = sound
        for n in range(1, 5):
            echo = echo[:, ::-1] * np.float32(self.feedback)
            out[n * lag :] += echo[: max(0, len(sound) - n * lag)]
        return out


@dataclass(frozen=True)
class Drive:
    """Saturate softly.

    Parameters
    ----------
    gain : float
        Amplitude at the saturation's input for the loudest sample; 1 hardly changes the sound.
    """

    gain: float = 3.0

    def __call__(self, sound: Stereo, beat_seconds: float) -> Stereo:
        """Return the saturated sound."""
        peak = float(np.abs(sound).max()) or 1.0
        return np.asarray(np.tanh(sound * (self.gain / peak)), dtype=np.float32)


@dataclass(frozen=True)
class Reverb:
    """Add the reverberation of a plain room: decaying noise, dark.

    Parameters
    ----------
    seconds : float
        Time to decay by 60 dB.
    wet : float
        Energy of the reverberation against the direct sound's.
    """

    seconds: float = 1.0
    wet: float = 0.1

    def __call__(self, sound: Stereo, beat_seconds: float) -> Stereo:
        """Return the sound in the room."""
        from scipy.signal import oaconvolve

        response = _room(self.seconds) * np.sqrt(self.wet)
        tail = oaconvolve(sound, response, axes=0)[: len(sound)]
        return np.asarray(sound + tail, dtype=np.float32)


@lru_cache(maxsize=8)
def _room(seconds: float) -> NDArray[np.float64]:
    from scipy.signal import lfilter

    # One room for every clip of a style: its noise is fixed, not drawn with the piece.
    noise = np.random.default_rng(0).standard_normal((round(seconds * SAMPLE_RATE), 2))
    decay = 10 ** (-3 * np.arange(len(noise)) / len(noise))
    darker = lfilter([0.35], [1, -0.65], noise, axis=0) * decay[:, None]
    silence = np.zeros((round(0.012 * SAMPLE_RATE), 2))
    response = np.concatenate([silence, darker])
    return np.asarray(response / np.sqrt((response**2).sum(axis=0)), dtype=np.float64)
