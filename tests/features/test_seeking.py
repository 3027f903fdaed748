"""Parts that libsndfile reads, compared with what Essentia decodes."""

import os
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from essentia_ldl.audio import Signal
from essentia_ldl.errors import AudioError
from essentia_ldl.features.algorithms import load_mono
from essentia_ldl.features.mpeg import DecodersDifferError
from essentia_ldl.features.seeking import open_seekable
from essentia_ldl.workers import run_in_worker
from tests.features.mp3 import encode, variations

RATE = 22050
STEP = 1 / 32768  # of 16 bits
PLAIN = ["PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ULAW", "ALAW"]
CODINGS = {
    "WAV": [*PLAIN, "PCM_U8"], "WAVEX": [*PLAIN, "PCM_U8"], "RF64": [*PLAIN, "PCM_U8"],
    "AIFF": [*PLAIN, "PCM_U8", "PCM_S8"], "FLAC": ["PCM_S8", "PCM_16", "PCM_24"],
}  # fmt: skip


def _sound(channels: int, seconds: float = 2.0) -> NDArray[np.float64]:
    noise = np.random.default_rng(channels).standard_normal((round(seconds * RATE), channels))
    noise[100] = 7  # beyond full scale
    return 0.2 * noise


def _read(path: Path, start: int, stop: int) -> Signal:
    """Samples `start` to `stop`, or up to the end."""
    with open_seekable(path) as sound:
        return sound.read(start, sound.length(stop))


def _all_of(path: Path) -> Signal:
    """Decode by Essentia; empty where it cannot."""
    try:
        return run_in_worker(load_mono, path)[0]
    except AudioError:
        return np.empty(0, dtype=np.float32)


