import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from essentia_ldl.errors import CollectionError, OptionError
from essentia_ldl.evaluation import Fold, make_folds


@pytest.fixture
def y() -> NDArray[np.int64]:
    return np.repeat([0, 1, 2], [20, 15, 10])


def bytes_of(folds: tuple[Fold, ...]) -> bytes:
    return b"".join(fold.test.tobytes() for fold in folds)


@settings(max_examples=25)
@given(
    counts=st.lists(st.integers(3, 12), min_size=2, max_size=4),
    n_groups=st.one_of(st.none(), st.integers(12, 30)),
    seed=st.integers(0, 2**40),
)
def test_every_repeat_tests_every_track_once(
    counts: list[int], n_groups: int | None, seed: int
) -> None:
    y = np.repeat(np.arange(len(counts)), counts)
    groups = None if n_groups is None else np.arange(len(y)) % n_groups

    folds = make_folds(y, groups, n_splits=3, n_repeats=2, seed=seed)

    assert [(fold.repeat, fold.fold) for fold in folds] == [
        (r, f) for r in (0, 1) for f in range(3)
    ]
    for repeat in (0, 1):
        tested = np.concatenate([fold.test for fold in folds if fold.repeat == repeat])
        np.testing.assert_array_equal(np.sort(tested), np.arange(len(y)))
    for fold in folds:
        np.testing.assert_array_equal(np.union1d(fold.train, fold.test), np.arange(len(y)))
        assert set(y[fold.train]) == set(y)
        if groups is not None:
            assert not set(groups[fold.train]) & set(groups[fold.test])


def test_folds_are_stratified(y: NDArray[np.int64]) -> None:
    for fold in make_folds(y, n_splits=5, seed=3):
        np.testing.assert_array_equal(np.bincount(y[fold.test]), [4, 3, 2])


def test_groups_may_have_names(y: NDArray[np.int64]) -> None:
    numbers = np.arange(len(y)) // 2
    names = np.array([f"artist {number:02}" for number in numbers])

    folds = make_folds(y, names, n_splits=3)

    assert bytes_of(folds) == bytes_of(make_folds(y, numbers, n_splits=3))
    for fold in folds:
        assert not set(names[fold.train]) & set(names[fold.test])


def test_same_seed_same_folds(y: NDArray[np.int64]) -> None:
    groups = np.arange(len(y)) // 2
    for given_groups in (None, groups):
        once = make_folds(y, given_groups, n_repeats=3, seed=5)

        assert bytes_of(once) == bytes_of(make_folds(y, given_groups, n_repeats=3, seed=5))
        assert bytes_of(once) != bytes_of(make_folds(y, given_groups, n_repeats=3, seed=6))


def test_repeats_differ_and_do_not_depend_on_their_number(y: NDArray[np.int64]) -> None:
    three = make_folds(y, n_repeats=3, seed=5)

    assert bytes_of(three[:5]) == bytes_of(make_folds(y, n_repeats=1, seed=5))
    assert len({bytes_of(three[i : i + 5]) for i in (0, 5, 10)}) == 3


def test_class_smaller_than_the_folds() -> None:
    with pytest.raises(CollectionError) as caught:
        make_folds([0] * 9 + [1] * 3, n_splits=5, classes=["acoustic", "electronic"])

    assert str(caught.value) == (
        "class electronic (3 tracks): fewer tracks than the 5 folds (use --folds 3, or add tracks)"
    )


def test_every_small_class_is_named() -> None:
    with pytest.raises(CollectionError, match=r"classes a \(4 tracks\), c \(2 tracks\).*folds 2"):
        make_folds([0] * 4 + [1] * 9 + [2] * 2, n_splits=5, classes=["a", "b", "c"])


def test_one_track_allows_no_folds() -> None:
    with pytest.raises(CollectionError, match=r"class happy \(1 track\).*leave the class out"):
        make_folds(["happy"] + ["sad"] * 9, n_splits=2)


def test_class_that_lost_all_its_tracks() -> None:
    with pytest.raises(CollectionError, match=r"class jazz \(0 tracks\)"):
        make_folds([1] * 9 + [2] * 9, n_splits=2, classes=["jazz", "pop", "rock"])


def test_class_with_fewer_groups_than_folds() -> None:
    y, groups = [0] * 10 + [1] * 10, [*range(10), *[0, 1] * 5]

    with pytest.raises(CollectionError, match=r"class 1 \(2 groups\).*--folds 2") as caught:
        make_folds(y, groups, n_splits=5)

    assert "other groups" in caught.value.remedy
    with pytest.raises(CollectionError, match=r"class 1 \(1 group\).*remove the group column"):
        make_folds(y, [*range(10), *[0] * 10], n_splits=5)


@pytest.mark.parametrize(("n_splits", "n_repeats"), [(1, 1), (5, 0)])
def test_too_few_folds_or_repeats(y: NDArray[np.int64], n_splits: int, n_repeats: int) -> None:
    with pytest.raises(OptionError, match="--folds and --repeats"):
        make_folds(y, n_splits=n_splits, n_repeats=n_repeats)
