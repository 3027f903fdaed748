import numpy as np
import pytest

from tools.demo.piece import Piece, compose


def _compose(seed: int, slot: int) -> Piece:
    return compose(120, slot, np.random.default_rng(seed))


@pytest.fixture(params=[2, 3, 4])
def pieces(request: pytest.FixtureRequest) -> list[Piece]:
    return [_compose(seed, request.param) for seed in range(40)]


def test_the_theme_fills_the_piece_without_overlap(pieces: list[Piece]) -> None:
    for piece in pieces:
        ends = [note.start + note.duration for note in piece.theme]
        assert piece.theme[0].start == 0
        assert ends[:-1] == [note.start for note in piece.theme[1:]]
        assert ends[-1] == piece.beats


def test_strong_beats_have_chord_notes(pieces: list[Piece]) -> None:
    for piece in pieces:
        for note in piece.theme:
            if note.start % piece.slot == 0:
                degree = piece.chords[int(note.start) // piece.slot]
                assert (note.step - degree) % 7 in (0, 2, 4)


def test_the_theme_repeats_its_first_rhythm_and_ends_on_the_tonic(pieces: list[Piece]) -> None:
    for piece in pieces:
        unit = 2 * piece.slot
        rhythms = [
            [
                note.start - i * unit
                for note in piece.theme
                if i * unit <= note.start < (i + 1) * unit
            ]
            for i in range(4)
        ]
        assert rhythms[0] == rhythms[1] == rhythms[3]
        assert piece.theme[-1].step % 7 == 0


def test_the_theme_can_be_sung(pieces: list[Piece]) -> None:
    for piece in pieces:
        steps = np.array([note.step for note in piece.theme])
        assert np.ptp(steps) <= 16
        assert np.abs(np.diff(steps)).mean() < 3.5


def test_pieces_differ(pieces: list[Piece]) -> None:
    assert len({piece.theme for piece in pieces}) == len(pieces)
    assert len({(piece.key, piece.chords) for piece in pieces}) > 0.9 * len(pieces)


def test_one_seed_gives_one_piece() -> None:
    assert _compose(7, 4) == _compose(7, 4)
