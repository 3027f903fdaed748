from collections import Counter

import numpy as np
import pytest
from numpy.typing import NDArray

from essentia_ldl.audit.confidence import judge, out_of_fold, repeated_splits
from essentia_ldl.progress import Silent
from tests.recorder import Recorder


@pytest.fixture
def blobs(rng: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    codes = np.repeat(np.arange(3), [12, 9, 5])
    return 2 * np.eye(3)[codes] + rng.normal(scale=0.5, size=(26, 3)), codes


def test_every_repeat_judges_every_track_once_and_parts_no_unit() -> None:
    codes = np.repeat([0, 1, 2], [10, 8, 3])
    units = np.arange(21) // 2
    splits = repeated_splits(codes, units, 3, n_splits=5, n_repeats=4)
    judged = Counter(row for _, test in splits for row in test.tolist())
    assert set(judged.values()) == {4}
    assert len(judged) == 21
    for train, test in splits:
        assert not set(units[train]) & set(units[test])


def test_the_same_seed_gives_the_same_splits() -> None:
    codes, units = np.repeat([0, 1], 10), np.arange(20)
    first, second, other = (repeated_splits(codes, units, seed) for seed in (0, 0, 99))
    assert all((a[1] == b[1]).all() for a, b in zip(first, second, strict=True))
    assert any(a[1].tolist() != b[1].tolist() for a, b in zip(first, other, strict=True))


def test_the_largest_seed_has_repeats_as_well() -> None:
    assert len(repeated_splits(np.repeat([0, 1], 10), np.arange(20), 2**32 - 1)) == 25


def test_a_small_class_does_not_reduce_the_parts() -> None:
    codes = np.repeat([0, 1], [30, 1])
    assert len(repeated_splits(codes, np.arange(31), 0, n_splits=5, n_repeats=1)) == 5


@pytest.mark.parametrize(("codes", "units"), [([0, 1, 2], [0, 1, 2]), ([0, 0, 1], [0, 0, 0])])
def test_tracks_that_nothing_can_judge_are_refused(codes: list[int], units: list[int]) -> None:
    with pytest.raises(ValueError, match="none can be judged"):
        repeated_splits(np.array(codes), np.array(units), 0)


def test_a_tracks_own_label_does_not_change_what_is_said_of_it(
    blobs: tuple[NDArray[np.float64], NDArray[np.intp]],
) -> None:
    X, codes = blobs
    units = np.arange(len(codes)) // 2
    splits = repeated_splits(codes, units, 0, n_repeats=2)
    before = out_of_fold(X, codes, 3, splits, progress=Silent())
    for row in (0, 13, 25):
        others = np.where(units == units[row], (codes + 1) % 3, codes)
        after = out_of_fold(X, others, 3, splits, progress=Silent())
        assert (after[row] == before[row]).all()
        assert not np.allclose(after, before), "it does change what is said of others"


def test_probabilities_are_distributions_and_tell_classes_apart(
    blobs: tuple[NDArray[np.float64], NDArray[np.intp]],
) -> None:
    X, codes = blobs
    watched = Recorder()
    splits = repeated_splits(codes, np.arange(26), 0)
    found = out_of_fold(X, codes, 3, splits, progress=watched, classifier=judge())
    assert np.allclose(found.sum(axis=1), 1)
    assert (found >= 0).all()
    assert (found.argmax(axis=1) == codes).mean() > 0.9


def test_a_part_that_leaves_one_class_to_learn_from_teaches_that_class() -> None:
    X = np.arange(6.0)[:, None]
    codes = np.array([0, 0, 0, 0, 0, 1])
    found = out_of_fold(X, codes, 2, [(np.arange(5), np.array([5]))] * 2 + [
        (np.array([0, 1, 2, 5]), np.array([3, 4])),
        (np.array([3, 4, 5]), np.array([0, 1, 2])),
    ], progress=Silent())  # fmt: skip
    assert found[5].tolist() == [1, 0]
