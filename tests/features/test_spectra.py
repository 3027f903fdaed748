from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from essentia_ldl.audio import Signal
from essentia_ldl.features.algorithms import essentia_standard
from essentia_ldl.features.spectra import band_energies, frames_centred, frames_from_start
from essentia_ldl.features.tables import BandTables, mfcc_tables, musicnn_tables, vggish_tables
from essentia_ldl.workers import run_in_worker

TABLES = {"mfcc": mfcc_tables().bands, "musicnn": musicnn_tables(), "vggish": vggish_tables()}


def _frame_generator(
    signal: Signal, frame_size: int, hop_size: int, from_zero: bool
) -> NDArray[np.float32]:
    frames = essentia_standard().FrameGenerator(
        signal, frameSize=frame_size, hopSize=hop_size, startFromZero=from_zero
    )
    return np.array(list(frames), dtype=np.float32).reshape(-1, frame_size)


def _in_double(frames: NDArray[np.float32], tables: BandTables) -> NDArray[np.float64]:
    """The definition, frame by frame, in double precision."""
    windowed = frames.astype(np.float64) * tables.window
    magnitudes = np.abs(np.fft.rfft(windowed, tables.fft_size)[:, tables.bins])
    return (magnitudes**2 if tables.power else magnitudes) @ tables.weights.astype(np.float64)


@given(
    n_samples=st.integers(0, 300),
    frame_size=st.integers(2, 100),
    hop_size=st.integers(1, 100),
)
def test_frames_are_frame_generators(n_samples: int, frame_size: int, hop_size: int) -> None:
    signal = np.arange(1, n_samples + 1, dtype=np.float32)
    for ours, from_zero in ((frames_from_start, True), (frames_centred, False)):
        theirs = run_in_worker(_frame_generator, signal, frame_size, hop_size, from_zero)
        np.testing.assert_array_equal(ours(signal, frame_size, hop_size), theirs)


@pytest.mark.parametrize("name", sorted(TABLES))
@pytest.mark.parametrize("n_frames", [0, 1, 63, 64, 65, 257, 600])
def test_energies_are_those_of_the_definition(
    name: str, n_frames: int, rng: np.random.Generator
) -> None:
    tables = TABLES[name]
    frames = rng.standard_normal((n_frames, tables.frame_size)).astype(np.float32)
    before = frames.copy()
    energies = band_energies(frames, tables)
    assert energies.shape == (n_frames, tables.weights.shape[1])
    assert energies.dtype == np.float32
    np.testing.assert_allclose(energies, _in_double(frames, tables), rtol=1e-4)
    np.testing.assert_array_equal(frames, before)


def test_a_frame_gives_the_same_energies_beside_any_others(rng: np.random.Generator) -> None:
    tables = TABLES["mfcc"]
    frames = rng.standard_normal((130, tables.frame_size)).astype(np.float32)
    together = band_energies(frames, tables)
    for place in (0, 1, 63, 64, 129):
        alone = band_energies(frames[place : place + 1], tables)[0]
        np.testing.assert_allclose(together[place], alone, rtol=1e-5)


def test_magnitudes_are_not_squared(rng: np.random.Generator) -> None:
    frames = rng.standard_normal((3, 400)).astype(np.float32)
    single, double = (band_energies(gain * frames, TABLES["vggish"]) for gain in (1, 2))
    np.testing.assert_allclose(double, 2 * single, rtol=1e-5)
    squared = replace(TABLES["vggish"], power=True)
    single, double = (band_energies(gain * frames, squared) for gain in (1, 2))
    np.testing.assert_allclose(double, 4 * single, rtol=1e-5)
