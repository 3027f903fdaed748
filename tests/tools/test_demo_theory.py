import numpy as np
import pytest

from tools.demo.theory import MODES, Key, choose_key, choose_progression, voice_lead


@pytest.mark.parametrize("mode", MODES)
def test_a_chord_is_made_of_its_scale(mode: str) -> None:
    key = Key(9, mode)
    scale = {key.pitch(step) % 12 for step in range(7)}
    assert len(scale) == 7
    for degree in range(7):
        assert set(key.chord(degree, size=4)) <= scale


def test_relative_keys_have_the_same_notes() -> None:
    c_major, a_minor, d_dorian = Key(0, "major"), Key(9, "minor"), Key(2, "dorian")
    assert set(c_major.chord(0, 7)) == set(a_minor.chord(0, 7)) == set(d_dorian.chord(0, 7))


def test_the_leading_tone_chord_is_diminished() -> None:
    assert [Key(0, "major").is_diminished(degree) for degree in range(7)] == [False] * 6 + [True]


def test_a_progression_comes_home_without_diminished_chords(rng: np.random.Generator) -> None:
    for _ in range(300):
        key = choose_key(rng)
        degrees = choose_progression(key, rng)
        assert len(degrees) == 8
        assert degrees[-1] == 0
        assert not any(key.is_diminished(degree) for degree in degrees)


def test_voices_stay_in_range_and_move_little() -> None:
    key = Key(4, "minor")
    chords = [key.chord(degree) for degree in (0, 5, 2, 6, 3, 4, 0)]
    voicings = voice_lead(chords, 52, 78)
    for chord, voicing in zip(chords, voicings, strict=True):
        assert {pitch % 12 for pitch in voicing} == set(chord)
        assert list(voicing) == sorted(set(voicing))
        assert voicing[0] >= 52
        assert voicing[-1] <= 78
    moves = np.abs(np.diff(voicings, axis=0)).max(axis=1)
    assert moves.max() <= 5
