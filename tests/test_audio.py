import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from essentia_ldl.audio import (
    AUDIO_EXTENSIONS,
    SILENCE,
    Signal,
    check_audible,
    excerpt,
    excerpt_span,
    repeat_pad,
)
from essentia_ldl.errors import AudioError


def _ramp(n_samples: int) -> Signal:
    return np.arange(n_samples, dtype=np.float32)


def test_extensions_are_lower_case_suffixes() -> None:
    assert {".wav", ".flac", ".mp3", ".ogg", ".m4a"} <= AUDIO_EXTENSIONS
    assert all(suffix.startswith(".") and suffix.islower() for suffix in AUDIO_EXTENSIONS)
    assert not AUDIO_EXTENSIONS & {".jpg", ".txt"}


@given(n=st.integers(1, 50), wanted=st.integers(0, 200))
def test_repeat_pad_goes_round(n: int, wanted: int) -> None:
    padded = repeat_pad(_ramp(n), wanted)
    assert padded.size == max(n, wanted)
    np.testing.assert_array_equal(padded, np.arange(padded.size) % n)


def test_repeat_pad_refuses_what_it_cannot_repeat() -> None:
    with pytest.raises(AudioError, match="no samples"):
        repeat_pad(_ramp(0), 5)


@given(n=st.integers(1, 400), offset=st.integers(0, 9), duration=st.integers(1, 20))
def test_excerpts_of_one_setting_have_one_length(n: int, offset: int, duration: int) -> None:
    rate = 10.0
    segment, moved = excerpt(_ramp(n), rate, offset, duration)
    start, length = offset * 10, duration * 10
    assert segment.size == length
    assert moved == (n < start + length)
    # The segment is as late as the clip allows, and starts over only where the clip is used up.
    first = min(start, max(0, n - length))
    np.testing.assert_array_equal(segment, np.arange(first, first + length) % n)


@given(n=st.integers(0, 400), offset=st.integers(0, 9), duration=st.integers(1, 20))
def test_the_span_is_what_excerpts_are_cut_from(n: int, offset: int, duration: int) -> None:
    span = excerpt_span(n, 10.0, offset, duration)
    assert 0 <= span.start <= span.stop <= n
    assert span.length == duration * 10
    assert span.stop - span.start == min(n, span.length)
    if n:
        segment, moved = excerpt(_ramp(n), 10.0, offset, duration)
        np.testing.assert_array_equal(
            segment[: span.stop - span.start], np.arange(span.start, span.stop)
        )
        assert moved == span.moved


def test_the_papers_segment_is_15_s_from_5_s_on() -> None:
    segment, moved = excerpt(_ramp(3000), 100.0)
    assert (segment[0], segment[-1], moved) == (500, 1999, False)


def test_quiet_sound_is_audible() -> None:
    check_audible(np.sin(_ramp(1000)) * np.float32(2 * SILENCE))


@pytest.mark.parametrize(
    ("signal", "reason"),
    [
        (_ramp(0), "no samples"),
        (np.zeros(100, np.float32), "silent"),
        (np.full(100, 0.5, np.float32), "silent"),
        (np.sin(_ramp(1000)) * np.float32(SILENCE / 2), "silent"),
        (np.array([0.1, np.nan, 0.2], np.float32), "not finite"),
        (np.array([0.1, -np.inf], np.float32), "not finite"),
    ],
)
def test_sound_that_teaches_nothing_is_refused(signal: Signal, reason: str) -> None:
    with pytest.raises(AudioError, match=reason) as caught:
        check_audible(signal)
    assert caught.value.remedy
