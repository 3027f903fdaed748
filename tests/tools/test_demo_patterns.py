import numpy as np
import pytest

from tools.demo import general_midi as gm
from tools.demo.patterns import bass, drums, pick, read_rhythm, strike, theme_at, voicings_of
from tools.demo.piece import Piece, compose


@pytest.fixture(params=[2, 3, 4])
def piece(request: pytest.FixtureRequest) -> Piece:
    return compose(100, request.param, np.random.default_rng(3))


def test_a_rhythm_is_tiled_and_cut() -> None:
    assert [onset for onset, _, _ in read_rhythm("x..", 7)] == [0, 0.75, 1.5]
    assert list(read_rhythm("x-------", 6)) == [(0.0, 1.5, "x")]
    assert list(read_rhythm("....", 8)) == []


def test_a_leading_hyphen_prolongs_nothing() -> None:
    assert list(read_rhythm("--x-", 4)) == [(0.5, 0.5, "x")]


def test_chords_are_those_of_the_piece(piece: Piece) -> None:
    voicings = voicings_of(piece, 50, 76)
    for notes in (strike(piece, voicings, "x-x-", 80), pick(piece, voicings, "0123", 80)):
        for note in notes:
            slot = min(int(note.start // piece.slot), 8)
            degree = (*piece.chords, 0)[slot]
            assert note.pitch % 12 in piece.key.chord(degree)


def test_a_strum_starts_with_the_lowest_string(piece: Piece) -> None:
    first = strike(piece, voicings_of(piece, 50, 76), "x---", 80, spread=0.1)[:3]
    assert [note.pitch for note in first] == sorted(note.pitch for note in first)
    assert first[-1].start - first[0].start == pytest.approx(0.1)


def test_the_bass_plays_roots_on_the_beat(piece: Piece) -> None:
    notes = bass(piece, "R---5---", 90, lowest=28)
    roots = [note for note in notes if note.start % piece.slot == 0]
    expected = [piece.key.pitch(degree) % 12 for degree in (*piece.chords, 0)]
    assert [note.pitch % 12 for note in roots] == expected
    assert all(28 <= note.pitch < 40 for note in roots)


def test_a_fill_replaces_every_fourth_bar() -> None:
    piece = compose(120, 4, np.random.default_rng(0))
    notes = drums(piece, {gm.KICK: "x..............."}, 90, {gm.SNARE: "x..............."})
    bars = [note.start // 4 for note in notes if note.pitch == gm.SNARE]
    assert bars == [3, 7]


@pytest.mark.parametrize("centre", [60, 72, 84])
def test_the_theme_is_moved_by_octaves(piece: Piece, centre: int) -> None:
    notes = theme_at(piece, centre, 90)
    moves = {
        note.pitch - piece.key.pitch(t.step) for note, t in zip(notes, piece.theme, strict=False)
    }
    assert len(moves) == 1
    assert moves.pop() % 12 == 0
    assert abs(np.mean([note.pitch for note in notes]) - centre) <= 8


def test_a_second_voice_stays_in_the_scale(piece: Piece) -> None:
    scale = set(piece.key.chord(0, 7))
    assert {note.pitch % 12 for note in theme_at(piece, 72, 80, below=2)[:-1]} <= scale
