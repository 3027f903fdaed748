"""Frames of a signal, and the energies of their mel bands, many frames at a time."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.audio import Signal
from essentia_ldl.features.tables import BandTables

_BLOCK = 1 << 17  # samples whose spectra are computed at once: few enough for a processor's cache


def frames_from_start(signal: Signal, frame_size: int, hop_size: int) -> NDArray[np.float32]:
    """Cut a signal as FrameGenerator does with startFromZero: the first frame starts it.

    Parameters
    ----------
    signal : np.ndarray [shape=(n_samples,)], float32
    frame_size, hop_size : int
        Samples in a frame, and from one frame to the next.

    Returns
    -------
    np.ndarray [shape=(n_frames, frame_size)], float32
        A read-only view. The last frame is the first one that reaches the signal's end; it is
        filled up with zeros.

    Examples
    --------
    >>> frames_from_start(np.float32([1, 2, 3, 4, 5]), 4, 2)
    array([[1., 2., 3., 4.],
           [3., 4., 5., 0.]], dtype=float32)
    """
    n_frames = math.ceil(max(0, signal.size - frame_size) / hop_size) + 1
    return _cut(signal, 0, n_frames, frame_size, hop_size)


def frames_centred(signal: Signal, frame_size: int, hop_size: int) -> NDArray[np.float32]:
    """Cut a signal as FrameGenerator does by default: the first frame's centre starts it.

    Parameters
    ----------
    signal : np.ndarray [shape=(n_samples,)], float32
    frame_size, hop_size : int
        Samples in a frame, and from one frame to the next.

    Returns
    -------
    np.ndarray [shape=(n_frames, frame_size)], float32
        A read-only view, with zeros before and behind the signal. The last frame is the first one
        whose centre lies behind the signal: with an even `frame_size`, and a hop of half of it at
        most, there are ceil(n_samples / hop_size) + 1.

    Examples
    --------
    >>> frames_centred(np.float32([1, 2, 3]), 4, 2)
    array([[0., 0., 1., 2.],
           [1., 2., 3., 0.],
           [3., 0., 0., 0.]], dtype=float32)
    """
    before = (frame_size + 1) // 2
    n_frames = math.ceil((signal.size + frame_size % 2) / hop_size) + 1
    return _cut(signal, before, n_frames, frame_size, hop_size)


def band_energies(frames: NDArray[np.float32], tables: BandTables) -> NDArray[np.float32]:
    """Energies of mel bands (Windowing, Spectrum, MelBands).

    Parameters
    ----------
    frames : np.ndarray [shape=(n_frames, frame_size)], float32
    tables : BandTables

    Returns
    -------
    np.ndarray [shape=(n_frames, n_bands)], float32
    """
    import scipy.fft

    energies = np.empty((len(frames), tables.weights.shape[1]), dtype=np.float32)
    block_size = _BLOCK // tables.fft_size
    padded = np.zeros((block_size, tables.fft_size), dtype=np.float32)
    for start in range(0, len(frames), block_size):
        block = frames[start : start + block_size]
        n_frames = len(block)
        np.multiply(block, tables.window, out=padded[:n_frames, : tables.frame_size])
        spectrum = scipy.fft.rfft(padded[:n_frames])[:, tables.bins]
        values = np.square(spectrum.real)
        values += np.square(spectrum.imag)
        if not tables.power:
            np.sqrt(values, out=values)
        np.matmul(values, tables.weights, out=energies[start : start + n_frames])
    return energies


def _cut(
    signal: Signal, before: int, n_frames: int, frame_size: int, hop_size: int
) -> NDArray[np.float32]:
    """Cut up to `n_frames` frames, each of which has a sample of the signal."""
    if signal.size == 0:
        return np.empty((0, frame_size), dtype=np.float32)
    n_frames = min(n_frames, math.ceil((before + signal.size) / hop_size))
    padded = np.zeros((n_frames - 1) * hop_size + frame_size, dtype=np.float32)
    end = min(signal.size, padded.size - before)
    padded[before : before + end] = signal[:end]
    return np.lib.stride_tricks.sliding_window_view(padded, frame_size)[::hop_size]
