"""Problems in the form that solvers compute with."""

import metric_learn
import numpy as np
import pytest
from numpy.typing import NDArray

from essentia_ldl.labels import _lmnn_preparation
from essentia_ldl.labels._lmnn_preparation import prepare, target_neighbors
from tests.labels.lmnn_problems import Array, a_problem, classes_apart


def metric_learn_s_targets(X: Array, y: NDArray[np.int_], k: int) -> NDArray[np.int_]:
    learner = metric_learn.LMNN(n_neighbors=k)
    learner.labels_ = np.unique(y)
    return np.asarray(learner._select_targets(X, y))


@pytest.mark.parametrize("kind", ["random", "whole numbers"])
@pytest.mark.parametrize("k", [1, 4])
def test_target_neighbours_are_metric_learn_s(k: int, kind: str) -> None:
    X, y = classes_apart(120, 3, 4)
    y = np.sort(y)
    if kind == "whole numbers":  # with many points at equal distances
        X = X.round()
    ends = np.searchsorted(y, y, side="right").astype(np.int64)
    targets = target_neighbors(X, ends, k)
    np.testing.assert_array_equal(targets, metric_learn_s_targets(X, y, k))


@pytest.mark.parametrize("block", [1, 100, 1000])
def test_blocks_do_not_change_target_neighbours(
    block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    X, y = classes_apart(90, 4, 2)
    ends = np.searchsorted(np.sort(y), np.sort(y), side="right").astype(np.int64)
    expected = target_neighbors(X, ends, 3)
    monkeypatch.setattr(_lmnn_preparation, "_BLOCK", block)
    np.testing.assert_array_equal(target_neighbors(X, ends, 3), expected)


@pytest.mark.parametrize(("n", "d"), [(40, 6), (20, 50), (20, 20)])
def test_distances_stay_as_they_were(n: int, d: int) -> None:
    X, y = classes_apart(n, d, 3)
    problem = a_problem((X + 100, y), 4)
    prepared = prepare(problem)
    assert prepared.X.shape == (n, min(n, d))
    order = np.argsort(y, kind="stable")
    np.testing.assert_allclose(
        np.linalg.norm(prepared.X[:, None] - prepared.X, axis=-1),
        np.linalg.norm(X[order][:, None] - X[order], axis=-1),
        atol=1e-9,
    )
    np.testing.assert_allclose(prepared.X.mean(axis=0), 0, atol=1e-9)
    mapped, centred = prepared.X @ prepared.start.T, (X - X.mean(axis=0))[order]
    np.testing.assert_allclose(mapped, centred @ problem.start.T, atol=1e-9)


@pytest.mark.parametrize(("n", "d"), [(40, 6), (20, 50)])
def test_maps_come_back_to_the_features(n: int, d: int) -> None:
    X, y = classes_apart(n, d, 3)
    problem = a_problem((X, y), 4)
    prepared = prepare(problem)
    np.testing.assert_allclose(prepared.of_features(prepared.start), problem.start, atol=1e-12)
    np.testing.assert_allclose(
        prepared.of_features(0.1 * prepared.start, scale=0.1), 0.1 * problem.start, atol=1e-12
    )
    # As gradients do, differences between maps lie in what the points span.
    L = prepared.start + np.random.default_rng(0).normal(size=(4, n)) @ prepared.X
    mapped = X @ prepared.of_features(L).T
    order = np.argsort(y, kind="stable")
    np.testing.assert_allclose((mapped - mapped.mean(axis=0))[order], prepared.X @ L.T, atol=1e-9)
    # Directions in which the points do not differ are mapped as they were.
    unseen = np.linalg.svd(X - X.mean(axis=0))[2][n - 1 :] if n < d else np.empty((0, d))
    np.testing.assert_allclose(
        prepared.of_features(L) @ unseen.T, problem.start @ unseen.T, atol=1e-9
    )
