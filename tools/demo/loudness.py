"""Loudness as ITU-R BS.1770 weighs it, and mixing by shares of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tools.demo.effects import SAMPLE_RATE
from tools.demo.score import Stereo

_TARGET_ENERGY = 10 ** (-18 / 10)
_PEAK = 10 ** (-1 / 20)
_BLOCK_SECONDS = 0.1
_GATE = 0.1


def k_weighted(sound: Stereo) -> NDArray[np.float64]:
    """Filter sound as the ear weighs it: BS.1770's high shelf, then its high-pass.

    The standard tabulates coefficients for 48 kHz; these are the same analogue filters at
    44.1 kHz.

    Parameters
    ----------
    sound : np.ndarray [shape=(n_samples, n_channels)]

    Returns
    -------
    np.ndarray [shape=(n_samples, n_channels)]
    """
    from scipy.signal import sosfilt

    return np.asarray(sosfilt([_high_shelf(), _high_pass()], sound, axis=0), dtype=np.float64)


def _high_shelf() -> list[float]:
    k = np.tan(np.pi * 1681.974450955533 / SAMPLE_RATE)
    q, high = 0.7071752369554196, 10 ** (3.999843853973347 / 20)
    band = high**0.4996667741545416
    norm = 1 + k / q + k * k
    return [
        (high + band * k / q + k * k) / norm, 2 * (k * k - high) / norm,
        (high - band * k / q + k * k) / norm, 1.0, 2 * (k * k - 1) / norm,
        (1 - k / q + k * k) / norm,
    ]  # fmt: skip


def _high_pass() -> list[float]:
    k = np.tan(np.pi * 38.13547087602444 / SAMPLE_RATE)
    q = 0.5003270373238773
    norm = 1 + k / q + k * k
    return [1.0, -2.0, 1.0, 1.0, 2 * (k * k - 1) / norm, (1 - k / q + k * k) / norm]


def energy(sound: Stereo) -> float:
    """Mean K-weighted energy per sample, summed over channels."""
    return float((k_weighted(sound) ** 2).sum() / len(sound))


def active_energy(sound: Stereo) -> float:
    """K-weighted energy per sample while the sound is within 10 dB of its loudest 0.1 s."""
    size = round(_BLOCK_SECONDS * SAMPLE_RATE)
    n_blocks = len(sound) // size
    power = (k_weighted(sound[: n_blocks * size]) ** 2).sum(axis=1)
    blocks = power.reshape(n_blocks, size).mean(axis=1)
    return float(blocks[blocks >= _GATE * blocks.max()].mean())


def normalise(sound: Stereo) -> Stereo:
    """Bring sound to one loudness, lower where its peak would pass -1 dBFS."""
    gain = np.sqrt(_TARGET_ENERGY / energy(sound))
    gain = min(gain, _PEAK / float(np.abs(sound).max()))
    return np.asarray(sound * gain, dtype=np.float32)


def blend(first: Stereo, second: Stereo, proportion: float) -> Stereo:
    """Mix two sounds so that `proportion` of the K-weighted energy is the first's.

    Parameters
    ----------
    first, second : np.ndarray [shape=(n_samples, 2)]
    proportion : float
        0 (the second alone) to 1 (the first alone).
    """
    mix = first * np.sqrt(proportion / energy(first))
    mix = mix + second * np.sqrt((1 - proportion) / energy(second))
    return np.asarray(mix, dtype=np.float32)
