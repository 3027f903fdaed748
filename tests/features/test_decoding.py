"""The segment that stands for a track, compared with MonoLoader and a cut through the whole."""

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from essentia_ldl.audio import Signal, excerpt
from essentia_ldl.errors import AudioError
from essentia_ldl.features.algorithms import load_mono, resample
from essentia_ldl.features.decoding import load_audible, load_excerpt
from essentia_ldl.workers import WorkerPool, run_in_worker
from tests.features.mp3 import encode, variations
from tools.essentia_reference import mono_loader

WriteWav = Callable[..., Path]


def _of_whole(path: Path, sample_rate: int, offset: float, duration: float) -> tuple[Signal, bool]:
    """What the method says, with no short cut: decode and resample everything, then cut."""
    signal, own_rate = load_mono(path)
    return excerpt(resample(signal, own_rate, sample_rate, 1), sample_rate, offset, duration)


def _imported_essentia(path: Path) -> bool:
    load_excerpt(path, 44100, 1, 2)
    return "essentia" in sys.modules


def _same(path: Path, tolerance: float, *, offset: float, duration: float) -> bool:
    """Compare, and return whether the segment was moved."""
    segment, moved = run_in_worker(load_excerpt, path, 44100, offset, duration)
    theirs, also_moved = run_in_worker(_of_whole, path, 44100, offset, duration)
    assert moved == also_moved
    assert segment.dtype == np.float32
    assert segment.shape == (round(duration * 44100),)
    np.testing.assert_allclose(segment, theirs, rtol=0, atol=tolerance)
    return moved


@pytest.mark.parametrize("rate", [11025, 16000, 22050, 44100, 48000, 96000])
@pytest.mark.parametrize(
    ("seconds", "moved"), [(4.0, False), (3.0001, False), (2.999, True), (2.0, True), (0.3, True)]
)
def test_segments_are_those_of_the_whole_file(
    rate: int, seconds: float, moved: bool, write_wav: WriteWav
) -> None:
    path = write_wav("a.wav", seconds, rate=rate)
    assert _same(path, 1e-6, offset=1, duration=2) == moved


@pytest.mark.parametrize("rate", [22050, 48000])
def test_segments_are_mono_loaders(rate: int, write_wav: WriteWav) -> None:
    for seconds in (4, 2):
        path = write_wav("a.wav", seconds, rate=rate)
        segment, _ = run_in_worker(load_excerpt, path, 44100, 1.0, 2.0)
        theirs, _ = excerpt(run_in_worker(mono_loader, path), 44100, 1.0, 2.0)
        np.testing.assert_allclose(segment, theirs, rtol=0, atol=1e-6)


def test_essentia_is_not_even_loaded_for_usual_files(write_wav: WriteWav, tmp_path: Path) -> None:
    import soundfile

    flac, mp3 = tmp_path / "a.flac", tmp_path / "a.mp3"
    soundfile.write(flac, 0.1 * np.random.default_rng(0).standard_normal((48000, 2)), 24000)
    encode(mp3, seconds=5)
    with WorkerPool(jobs=1) as pool:
        for path in (write_wav("a.wav", 5, rate=22050), flac, mp3):
            assert not pool.call(_imported_essentia, path)


def test_files_that_cannot_be_read_in_parts_are_read_whole(
    write_wav: WriteWav, tmp_path: Path
) -> None:
    odd_rate = write_wav("odd.wav", 3, rate=44056)
    _same(odd_rate, 0, offset=1, duration=1)
    for name in ("encoded by another", "zeros before", "a header lost"):
        path = tmp_path / f"{name}.mp3"
        path.write_bytes(variations(encode(tmp_path / "a.mp3", seconds=4))[name])
        _same(path, 0, offset=1, duration=2)


@pytest.mark.shared
@pytest.mark.parametrize("name", ["dubstep.aac", "dubstep.mp3", "dubstep.ogg", "dubstep.wav"])
def test_one_recording_in_many_formats(name: str, shared: Path) -> None:
    path = shared / "data" / "essentia-audio" / name
    assert not _same(path, 1e-6, offset=1, duration=4)
    assert _same(path, 1e-6, offset=1, duration=9)


def test_silence_where_the_segment_lies_is_no_fault(write_wav: WriteWav) -> None:
    samples = np.zeros(5 * 16000, dtype=np.float32)
    samples[:8000] = 0.1 * np.random.default_rng(0).standard_normal(8000)
    path = write_wav("a.wav", samples=samples)
    assert not _same(path, 1e-6, offset=2, duration=2)


@pytest.mark.parametrize(
    ("samples", "reason"),
    [
        (np.zeros(80000), "silent"),
        (np.full(80000, 0.3), "silent"),
        (np.zeros(0), "no samples"),
        (np.where(np.arange(80000) == 40000, np.nan, 0.1), "not finite"),
        (np.where(np.arange(80000) == 40000, np.inf, 0.1), "not finite"),
        (np.zeros((80000, 3)), "more than 2 channels"),
    ],
)
def test_sound_that_teaches_nothing_is_refused(
    samples: Signal, reason: str, write_wav: WriteWav
) -> None:
    path = write_wav("a.wav", samples=samples.astype(np.float32))
    with pytest.raises(AudioError, match=reason) as caught:
        run_in_worker(load_excerpt, path, 44100, 1.0, 3.0)
    assert caught.value.remedy
    with pytest.raises(AudioError, match=reason):
        run_in_worker(load_audible, path)


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.mp3", "a.ogg", "a.txt"])
def test_what_is_no_audio_is_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    for content in (b"", b"no music, but words\n" * 100):
        path.write_bytes(content)
        with pytest.raises(AudioError, match="cannot be decoded"):
            run_in_worker(load_excerpt, path, 44100, 1.0, 2.0)
    path.unlink()
    with pytest.raises(AudioError, match="No such file"):
        run_in_worker(load_excerpt, path, 44100, 1.0, 2.0)


def test_a_name_that_is_no_text_is_refused(write_wav: WriteWav) -> None:
    path = write_wav("a.wav")
    path = path.rename(path.with_name("\udcff.wav"))
    with pytest.raises(AudioError, match="UTF-8"):
        run_in_worker(load_excerpt, path, 44100, 1.0, 2.0)


def test_rates_too_far_apart_are_refused(write_wav: WriteWav) -> None:
    path = write_wav("a.wav", samples=np.sin(np.arange(300, dtype=np.float32)), rate=100)
    with pytest.raises(AudioError, match="from 100 Hz to 44100 Hz"):
        run_in_worker(load_excerpt, path, 44100, 1.0, 2.0)


@pytest.mark.parametrize("name", ["a.wav", "a.flac"])
def test_a_truncated_file_is_what_is_left_of_it(name: str, tmp_path: Path) -> None:
    import soundfile

    path = tmp_path / name
    sound = 0.1 * np.random.default_rng(0).standard_normal((88200, 2))
    soundfile.write(path, sound, 22050)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2 + 1])
    _same(path, 1e-8, offset=0.5, duration=1)
    assert _same(path, 1e-8, offset=1, duration=3)
