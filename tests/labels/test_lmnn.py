"""Large margin nearest neighbour."""

import warnings
from typing import Any

import metric_learn
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.neighbors import KNeighborsClassifier
from threadpoolctl import threadpool_info, threadpool_limits

from essentia_ldl.labels import LMNN, LabelWarning, lmnn
from essentia_ldl.labels._lmnn_problem import Problem, Solution
from essentia_ldl.labels._metric_learn import bridge_scikit_learn

Data = tuple[NDArray[np.float64], NDArray[np.int_]]


def classes_apart(n: int, d: int, n_classes: int, *, apart: float = 1.0, seed: int = 0) -> Data:
    """Return overlapping Gaussian classes."""
    rng = np.random.default_rng(seed)
    y = np.arange(n) % n_classes
    return rng.normal(size=(n_classes, d))[y] * apart + rng.normal(size=(n, d)), y


def objective(L: NDArray[np.float64], data: Data, k: int, push_weight: float) -> float:
    """LMNN's objective, from its definition."""
    X, y = data
    originally = ((X[:, None] - X[None]) ** 2).sum(-1)
    mapped = (((X @ L.T)[:, None] - (X @ L.T)[None]) ** 2).sum(-1)
    pull = push = 0.0
    for i in range(len(X)):
        own = np.flatnonzero((y == y[i]) & (np.arange(len(X)) != i))
        for j in own[np.argsort(originally[i, own])[:k]]:
            pull += mapped[i, j]
            push += np.maximum(0, 1 + mapped[i, j] - mapped[i, y != y[i]]).sum()
    return (1 - push_weight) * pull + push_weight * push


@pytest.mark.parametrize(
    ("n_components", "push_weight", "init"),
    [(2, 0.5, "auto"), (6, 0.5, "auto"), (None, 0.5, "auto"), (4, 0.25, "random")],
)
def test_equals_metric_learn(n_components: int | None, push_weight: float, init: str) -> None:
    X, y = classes_apart(60, 8, 3)
    ours = LMNN(n_components, push_weight=push_weight, init=init, max_iter=150, random_state=1).fit(
        X, y
    )
    bridge_scikit_learn()
    theirs = metric_learn.LMNN(
        n_components=n_components,
        regularization=1 - push_weight,
        init=init,
        max_iter=150,
        random_state=1,
    )
    with threadpool_limits(1, "blas"):
        theirs.fit(X, y)
    np.testing.assert_array_equal(ours.components_, theirs.components_)
    assert ours.n_iter_ == theirs.n_iter_
    np.testing.assert_array_equal(ours.transform(X), theirs.transform(X))


@pytest.mark.parametrize("push_weight", [0.2, 0.5, 1.0])
def test_objective_is_the_definition_s_and_falls(push_weight: float) -> None:
    data = classes_apart(45, 5, 3)
    learned = LMNN(4, push_weight=push_weight, max_iter=100).fit(*data)
    at_start = LMNN(4, push_weight=push_weight, max_iter=1).fit(*data)
    assert learned.objective_ == pytest.approx(
        objective(learned.components_, data, 3, push_weight), rel=1e-9
    )
    assert learned.objective_ < at_start.objective_


def test_a_fold_smaller_than_its_dimensions() -> None:
    X, y = classes_apart(48, 195, 10)
    learned = LMNN(64, max_iter=60, random_state=0).fit(X, y)
    assert learned.components_.shape == (64, 195)
    assert np.isfinite(learned.components_).all()


def test_mahalanobis_interface() -> None:
    X, y = classes_apart(30, 5, 2)
    learned = LMNN(3, max_iter=60).fit(X, y)
    L = learned.components_
    pairs = np.stack([X[:6], X[6:12]], axis=1)
    apart = np.linalg.norm((X[:6] - X[6:12]) @ L.T, axis=1)
    np.testing.assert_allclose(learned.pair_distance(pairs), apart)
    np.testing.assert_allclose(learned.pair_score(pairs), -apart)
    np.testing.assert_allclose(learned.get_mahalanobis_matrix(), L.T @ L)
    np.testing.assert_allclose(learned.transform(X), X @ L.T)
    metric = learned.get_metric()
    assert metric(X[0], X[6]) == pytest.approx(apart[0])
    assert list(learned.get_feature_names_out()) == ["lmnn0", "lmnn1", "lmnn2"]
    by_metric = KNeighborsClassifier(1, metric=metric).fit(X, y).kneighbors(X[:3], 2)[1]
    by_map = KNeighborsClassifier(1).fit(X @ L.T, y).kneighbors(X[:3] @ L.T, 2)[1]
    np.testing.assert_array_equal(by_metric, by_map)


@pytest.mark.parametrize("shape", [(3, 5), (3, 3, 5), (3, 2, 4)])
def test_pairs_of_another_shape_are_refused(shape: tuple[int, ...]) -> None:
    learned = LMNN(max_iter=2).fit(*classes_apart(12, 5, 2))
    with pytest.raises(ValueError, match=r"\(n_pairs, 2, 5\)"):
        learned.pair_distance(np.zeros(shape))


