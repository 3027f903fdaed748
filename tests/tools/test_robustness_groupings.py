"""Genres seen as two classes."""

import numpy as np
import pytest

from tools.noisy_labels.groupings import GENRES, GROUPINGS, TASKS, classes_of

_GENRES = [
    "blues", "classical", "country", "disco", "hiphop", "jazz", "metal", "pop", "reggae", "rock",
]  # fmt: skip


def test_ten_groupings_of_the_ten_genres() -> None:
    assert len(GROUPINGS) == 10
    assert TASKS[0] == GENRES
    assert set().union(*GROUPINGS.values()) == set(_GENRES)
    # No two are one split, not even with the sides changed.
    splits = {frozenset({side, frozenset(_GENRES) - side}) for side in GROUPINGS.values()}
    assert len(splits) == 10


@pytest.mark.parametrize("task", GROUPINGS)
def test_both_sides_have_a_quarter_of_the_genres_or_more(task: str) -> None:
    classes = classes_of(task, np.array(_GENRES))
    assert 0.25 <= classes.mean() <= 0.75
    assert {_GENRES[place] for place in np.flatnonzero(classes)} == GROUPINGS[task]


def test_the_genres_themselves_are_numbered_in_order() -> None:
    np.testing.assert_array_equal(classes_of(GENRES, np.array(sorted(_GENRES))), range(10))
