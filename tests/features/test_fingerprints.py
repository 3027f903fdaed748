import base64
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from essentia_ldl.features.fingerprints import FingerprintExtractor, decode_fingerprint
from essentia_ldl.workers import run_in_worker


def _encode(codes: list[int]) -> str:
    """Compress as Chromaprint's author describes it, bit for bit and by hand."""
    steps = []
    previous = 0
    for code in codes:
        changed, last = code ^ previous, 0
        for place in range(1, 33):
            if changed >> (place - 1) & 1:
                steps.append(place - last)
                last = place
        steps.append(0)
        previous = code
    small = "".join(f"{min(step, 7):03b}"[::-1] for step in steps)
    large = "".join(f"{step - 7:05b}"[::-1] for step in steps if step >= 7)
    content = b"".join(
        int(bits[start : start + 8][::-1], 2).to_bytes(1, "big")
        for bits in (small, large)
        for start in range(0, len(bits), 8)
    )
    head = b"\x01" + len(codes).to_bytes(3, "big")
    return base64.urlsafe_b64encode(head + content).decode().rstrip("=")


@given(st.lists(st.integers(0, 2**32 - 1), max_size=30))
def test_any_codes_survive(codes: list[int]) -> None:
    decoded = decode_fingerprint(_encode(codes))
    assert decoded.dtype == np.uint32
    assert decoded.tolist() == codes


@given(st.lists(st.sampled_from([0, 1, 2**31, 2**32 - 1, 7, 2**7]), max_size=40))
def test_far_and_near_bits_survive(codes: list[int]) -> None:
    assert decode_fingerprint(_encode(codes)).tolist() == codes


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no known algorithm"),
        ("AgAAAQ", "no known algorithm"),
        ("AAAAA", "no base64"),
        (_encode([2**32 - 1, 5, 2**31])[:-6], "cut short"),
        ("AQAAAg", "cut short"),
    ],
)
def test_other_texts_are_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        decode_fingerprint(text)


def test_sound_has_eight_codes_a_second(tmp_path: Path, rng: np.random.Generator) -> None:
    path = tmp_path / "chords.wav"
    time = np.arange(10 * 22050) / 22050
    pitches = 110 * 2 ** (rng.integers(0, 36, size=20) / 12)
    sound = np.sin(2 * np.pi * np.repeat(pitches, 11025) * time)
    soundfile.write(path, 0.3 * sound, 22050)
    extractor = FingerprintExtractor()
    found = run_in_worker(extractor.compute, path)
    assert set(found) == extractor.arrays
    codes = found["fingerprint"]
    assert codes.dtype == np.uint32
    # 4096 samples at 11025 Hz, a third of them new each time; filters reach over 2.3 s.
    assert abs(len(codes) - (10 - 2.6) / 0.1238) < 3
    assert len(set(codes.tolist())) > 10
    assert extractor.key.startswith("fingerprint-")
