from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from essentia_ldl.audio import Signal, excerpt
from essentia_ldl.errors import AudioError, OptionError
from essentia_ldl.features import mfcc
from essentia_ldl.features.algorithms import mfcc_frames, resample
from essentia_ldl.features.extractor import Arrays
from essentia_ldl.features.mfcc import MFCCExtractor, mfcc_p, mfcc_s
from essentia_ldl.workers import run_in_worker

WriteWav = Callable[..., Path]


def _compute(extractor: MFCCExtractor, path: Path) -> Arrays:
    return extractor.compute(path)


def _frames_of_whole_track(signal: Signal, rate: float) -> Signal:
    """What the method says, with no short cut: resample everything, then cut."""
    segment, _ = excerpt(resample(signal, rate, 44100, 1), 44100)
    return mfcc_frames(segment, MFCCExtractor())


def _noise(seconds: float, rate: float) -> Signal:
    noise = np.random.default_rng(1).standard_normal(round(seconds * rate))
    return np.asarray(0.1 * noise, dtype=np.float32)


def test_mfcc_s_is_means_and_then_population_deviations(rng: np.random.Generator) -> None:
    frames = rng.normal(size=(1291, 13))
    summary = mfcc_s(frames)
    assert summary.shape == (26,)
    np.testing.assert_allclose(summary[:13], frames.mean(axis=0))
    np.testing.assert_allclose(summary[13:], frames.std(axis=0, ddof=0))


def test_mfcc_p_averages_86_frames_and_drops_the_last(rng: np.random.Generator) -> None:
    frames = rng.normal(size=(1291, 13))
    summary = mfcc_p(frames)
    assert summary.shape == (195,)
    # Column-wise: coefficient k of window t is at t * 13 + k.
    np.testing.assert_allclose(summary[3 * 13 + 5], frames[3 * 86 : 4 * 86, 5].mean())
    frames[1290:] = 1e9
    np.testing.assert_array_equal(mfcc_p(frames), summary)


@given(shift=st.floats(-100, 100))
def test_a_constant_moves_means_alone(shift: float) -> None:
    frames = np.random.default_rng(0).normal(size=(172, 13))
    np.testing.assert_allclose(mfcc_p(frames + shift), mfcc_p(frames) + shift, atol=1e-9)
    np.testing.assert_allclose(mfcc_s(frames + shift)[13:], mfcc_s(frames)[13:], atol=1e-9)


@pytest.mark.parametrize(("seconds", "rate"), [(31.0, 44100), (27.0, 48000), (18.0, 22050)])
def test_numbers_are_those_of_the_whole_track(
    seconds: float, rate: int, write_wav: WriteWav
) -> None:
    signal = _noise(seconds, rate)
    path = write_wav("noise.wav", samples=signal, rate=rate)
    arrays = run_in_worker(_compute, MFCCExtractor(), path)
    frames = run_in_worker(_frames_of_whole_track, signal, rate)
    np.testing.assert_array_equal(arrays["mfcc_s"], mfcc_s(frames))
    np.testing.assert_array_equal(arrays["mfcc_p"], mfcc_p(frames))
    assert arrays["moved"] == (seconds < 20)


def test_a_clip_shorter_than_the_segment_gives_the_same_dimensions(write_wav: WriteWav) -> None:
    path = write_wav("short.wav", 0.4)
    arrays = run_in_worker(_compute, MFCCExtractor(), path)
    assert arrays.keys() == MFCCExtractor().arrays
    assert arrays["mfcc_s"].shape == (26,)
    assert arrays["mfcc_p"].shape == (195,)
    assert arrays["moved"]


def test_strict_extraction_refuses_a_clip_that_ends_before_its_segment(write_wav: WriteWav) -> None:
    strict = MFCCExtractor(short_clips="raise")
    with pytest.raises(AudioError, match="ends before 20 s") as caught:
        run_in_worker(_compute, strict, write_wav("short.wav", 19.9, rate=44100))
    assert "longer clip" in caught.value.remedy
    path = write_wav("long.wav", 20.0, rate=44100)
    strict_arrays, arrays = (
        run_in_worker(_compute, extractor, path) for extractor in (strict, MFCCExtractor())
    )
    assert not arrays["moved"]
    np.testing.assert_array_equal(strict_arrays["mfcc_p"], arrays["mfcc_p"])


def test_another_rule_for_short_clips_is_refused() -> None:
    with pytest.raises(OptionError, match="'fit' or 'raise', not 'pad'"):
        MFCCExtractor(short_clips="pad")  # type: ignore[arg-type]


def test_no_sound_is_refused(write_wav: WriteWav) -> None:
    with pytest.raises(AudioError, match="no samples"):
        run_in_worker(
            _compute, MFCCExtractor(), write_wav("none.wav", samples=np.zeros(0, np.float32))
        )


def test_the_key_follows_the_settings() -> None:
    assert MFCCExtractor().key == MFCCExtractor().key
    assert MFCCExtractor().key.startswith("mfcc-")
    assert MFCCExtractor(hop_size=256).key != MFCCExtractor().key
    assert MFCCExtractor(short_clips="raise").key != MFCCExtractor().key


def test_the_key_follows_the_revision_of_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    before = MFCCExtractor().key
    monkeypatch.setattr(mfcc, "MFCC_REVISION", mfcc.MFCC_REVISION + 1)
    assert MFCCExtractor().key != before
