import numpy as np
import pytest
from numpy.typing import NDArray

from tools.demo.effects import SAMPLE_RATE
from tools.demo.loudness import active_energy, blend, energy, k_weighted, normalise
from tools.demo.score import Stereo


def _tone(hertz: float, seconds: float = 2.0) -> NDArray[np.float32]:
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return np.sin(2 * np.pi * hertz * time).astype(np.float32)[:, None]


def _decibels(value: float) -> float:
    return float(10 * np.log10(value))


def test_the_standards_calibration_tone() -> None:
    # ITU-R BS.1770-4, annex 1: a full-scale sine of 997 Hz in one channel reads -3.01 LKFS,
    # where LKFS = -0.691 + 10 log10(energy).
    assert _decibels(energy(_tone(997))) - 0.691 == pytest.approx(-3.01, abs=0.01)


def test_bass_counts_less_and_treble_more() -> None:
    reference = energy(_tone(1000))
    assert _decibels(energy(_tone(30)) / reference) < -5
    # The shelf is 4 dB high; at 1 kHz it has 0.7 dB already.
    assert _decibels(energy(_tone(8000)) / reference) == pytest.approx(3.3, abs=0.1)


def test_silence_between_does_not_count_as_quiet() -> None:
    tone = _tone(997)
    rested = np.concatenate([tone, np.zeros_like(tone)])
    assert active_energy(rested) == pytest.approx(active_energy(tone), rel=0.01)
    assert energy(rested) == pytest.approx(energy(tone) / 2, rel=0.01)


def test_normalising_gives_one_loudness(rng: np.random.Generator) -> None:
    noise = rng.normal(0, 1, (SAMPLE_RATE, 2)).astype(np.float32)
    loud = [energy(normalise(noise * np.float32(gain))) for gain in (0.001, 1, 50)]
    np.testing.assert_allclose(loud, loud[0], rtol=1e-4)


def test_normalising_never_clips() -> None:
    click = np.zeros((SAMPLE_RATE, 2), dtype=np.float32)
    click[100] = 0.5
    assert np.abs(normalise(click)).max() == pytest.approx(10 ** (-1 / 20), rel=1e-5)


@pytest.mark.parametrize("proportion", [0.0, 0.1, 0.5, 0.75, 1.0])
def test_a_blend_has_the_proportion_asked_for(rng: np.random.Generator, proportion: float) -> None:
    loud = rng.normal(0, 1, (SAMPLE_RATE, 2)).astype(np.float32)
    low: Stereo = np.repeat(_tone(110, 1) * np.float32(0.01), 2, axis=1)
    mix = blend(loud, low, proportion)
    sides = np.stack([k_weighted(loud).ravel(), k_weighted(low).ravel()])
    weights = np.linalg.lstsq(sides.T, k_weighted(mix).ravel())[0]
    energies = weights**2 * (sides**2).sum(axis=1)
    assert energies[0] / energies.sum() == pytest.approx(proportion, abs=1e-4)
