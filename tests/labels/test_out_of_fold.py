"""Enhancers whose distributions come from a map that has not seen the sample."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from essentia_ldl.labels import (
    LMNN,
    CrossFitted,
    KNNSmoothing,
    LabelWarning,
    OutOfFoldTeacher,
    memorisation_check,
)


class Rote(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Knows the label of what it has seen, and takes all else for the first class."""

    def fit(self, X: np.ndarray, y: np.ndarray) -> "Rote":
        self.classes_ = np.unique(y)
        self._known = {row.tobytes(): label for row, label in zip(X, y, strict=True)}
        return self

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        labels = [self._known.get(row.tobytes(), self.classes_[0]) for row in X]
        return np.eye(len(self.classes_))[np.searchsorted(self.classes_, labels)]


def test_the_teacher_has_not_seen_the_sample(rng: np.random.Generator) -> None:
    X, y = rng.normal(size=(40, 3)), np.repeat(["jazz", "rock"], 20)
    distributions = OutOfFoldTeacher(Rote(), random_state=0).fit_transform(X, y)
    np.testing.assert_array_equal(distributions, np.tile([1.0, 0.0], (40, 1)))


@pytest.mark.parametrize("kind", [OutOfFoldTeacher, CrossFitted])
def test_groups_stay_together(rng: np.random.Generator, kind: type) -> None:
    # A group's samples are one point: with any of them, its label is known.
    groups = np.repeat(np.arange(20), 3)
    X = rng.normal(size=(20, 3))[groups]
    y = rng.permutation(np.repeat(["jazz", "rock"], 10))[groups]
    enhancer = kind(KNNSmoothing(2), random_state=0) if kind is CrossFitted else kind(Rote())
    own = np.searchsorted(["jazz", "rock"], y)
    together = enhancer.fit_transform(X, y, groups)[np.arange(60), own].mean()
    apart = clone(enhancer).fit_transform(X, y)[np.arange(60), own].mean()
    assert apart > 0.85
    assert together < 0.7


def test_repeats_are_averaged(rng: np.random.Generator) -> None:
    X, y = rng.normal(size=(30, 3)), rng.choice(["jazz", "rock"], 30)
    state = np.random.RandomState(0)
    single = [OutOfFoldTeacher(random_state=state).fit_transform(X, y) for _ in range(3)]
    repeated = OutOfFoldTeacher(n_repeats=3, random_state=np.random.RandomState(0))
    np.testing.assert_allclose(repeated.fit_transform(X, y), np.mean(single, axis=0))


def test_small_classes_get_fewer_parts_and_a_word(rng: np.random.Generator) -> None:
    X, y = rng.normal(size=(13, 2)), ["jazz"] * 10 + ["rock"] * 3
    with pytest.warns(LabelWarning, match=r"n_splits=5 .* \(3\); 3 are made"):
        OutOfFoldTeacher(random_state=0).fit(X, y)
    with pytest.warns(LabelWarning, match=r"there are groups \(4\)"):
        OutOfFoldTeacher(random_state=0).fit(X, y, groups=np.arange(13) % 4)


@pytest.mark.parametrize(
    ("y", "groups", "said"),
    [
        (["jazz", "jazz", "rock", "rock"], [0, 0, 0, 0], "are one group"),
        (["jazz", "rock", "pop", "soul"], None, "no class has two samples"),
        (["jazz", "jazz", "rock", "rock"], [0, 1], "inconsistent numbers"),
    ],
)
def test_what_cannot_be_split_is_refused(y: list[str], groups: list[int] | None, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        OutOfFoldTeacher(random_state=0).fit([[0.0], [1.0], [2.0], [3.0]], y, groups)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_lmnn_by_heart_is_flagged_and_cross_fitted_is_not(rng: np.random.Generator) -> None:
    X, y = rng.normal(size=(120, 60)), np.repeat(["happy", "sad"], 60)  # nothing to be learned
    space = make_pipeline(StandardScaler(), LMNN(16, solver="gd", random_state=0))
    smoothing = KNNSmoothing(10, transformer=space)
    in_sample = memorisation_check(smoothing, X, y, n_permutations=1)
    assert in_sample.flagged
    assert in_sample.permuted > 0.7
    cross_fitted = memorisation_check(CrossFitted(smoothing, random_state=0), X, y)
    assert not cross_fitted.flagged
    assert abs(cross_fitted.permuted - 0.5) < 0.1
    assert not memorisation_check(KNNSmoothing(10), X, y).flagged


def test_one_class_cannot_be_checked() -> None:
    with pytest.raises(ValueError, match="one class"):
        memorisation_check(KNNSmoothing(1), [[0.0], [1.0]], ["jazz", "jazz"])
