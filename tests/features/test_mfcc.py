"""MFCC, compared with a plain Essentia program."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from essentia_ldl.audio import Signal, excerpt
from essentia_ldl.errors import AudioError, OptionError
from essentia_ldl.features import extractor as extractor_module
from essentia_ldl.features import mfcc
from essentia_ldl.features.extractor import Arrays
from essentia_ldl.features.mfcc import MFCCExtractor, mfcc_frames, mfcc_p, mfcc_s
from essentia_ldl.workers import run_in_worker
from tests.features.mp3 import encode
from tools.essentia_reference import mfcc_loop, mfcc_of_file, mono_loader

WriteWav = Callable[..., Path]

PER_FRAME, PER_SECOND = 5e-4, 1e-4
N_SAMPLES = 3 * 44100
TIME = np.arange(N_SAMPLES) / 44100


def _compute(extractor: MFCCExtractor, path: Path) -> Arrays:
    return extractor.compute(path)


def _noise(loudness: float = 0.1) -> NDArray[np.float64]:
    return loudness * np.random.default_rng(1).standard_normal(N_SAMPLES)


def _check(signal: Signal, tolerance: float = PER_FRAME) -> None:
    theirs = run_in_worker(mfcc_loop, signal)
    ours = mfcc_frames(signal)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=tolerance)
    if tolerance == PER_FRAME:
        np.testing.assert_allclose(mfcc_p(ours), mfcc_p(theirs), rtol=0, atol=PER_SECOND)


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


@pytest.mark.parametrize(
    "signal",
    [
        np.zeros(N_SAMPLES),
        np.full(N_SAMPLES, 1e-3),
        np.where(TIME < 1.4, _noise(), 0),
        np.where((TIME > 1) & (TIME < 2), 0, _noise()),
        np.random.default_rng(2).uniform(-1, 1, N_SAMPLES),
        _noise(30),
        _noise(1e-4),
        _noise(1e-6),
        _noise(1e-40),
        np.sign(np.sin(2 * np.pi * 220 * TIME)),
        np.eye(1, N_SAMPLES, 1000)[0],
        _noise() * np.exp(-6 * TIME),
    ],
    ids=[
        "silence", "constant", "silence at the end", "silence within", "full-scale noise",
        "beyond full scale", "quiet", "below the floor", "denormal", "square wave", "impulse",
        "fade",
    ],
)  # fmt: skip
def test_frames_are_essentias(signal: NDArray[np.float64]) -> None:
    _check(signal.astype(np.float32))


@pytest.mark.parametrize(
    "signal",
    [
        np.full(N_SAMPLES, 0.9) + _noise(1e-3),
        np.sin(2 * np.pi * 100 * TIME),
        np.sin(2 * np.pi * 1000 * TIME) + _noise(1e-4),
    ],
    ids=["constant and noise", "tone", "tone and noise"],
)
def test_frames_are_as_near_as_single_precision_allows(signal: NDArray[np.float64]) -> None:
    # Essentia's own spectra are of single precision, too: bands 100 dB below others are rounded.
    _check(signal.astype(np.float32), tolerance=5e-3)


@given(
    n_samples=st.integers(1, 5000),
    loudness=st.sampled_from([0, 1e-5, 0.01, 1]),
    seed=st.integers(0, 99),
)
@settings(max_examples=30)
def test_any_length_gives_essentias_frames(n_samples: int, loudness: float, seed: int) -> None:
    noise = np.random.default_rng(seed).standard_normal(n_samples)
    _check(np.asarray(loudness * noise, dtype=np.float32))


@pytest.mark.parametrize(("seconds", "rate"), [(21.0, 44100), (21.0, 48000), (18.0, 22050)])
def test_features_of_a_file_are_essentias(seconds: float, rate: int, write_wav: WriteWav) -> None:
    path = write_wav("noise.wav", seconds, rate=rate)
    arrays = run_in_worker(_compute, MFCCExtractor(), path)
    frames = run_in_worker(mfcc_of_file, path)
    np.testing.assert_allclose(arrays["mfcc_s"], mfcc_s(frames), rtol=0, atol=PER_SECOND)
    np.testing.assert_allclose(arrays["mfcc_p"], mfcc_p(frames), rtol=0, atol=PER_SECOND)
    assert arrays["moved"] == (seconds < 20)


@pytest.mark.shared
@pytest.mark.parametrize("genre", ["blues", "classical", "hiphop", "jazz", "metal"])
def test_features_of_music_are_essentias(genre: str, shared: Path) -> None:
    path = shared / "data" / "gtzan" / genre / f"{genre}.00003.flac"
    arrays = run_in_worker(_compute, MFCCExtractor(), path)
    frames = run_in_worker(mfcc_of_file, path)
    np.testing.assert_allclose(arrays["mfcc_s"], mfcc_s(frames), rtol=0, atol=PER_SECOND)
    np.testing.assert_allclose(arrays["mfcc_p"], mfcc_p(frames), rtol=0, atol=PER_SECOND)
    segment, _ = excerpt(run_in_worker(mono_loader, path), 44100)
    np.testing.assert_allclose(mfcc_frames(segment), frames, rtol=0, atol=PER_FRAME)


@pytest.mark.shared
def test_features_of_mp3_differ_by_what_essentias_decoder_rounds(shared: Path) -> None:
    for path in sorted((shared / "data" / "jamendo").glob("*.mp3")):
        ours = run_in_worker(_compute, MFCCExtractor(), path)["mfcc_p"]
        difference = np.abs(ours - mfcc_p(run_in_worker(mfcc_of_file, path)))
        assert difference.mean() < 0.01
        assert difference.max() < 0.1


def test_features_of_loud_mp3_are_essentias(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    encode(path, seconds=21, rate=44100, channels=2)
    ours = run_in_worker(_compute, MFCCExtractor(), path)["mfcc_p"]
    np.testing.assert_allclose(ours, mfcc_p(run_in_worker(mfcc_of_file, path)), rtol=0, atol=0.01)


def test_a_clip_shorter_than_the_segment_gives_the_same_dimensions(write_wav: WriteWav) -> None:
    path = write_wav("short.wav", 0.4)
    arrays = run_in_worker(_compute, MFCCExtractor(), path)
    assert arrays.keys() == MFCCExtractor().arrays
    assert arrays["mfcc_s"].shape == (26,)
    assert arrays["mfcc_p"].shape == (195,)
    assert arrays["moved"]


def test_strict_extraction_refuses_a_clip_that_ends_before_its_segment(
    write_wav: WriteWav,
) -> None:
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


def test_another_segment_and_pooling(write_wav: WriteWav) -> None:
    path = write_wav("a.wav", 4.0, rate=44100)
    extractor = MFCCExtractor(offset=1, duration=2, pooling=43)
    arrays = run_in_worker(_compute, extractor, path)
    frames = mfcc_frames(run_in_worker(mono_loader, path)[44100 : 3 * 44100])
    np.testing.assert_allclose(arrays["mfcc_p"], mfcc_p(frames, 43), rtol=0, atol=PER_SECOND)


def test_another_rule_for_short_clips_is_refused() -> None:
    with pytest.raises(OptionError, match="'fit' or 'raise', not 'pad'"):
        MFCCExtractor(short_clips="pad")  # type: ignore[arg-type]


def test_the_settings_are_the_papers_and_go_into_json() -> None:
    settings = MFCCExtractor().settings
    assert json.loads(json.dumps(settings)) == settings
    assert settings.items() >= asdict(MFCCExtractor()).items()
    assert settings.items() >= {
        "sample_rate": 44100.0, "resample_quality": 1, "n_coefficients": 13, "frame_size": 1024,
        "fft_size": 2048, "hop_size": 512, "window": "hann",
    }.items()  # fmt: skip


def test_the_key_follows_the_settings() -> None:
    assert MFCCExtractor().key == MFCCExtractor().key
    assert MFCCExtractor().key.startswith("mfcc-")
    assert MFCCExtractor(offset=0).key != MFCCExtractor().key
    assert MFCCExtractor(short_clips="raise").key != MFCCExtractor().key


def test_the_key_follows_the_revision_of_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    before = MFCCExtractor().key
    monkeypatch.setattr(mfcc, "MFCC_REVISION", mfcc.MFCC_REVISION + 1)
    assert MFCCExtractor().key != before


@pytest.mark.parametrize("package", ["scipy", "soundfile", "samplerate", "essentia-tensorflow"])
def test_the_key_follows_the_packages_that_compute(
    package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = MFCCExtractor().key
    for module in (mfcc, extractor_module):
        monkeypatch.setattr(module, "package_version", lambda name: f"{name == package}")
    assert MFCCExtractor().key != before