class TestNothingToOptimise:
    def test_one_class_gives_the_initial_map(self) -> None:
        X, _ = classes_apart(12, 4, 2)
        learned = LMNN(2, init="identity").fit(X, ["a"] * 12)
        np.testing.assert_array_equal(learned.components_, np.eye(2, 4))
        assert learned.n_iter_ == 0
        assert np.isnan(learned.objective_)
        assert learned.n_neighbors_ == 3

    @pytest.mark.parametrize("n_components", [2, 4])
    def test_classes_of_one_point_each_too(self, n_components: int) -> None:
        X, _ = classes_apart(4, 4, 2)
        with pytest.warns(LabelWarning, match="left out"):
            learned = LMNN(n_components).fit(X, ["a", "b", "c", "d"])
        assert learned.components_.shape == (n_components, 4)
        assert learned.n_iter_ == learned.n_neighbors_ == 0

    def test_without_impostors_the_result_is_metric_learn_s(self) -> None:
        X, y = classes_apart(30, 3, 2)
        X = X + 1000 * y[:, None]
        learned = LMNN(init="identity", max_iter=80).fit(X, y)
        bridge_scikit_learn()
        with threadpool_limits(1, "blas"):
            theirs = metric_learn.LMNN(init="identity", max_iter=80).fit(X, y)
        np.testing.assert_array_equal(learned.components_, theirs.components_)


class TestSmallClasses:
    def test_neighbours_are_clipped_to_the_smallest_class(self) -> None:
        X, _ = classes_apart(23, 4, 2)
        y = np.repeat([0, 1], [20, 3])
        # A class of exactly k points would pick each point as its own target in metric-learn.
        with pytest.warns(LabelWarning, match="n_neighbors=3 .* 2 are used"):
            learned = LMNN(max_iter=60).fit(X, y)
        assert learned.n_neighbors_ == 2
        np.testing.assert_array_equal(
            learned.components_, LMNN(n_neighbors=2, max_iter=60).fit(X, y).components_
        )

    def test_enough_points_are_silent(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert LMNN(max_iter=3).fit(*classes_apart(8, 3, 2)).n_neighbors_ == 3

    def test_a_class_of_one_point_is_left_out(self) -> None:
        X, y = classes_apart(30, 4, 2)
        with pytest.warns(LabelWarning, match=r"left out: \[7\]"):
            learned = LMNN(max_iter=60).fit(np.vstack([X, X[:1] + 9]), [*y, 7])
        np.testing.assert_array_equal(learned.components_, LMNN(max_iter=60).fit(X, y).components_)


@pytest.mark.parametrize("n_components", [1, 2, 4, None])
@pytest.mark.parametrize("kind", ["duplicates", "constant feature", "all the same"])
def test_degenerate_features_are_fine(kind: str, n_components: int | None) -> None:
    X, y = classes_apart(24, 5, 3)
    if kind == "duplicates":
        X = np.repeat(X[:4], 6, axis=0)
    elif kind == "constant feature":
        X[:, 2] = 0.1
    else:
        X[:] = 0.1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # PCA's explained variance of nothing
        learned = LMNN(n_components, max_iter=60).fit(X, y)
    assert learned.components_.shape == (n_components or 5, 5)
    assert np.isfinite(learned.components_).all()


@settings(max_examples=25)
@given(
    n=st.integers(2, 20),
    d=st.integers(1, 5),
    n_classes=st.integers(1, 5),
    seed=st.integers(0, 1000),
)
@pytest.mark.filterwarnings("ignore::essentia_ldl.labels.LabelWarning")
def test_any_labels_give_a_finite_map_and_keep_the_inputs(
    n: int, d: int, n_classes: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(n, d)), rng.integers(0, n_classes, n)
    X_before, y_before = X.copy(), y.copy()
    learned = LMNN(max_iter=20, random_state=0).fit(X, y)
    assert np.isfinite(learned.components_).all()
    np.testing.assert_array_equal(X, X_before)
    np.testing.assert_array_equal(y, y_before)


def test_an_initial_array_is_used_and_kept() -> None:
    X, y = classes_apart(20, 4, 2)
    init = np.arange(8.0).reshape(2, 4) / 8
    learned = LMNN(2, init=init, max_iter=60).fit(X, y)
    np.testing.assert_array_equal(init, np.arange(8.0).reshape(2, 4) / 8)
    as_list = LMNN(2, init=init.tolist(), max_iter=60).fit(X, y)
    np.testing.assert_array_equal(learned.components_, as_list.components_)


def test_the_same_seed_gives_the_same_map() -> None:
    X, y = classes_apart(30, 6, 2)
    learner = LMNN(4, init="random", max_iter=40, random_state=5)
    first, second = clone(learner).fit(X, y), clone(learner).fit(X, y)
    assert first.components_.tobytes() == second.components_.tobytes()
    other = clone(learner).set_params(random_state=6).fit(X, y)
    assert not np.array_equal(first.components_, other.components_)


def test_blas_runs_on_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    solve = lmnn.SOLVERS["metric-learn"]
    threads: list[int] = []

    def observed(problem: Problem) -> Solution:
        pools = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
        threads.extend(pool["num_threads"] for pool in pools)
        return solve(problem)

    monkeypatch.setattr(lmnn, "SOLVERS", {"metric-learn": observed})
    before = threadpool_info()
    LMNN(max_iter=3).fit(*classes_apart(12, 3, 2))
    assert threads
    assert set(threads) == {1}
    assert threadpool_info() == before


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"n_components": 6}, "n_components=6 exceeds the 5 features"),
        ({"n_components": 0}, "n_components"),
        ({"n_neighbors": 0}, "n_neighbors"),
        ({"push_weight": 0.0}, "push_weight"),
        ({"push_weight": 1.5}, "push_weight"),
        ({"solver": "newton"}, "solver"),
        ({"init": "zeros"}, "init"),
        ({"init": np.eye(3)}, "init"),
        ({"learn_rate": 0.0}, "learn_rate"),
        ({"max_iter": 0}, "max_iter"),
    ],
)
def test_refuses_bad_parameters(options: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        LMNN(**options).fit(*classes_apart(20, 5, 2))


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_refuses_features_that_are_not_finite(value: float) -> None:
    X, y = classes_apart(20, 5, 2)
    X[3, 1] = value
    with pytest.raises(ValueError, match=r"NaN|infinity"):
        LMNN().fit(X, y)
