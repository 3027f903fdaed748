import pytest

from tools.demo.score import MACHINE, Feel, Note, Part


def test_a_straight_feel_moves_nothing() -> None:
    assert [MACHINE.swung(beat) for beat in (0, 0.25, 0.5, 1.75)] == [0, 0.25, 0.5, 1.75]


def test_swing_delays_the_off_beat_alone() -> None:
    feel = Feel(swing=2 / 3)
    assert feel.swung(3) == 3
    assert feel.swung(3.5) == pytest.approx(3 + 2 / 3)
    assert feel.swung(3.75) == pytest.approx(3 + 5 / 6)


def test_a_part_enters_late() -> None:
    part = Part(0, tuple(Note(beat, 1, 60, 80) for beat in range(4)))
    assert [note.start for note in part.entering(2).notes] == [2, 3]
