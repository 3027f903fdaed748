"""Which points LMNN's triplets are made of where labels may be wrong."""

import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import cdist
from scipy.stats import binom

from essentia_ldl.labels import LMNN, LabelWarning
from essentia_ldl.labels._lmnn_selection import inliers
from tests.labels.lmnn_problems import classes_apart

SOLVERS = ["lbfgs", "gd", "metric-learn"]


@given(st.integers(0, 2**32 - 1), st.integers(2, 40), st.integers(1, 4), st.integers(1, 5))
def test_the_rule_is_the_documented_one(
    seed: int, n_points: int, n_classes: int, fewest: int
) -> None:
    rng = np.random.default_rng(seed)
    X, codes = rng.normal(size=(n_points, 2)), rng.integers(0, n_classes, n_points)
    found = inliers(X, codes, fewest)
    k = min(10, n_points - 1)
    distances = cdist(X, X)
    np.fill_diagonal(distances, np.inf)
    expected = []
    for row, code in zip(distances, codes, strict=True):
        near = np.bincount(codes[np.argsort(row)[:k]], minlength=n_classes)
        own, rival = near[code], max(np.delete(near, code), default=0)
        beyond_chance = own * (n_points - 1) > k * (np.sum(codes == code) - 1)
        expected.append(beyond_chance and binom.cdf(own, own + rival, 0.5) >= 0.1)
    borne_out = np.array(expected)
    for code in range(n_classes):
        few = np.count_nonzero(borne_out[codes == code]) < fewest
        np.testing.assert_array_equal(found[codes == code], few | borne_out[codes == code])


def flipped(n_wrong: int, seed: int = 0) -> tuple[Any, Any, Any]:
    """Three classes apart; the first points of each have another's label."""
    rng = np.random.default_rng(seed)
    y = np.repeat([0, 1, 2], 40)
    X = rng.normal(size=(120, 6)) + 2.5 * np.eye(6)[y] * 2
    wrong = np.arange(120) % 40 < n_wrong
    return X, np.where(wrong, (y + 1) % 3, y), wrong


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("solver", SOLVERS)
def test_robust_learns_what_nearest_learns_of_the_points_kept(solver: str) -> None:
    X, y, wrong = flipped(8)
    robust = LMNN(3, target_neighbors="robust", solver=solver, max_iter=30).fit(X, y)
    assert robust.inlier_mask_[~wrong].mean() > 0.95
    assert robust.inlier_mask_[wrong].mean() < 0.1
    kept = robust.inlier_mask_
    nearest = LMNN(3, solver=solver, max_iter=30).fit(X[kept], y[kept])
    assert robust.components_.tobytes() == nearest.components_.tobytes()
    assert robust.objective_trace_.tobytes() == nearest.objective_trace_.tobytes()


def test_nearest_takes_every_point() -> None:
    X, y, _ = flipped(8)
    learned = LMNN(3, max_iter=5, tol=10).fit(X, y)
    assert learned.inlier_mask_.all()
    assert learned.inlier_mask_.shape == (120,)


def test_robust_and_whitened_chooses_among_whitened_points() -> None:
    X, y, wrong = flipped(8)
    stretched = X * [1, 1, 1, 1000, 1, 1]
    assert LMNN(3, target_neighbors="robust").fit(stretched, y).inlier_mask_[~wrong].mean() < 0.8
    whitened = LMNN(3, target_neighbors="robust", whiten=True).fit(stretched, y)
    assert whitened.inlier_mask_[~wrong].mean() > 0.95


def test_every_class_keeps_target_neighbours() -> None:
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(60, 4)), np.repeat([0, 1, 2], [50, 7, 3])
    with pytest.warns(LabelWarning, match="2 are used"):
        learned = LMNN(2, target_neighbors="robust").fit(X, y)
    assert min(np.bincount(y[learned.inlier_mask_])) > learned.n_neighbors_ == 2


def test_classes_apart_lose_nothing() -> None:
    data = classes_apart(60, 5, 3)
    apart = data[0] + 100 * np.eye(5)[np.unique(data[1], return_inverse=True)[1]]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        robust = LMNN(3, target_neighbors="robust").fit(apart, data[1])
    assert robust.inlier_mask_.all()
    nearest = LMNN(3).fit(apart, data[1])
    assert robust.components_.tobytes() == nearest.components_.tobytes()


def test_other_rules_are_refused() -> None:
    with pytest.raises(ValueError, match="target_neighbors"):
        LMNN(target_neighbors="farthest").fit([[0.0], [1.0]], [0, 1])