def _check(path: Path, tolerance: float, seconds: float = 2.0) -> None:
    """Compare parts from within and from the end, which may be refused but never differ."""
    whole = _all_of(path)
    with open_seekable(path) as sound:
        rate = sound.sample_rate
    for start, stop in ((rate // 2, rate), (rate, round(10 * seconds * rate))):
        part = _read(path, start, stop)
        np.testing.assert_allclose(part, whole[start:stop], rtol=0, atol=tolerance)


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("container", CODINGS)
def test_plain_codings_are_exact(container: str, channels: int, tmp_path: Path) -> None:
    import soundfile

    for coding in CODINGS[container]:
        path = tmp_path / f"{coding}.{container}"
        soundfile.write(path, _sound(channels), RATE, format=container, subtype=coding)
        _check(path, tolerance=0)


@pytest.mark.parametrize("channels", [1, 2])
def test_vorbis_is_the_same_within_rounding(channels: int, tmp_path: Path) -> None:
    import soundfile

    path = tmp_path / "a.ogg"
    soundfile.write(path, _sound(channels), RATE)
    part, whole = _read(path, RATE // 2, RATE), _all_of(path)
    np.testing.assert_allclose(part, whole[RATE // 2 : RATE], rtol=0, atol=1e-6)
    with pytest.raises(DecodersDifferError, match="padded"):
        _read(path, RATE, 3 * RATE)


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("rate", [8000, 12000, 22050, 32000, 44100, 48000])
def test_mp3_is_the_same_within_a_step_of_16_bits(rate: int, channels: int, tmp_path: Path) -> None:
    for mode in ("CONSTANT", "VARIABLE"):
        path = tmp_path / f"{mode}.mp3"
        encode(path, seconds=3, rate=rate, channels=channels, mode=mode)
        _check(path, tolerance=1.5 * STEP)


@pytest.mark.parametrize("rate", [8000, 16000, 22050, 44100])
def test_mp3_of_few_bits_are_decoded_from_far_enough_before(rate: int, tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    encode(path, seconds=8, rate=rate, channels=2, compression=0.99)
    whole = _all_of(path)
    for second in np.linspace(2, 7, 21):
        start = round(second * rate)
        part = _read(path, start, start + rate // 2)
        np.testing.assert_allclose(part, whole[start : start + part.size], rtol=0, atol=1.5 * STEP)


def test_mp3_beyond_full_scale_is_clipped_as_ffmpeg_clips_it(tmp_path: Path) -> None:
    import soundfile

    path = tmp_path / "a.mp3"
    time = np.arange(3 * 44100) / 44100
    soundfile.write(path, np.sign(np.sin(2 * np.pi * 300 * time)), 44100)
    _check(path, tolerance=1.5 * STEP)
    assert _read(path, 44100, 88200).max() == np.float32(1 - STEP)


def test_no_mp3_is_read_otherwise_than_essentia_reads_it(tmp_path: Path) -> None:
    refused = set()
    for name, content in variations(encode(tmp_path / "a.mp3", seconds=4)).items():
        path = tmp_path / f"{name}.mp3"
        path.write_bytes(content)
        whole = _all_of(path)
        for start, stop in ((44100, 55125), (44100, 441000)):
            try:
                part = _read(path, start, stop)
            except DecodersDifferError:
                refused.add((name, stop))
            else:
                np.testing.assert_allclose(
                    part, whole[start:stop], rtol=0, atol=1.5 * STEP, err_msg=name
                )
    assert not refused & {("as encoded", stop) for stop in (55125, 441000)}
    # What most files have around and behind the part must not cost them the short way.
    assert not refused & {(name, 441000) for name in ("ID3v1", "APE", "ID3v2", "no tag")}
    assert len(refused) > 20


@pytest.mark.parametrize("name", ["a.wav", "a.aiff", "a.flac"])
@pytest.mark.parametrize("kept", [0.6, 0.61, 0.615])
def test_a_truncated_file_ends_where_essentia_ends_it(
    name: str, kept: float, tmp_path: Path
) -> None:
    import soundfile

    path = tmp_path / name
    soundfile.write(path, _sound(2), RATE)
    content = path.read_bytes()
    path.write_bytes(content[: round(kept * len(content)) + 1])
    _check_or_refuse(path)


@pytest.mark.parametrize("counted", [0, 100, 30000, 1 << 30])
def test_headers_that_lie_about_the_length_are_not_believed(counted: int, tmp_path: Path) -> None:
    import soundfile

    wav, flac = tmp_path / "a.wav", tmp_path / "a.flac"
    for path in (wav, flac):
        soundfile.write(path, _sound(1), RATE)
    content = bytearray(wav.read_bytes())
    place = content.find(b"data") + 4
    content[place : place + 4] = (2 * counted).to_bytes(4, "little")
    wav.write_bytes(content)
    content = bytearray(flac.read_bytes())
    packed = int.from_bytes(content[18:26], "big") >> 36 << 36 | counted
    content[18:26] = packed.to_bytes(8, "big")
    flac.write_bytes(content)
    for path in (wav, flac):
        _check_or_refuse(path)


def _check_or_refuse(path: Path) -> None:
    whole = _all_of(path)
    for start, stop in ((0, 1), (500, 1000), (0, 100 * RATE)):
        try:
            part = _read(path, start, stop)
        except DecodersDifferError:
            continue
        # Nothing to read is left to Essentia, too, which may know better.
        assert part.size in (0, min(stop, whole.size) - start)
        np.testing.assert_array_equal(part, whole[start : start + part.size])


def test_what_was_not_compared_is_refused(tmp_path: Path) -> None:
    import soundfile

    three, adpcm = tmp_path / "three.wav", tmp_path / "adpcm.wav"
    soundfile.write(three, np.zeros((1000, 3)), RATE)
    soundfile.write(adpcm, np.zeros(1000), RATE, subtype="IMA_ADPCM")
    odd = tmp_path / "\udcff.wav"
    odd.write_bytes(b"")
    for path in (three, adpcm):
        with pytest.raises(DecodersDifferError, match="compared"):
            _read(path, 0, 1)
    with pytest.raises(DecodersDifferError, match="name"):
        _read(odd, 0, 1)


@pytest.mark.parametrize("content", [b"", b"no music, but words\n" * 100, None])
def test_what_cannot_be_read_is_refused(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DecodersDifferError, match="cannot be read"):
        _read(path, 0, 1)


def test_files_are_closed(tmp_path: Path) -> None:
    import soundfile

    good, bad = tmp_path / "a.wav", tmp_path / "b.wav"
    soundfile.write(good, _sound(1), RATE)
    bad.write_bytes(b"words")
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(20):
        _read(good, 0, 100)
        with pytest.raises(DecodersDifferError):
            _read(bad, 0, 100)
    assert len(os.listdir("/proc/self/fd")) == before
