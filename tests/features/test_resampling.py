"""Parts of a resampled signal, compared with Essentia's resampling of the whole."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essentia_ldl.audio import Signal
from essentia_ldl.features.algorithms import resample
from essentia_ldl.features.resampling import QUALITY, SincResampler
from essentia_ldl.workers import run_in_worker

USUAL_RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 88200, 96000, 192000)
# Ratios that single precision holds exactly: nothing is left but the last rounding.
EXACT_RATES = {11025, 22050, 44100, 88200}


def _whole(signal: Signal, input_rate: int, output_rate: int) -> Signal:
    return run_in_worker(resample, signal, input_rate, output_rate, QUALITY)


def _part(signal: Signal, resampler: SincResampler, start: int, stop: int) -> Signal:
    """Resample with nothing at hand but the inputs that are said to be needed."""
    first, last = resampler.inputs(start, stop)
    return resampler.outputs(signal[first:last], first, start, stop)


@pytest.mark.parametrize("rate", USUAL_RATES)
def test_a_part_is_that_of_the_whole(rate: int, rng: np.random.Generator) -> None:
    signal = np.asarray(0.1 * rng.standard_normal(7 * rate + 5), dtype=np.float32)
    whole = _whole(signal, rate, 44100)
    resampler = SincResampler(rate, 44100)
    assert resampler.supported
    assert resampler.n_outputs(signal.size) == whole.size
    for start, stop in ((0, 100), (3 * 44100 + 7, 6 * 44100), (whole.size - 99, whole.size)):
        part = _part(signal, resampler, start, stop)
        assert part.dtype == np.float32
        tolerance = 1e-8 if rate in EXACT_RATES else 1e-6
        np.testing.assert_allclose(part, whole[start:stop], rtol=0, atol=tolerance)


@given(
    rate=st.sampled_from(USUAL_RATES),
    output_rate=st.sampled_from((16000, 22050, 44100)),
    n_samples=st.integers(1, 3000),
    data=st.data(),
)
@settings(max_examples=60)
def test_any_part_of_any_length(
    rate: int, output_rate: int, n_samples: int, data: st.DataObject
) -> None:
    signal = np.random.default_rng(n_samples).uniform(-1, 1, n_samples).astype(np.float32)
    before = signal.copy()
    whole = _whole(signal, rate, output_rate)
    resampler = SincResampler(rate, output_rate)
    assert resampler.n_outputs(n_samples) == whole.size
    start = data.draw(st.integers(0, whole.size))
    stop = data.draw(st.integers(start, whole.size))
    part = _part(signal, resampler, start, stop)
    np.testing.assert_allclose(part, whole[start:stop], rtol=0, atol=5e-6)
    np.testing.assert_array_equal(signal, before)


def test_parts_join_without_a_seam(rng: np.random.Generator) -> None:
    signal = rng.standard_normal(60000).astype(np.float32)
    resampler = SincResampler(48000, 44100)
    whole = resampler.outputs(signal, 0, 0, 55000)
    parts = [_part(signal, resampler, place, place + 5000) for place in range(0, 55000, 5000)]
    np.testing.assert_allclose(np.concatenate(parts), whole, rtol=0, atol=1e-6)


@pytest.mark.parametrize("rate", [44056, 100, 1])
def test_odd_rates_are_left_to_essentia(rate: int) -> None:
    assert not SincResampler(rate, 44100).supported
