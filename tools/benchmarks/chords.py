"""Chords for a machine without music: a timbre and a tempo for each class."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.files import write_bytes

CLIP_RATE, CLIP_SECONDS = 22050, 16.0
SONG_RATE, SONG_SECONDS = 44100, 200.0


def chords(
    timbre: int, rng: np.random.Generator, sample_rate: int, seconds: float
) -> NDArray[np.float32]:
    """Triads at random pitches, in the overtones, tempo and noise of a timbre.

    Returns
    -------
    np.ndarray [shape=(round(seconds * sample_rate),)], float32
        Mono, peak 0.5.

    Examples
    --------
    >>> sound = chords(3, np.random.default_rng(0), 22050, 2.0)
    >>> sound.shape, float(np.abs(sound).max())
    ((44100,), 0.5)
    """
    n_samples = round(seconds * sample_rate)
    chord_samples = round(sample_rate * (0.3 + 0.1 * timbre))
    time = np.arange(chord_samples) / sample_rate
    envelope = np.exp(-time * (1 + timbre % 4))
    wave = _wave(timbre)
    pieces = []
    for _ in range(-(-n_samples // chord_samples)):
        root = 110 * 2 ** (rng.integers(0, 24) / 12)
        pitches = root * 2 ** (np.array([0, 3 + rng.integers(2), 7]) / 12)
        phases = time * pitches[:, None] % 1
        pieces.append(wave[(phases * wave.size).astype(int)].sum(axis=0) * envelope)
    sound = np.concatenate(pieces)[:n_samples]
    sound += rng.normal(scale=0.002 * (1 + timbre) * np.abs(sound).max(), size=n_samples)
    return np.asarray(0.5 * sound / np.abs(sound).max(), dtype=np.float32)


def _wave(timbre: int) -> NDArray[np.float64]:
    """One period of a tone, sampled often enough to be looked up."""
    overtones = np.arange(1, 3 + timbre)[:, None]
    period = np.sin(2 * np.pi * overtones * np.arange(4096) / 4096)
    return np.asarray((overtones ** -(0.4 + timbre % 3) * period).sum(axis=0))


def write_clips(
    folder: Path, *, n_classes: int, n_clips: int, seconds: float = CLIP_SECONDS
) -> None:
    """Write flac clips at 22.05 kHz, a folder per class.

    Raises
    ------
    OutputError
        If a file cannot be written.
    """
    rng = np.random.default_rng(0)
    for timbre in range(n_classes):
        for number in range(n_clips):
            sound = chords(timbre, rng, CLIP_RATE, seconds)
            path = folder / f"timbre-{timbre}" / f"{number}.flac"
            write_bytes(path, _encoded(sound, CLIP_RATE, "FLAC"))


def write_song(folder: Path) -> Path:
    """Write a song of 200 s in stereo at 44.1 kHz, as mp3 where libsndfile can write that.

    Returns
    -------
    Path
        ``song.mp3`` in the folder, or ``song.flac``.
    """
    import soundfile

    rng = np.random.default_rng(1)
    sides = [chords(timbre, rng, SONG_RATE, SONG_SECONDS) for timbre in (2, 5)]
    kind = "MP3" if "MP3" in soundfile.available_formats() else "FLAC"
    path = folder / f"song.{kind.lower()}"
    write_bytes(path, _encoded(np.stack(sides, axis=1), SONG_RATE, kind))
    return path


def _encoded(sound: NDArray[np.float32], sample_rate: int, kind: str) -> bytes:
    import soundfile

    buffer = io.BytesIO()
    soundfile.write(buffer, sound, sample_rate, format=kind)
    return buffer.getvalue()
