"""What the headers of MP3 frames tell; tests/features/test_seeking.py has the decoders' word."""

from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from essentia_ldl.features.mpeg import DecodersDifferError, agreed_samples
from tests.features.mp3 import encode, frames_of, variations


def _read(content: bytes, length: int, offset: int) -> bytes:
    return content[offset : offset + length]


def _agreed(content: bytes, wanted: int) -> int:
    return agreed_samples(partial(_read, content), wanted)


@pytest.fixture(scope="module")
def encoded(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return encode(tmp_path_factory.mktemp("mp3") / "a.mp3", seconds=4)


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("mode", ["CONSTANT", "VARIABLE", "AVERAGE"])
@pytest.mark.parametrize("rate", [8000, 11025, 12000, 16000, 22050, 32000, 44100, 48000])
def test_the_length_is_the_sounds(rate: int, mode: str, channels: int, tmp_path: Path) -> None:
    content = encode(tmp_path / "a.mp3", seconds=1.3, rate=rate, channels=channels, mode=mode)
    n_samples = round(1.3 * rate)
    assert _agreed(content, 10 * rate) == n_samples
    for wanted in (0, 1, n_samples - 1, n_samples, n_samples + 1):
        assert _agreed(content, wanted) == min(wanted, n_samples)


def test_what_lies_behind_the_wanted_samples_does_not_count(encoded: bytes) -> None:
    damaged = variations(encoded)["a header lost"]
    assert _agreed(damaged, 44100) == 44100
    with pytest.raises(DecodersDifferError, match="damaged"):
        _agreed(damaged, 3 * 44100)


def test_without_a_tag_every_frame_is_sound(encoded: bytes) -> None:
    frames = frames_of(encoded)
    content = variations(encoded)["no tag"]
    assert _agreed(content, 10 * 44100) == 1152 * (len(frames) - 1)


@pytest.mark.parametrize("name", ["ID3v1", "APE", "ID3v2", "ID3v2 twice", "ID3v2 with a footer"])
def test_tags_around_the_frames_do_not_count(name: str, encoded: bytes) -> None:
    assert _agreed(variations(encoded)[name], 10 * 44100) == 4 * 44100


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("encoded by another", "only one decoder"),
        ("frames counted and no more", "only one decoder"),
        ("no frames counted", "only one decoder"),
        ("tag of another kind", "only one decoder"),
        ("zeros before", "layer III"),
        ("garbage before", "layer III"),
        ("garbage behind", "damaged"),
        ("cut in a frame", "ends within a frame"),
        ("cut behind a frame", "as many frames"),
        ("twice", "as many frames"),
        ("half a frame lost", "damaged"),
        ("another rate within", "damaged"),
        ("half the frames counted", "as many frames"),
        ("twice the frames counted", "as many frames"),
    ],
)
def test_what_decoders_may_read_otherwise_is_refused(
    name: str, reason: str, encoded: bytes
) -> None:
    with pytest.raises(DecodersDifferError, match=reason):
        _agreed(variations(encoded)[name], 10 * 44100)


def test_a_rate_that_is_decoded_otherwise_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DecodersDifferError, match="differently"):
        _agreed(encode(tmp_path / "a.mp3", rate=24000), 1)


@pytest.mark.parametrize("content", [b"", b"\xff", b"ID3", b"ID3\4\0\0\0\0\0\0", b"words" * 99])
def test_what_is_no_mp3_is_refused(content: bytes) -> None:
    with pytest.raises(DecodersDifferError, match="layer III"):
        _agreed(content, 1)


def test_no_byte_of_the_start_makes_it_fail_otherwise(encoded: bytes) -> None:
    for place in range(220):
        for value in (0x00, 0xFF, encoded[place] ^ 0x10):
            changed = bytearray(encoded)
            changed[place] = value
            with suppress(DecodersDifferError):
                assert 0 <= _agreed(bytes(changed), 44100) <= 44100
