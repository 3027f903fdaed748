"""Large margin nearest neighbour."""

import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.neighbors import KNeighborsClassifier
from threadpoolctl import threadpool_info

from essentia_ldl.labels import LMNN, LabelWarning, lmnn
from essentia_ldl.labels._lmnn_problem import Problem, Solution
from essentia_ldl.labels._lmnn_whitening import whitening_map
from tests.labels.lmnn_problems import classes_apart, objective

SOLVERS = ["lbfgs", "gd", "metric-learn"]
OWN_SOLVERS = ["lbfgs", "gd"]


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("push_weight", [0.2, 0.5, 1.0])
def test_objective_is_the_definition_s_and_falls(push_weight: float, solver: str) -> None:
    data = classes_apart(45, 5, 3)
    learned = LMNN(4, push_weight=push_weight, solver=solver).fit(*data)
    assert learned.objective_ == pytest.approx(
        objective(learned.components_, data, 3, push_weight), rel=1e-9
    )
    assert learned.objective_trace_[-1] == learned.objective_ < learned.objective_trace_[0]
    assert (np.diff(learned.objective_trace_) <= 0).all()
    assert learned.n_iter_ == len(learned.objective_trace_)


@pytest.mark.parametrize("solver", OWN_SOLVERS)
def test_a_fold_smaller_than_its_dimensions(solver: str) -> None:
    data = classes_apart(48, 195, 10)
    learned = LMNN(64, solver=solver, random_state=0).fit(*data)
    assert learned.components_.shape == (64, 195)
    assert learned.objective_ == pytest.approx(
        objective(learned.components_, data, 3, 0.5), rel=1e-9, abs=1e-9
    )


@pytest.mark.parametrize("solver", SOLVERS)
def test_max_iter_ends_with_a_warning_that_says_how_far_it_came(solver: str) -> None:
    data = classes_apart(60, 6, 3)
    with pytest.warns(ConvergenceWarning, match=r"max_iter=4 .* objective by \d.*tol="):
        learned = LMNN(solver=solver, max_iter=4).fit(*data)
    assert learned.n_iter_ == (4 if solver == "lbfgs" else 3)
    with pytest.warns(ConvergenceWarning, match="objective by nan"):
        at_start = LMNN(solver=solver, max_iter=1, init="identity").fit(*data)
    assert at_start.n_iter_ == 1
    scale = at_start.components_[0, 0]
    np.testing.assert_allclose(at_start.components_, scale * np.eye(6), atol=1e-12)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        LMNN(solver=solver).fit(*data)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("solver", OWN_SOLVERS)
def test_single_precision_and_threads(solver: str) -> None:
    data = classes_apart(2100, 6, 3)
    learner = LMNN(3, solver=solver, max_iter=20, tol=0.0)
    one, two = clone(learner).fit(*data), clone(learner).set_params(n_jobs=2).fit(*data)
    assert one.components_.tobytes() == two.components_.tobytes()
    single = clone(learner).set_params(dtype=np.float32).fit(*data)
    assert single.components_.dtype == np.float64
    np.testing.assert_allclose(single.objective_trace_[0], one.objective_trace_[0], rtol=1e-6)
    assert single.objective_ == pytest.approx(one.objective_, rel=1e-3)


def test_all_but_so_many_cores_are_at_least_one() -> None:
    data = classes_apart(30, 3, 2)
    expected = LMNN().fit(*data).components_
    for n_jobs in (-1, -1000):
        np.testing.assert_array_equal(LMNN(n_jobs=n_jobs).fit(*data).components_, expected)


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int64])
def test_any_layout_and_type_of_features(dtype: type, order: Any) -> None:
    X, y = classes_apart(60, 6, 3)
    X = np.asarray(10 * X, dtype=dtype, order=order)
    expected = LMNN(3).fit(X.astype(np.float64, order="C"), y).components_
    np.testing.assert_array_equal(LMNN(3).fit(X, y).components_, expected)
    padded = np.repeat(np.repeat(X, 2, axis=0), 3, axis=1)[::2, ::3]
    np.testing.assert_array_equal(LMNN(3).fit(padded, y[:, None].ravel()).components_, expected)


@pytest.mark.parametrize("solver", OWN_SOLVERS)
def test_rows_may_come_in_any_order(solver: str) -> None:
    X, y = classes_apart(30, 4, 3)
    shuffled = np.random.default_rng(1).permutation(30)
    learner = LMNN(init="identity", solver=solver)
    np.testing.assert_allclose(
        clone(learner).fit(X[shuffled], y[shuffled]).objective_trace_[:10],
        clone(learner).fit(X, y).objective_trace_[:10],
    )


class TestWhitening:
    def test_is_folded_into_the_map(self) -> None:
        X, y = classes_apart(60, 4, 3)
        learned = LMNN(3, whiten=True).fit(X, y)
        whitening = whitening_map(X)
        of_whitened = LMNN(3).fit((X - X.mean(axis=0)) @ whitening.T, y)
        np.testing.assert_allclose(learned.components_, of_whitened.components_ @ whitening)
        assert learned.objective_ == of_whitened.objective_

    @pytest.mark.parametrize("solver", OWN_SOLVERS)
    def test_makes_the_features_scales_irrelevant(self, solver: str) -> None:
        X, y = classes_apart(60, 4, 3)
        scales = np.array([1, 10, 0.01, 300])
        learner = LMNN(whiten=True, init="identity", solver=solver, tol=0.1)
        plain, scaled = clone(learner).fit(X, y), clone(learner).fit(X * scales, y)
        pairs = np.stack([X[:20], X[20:40]], axis=1)
        np.testing.assert_allclose(
            scaled.pair_distance(pairs * scales), plain.pair_distance(pairs), rtol=1e-6
        )

    def test_of_fewer_points_than_features_warns(self) -> None:
        X, y = classes_apart(20, 30, 2)
        with pytest.warns(LabelWarning, match="20 points .* 30 dimensions"):
            learned = LMNN(25, whiten=True, init="identity").fit(X, y)
        assert learned.components_.shape == (25, 30)
        assert np.isfinite(learned.components_).all()


class TestVerbose:
    @pytest.mark.parametrize("solver", OWN_SOLVERS)
    def test_prints_iterations_and_times(
        self, solver: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        LMNN(solver=solver, verbose=True).fit(*classes_apart(30, 4, 2))
        first, *lines, last = capsys.readouterr().out.splitlines()
        assert "time left at most" in first
        assert all(len(line.split()) == 7 and line.endswith("s") for line in lines)
        assert "LMNN converged with objective" in last

    def test_is_silent_otherwise(self, capsys: pytest.CaptureFixture[str]) -> None:
        for solver in SOLVERS:
            LMNN(solver=solver).fit(*classes_apart(30, 4, 2))
        assert capsys.readouterr().out == ""


def test_preprocessor_makes_points_of_indicators() -> None:
    X, y = classes_apart(30, 4, 2)
    rows = np.arange(30)
    of_points, of_rows = LMNN(3).fit(X, y), LMNN(3, preprocessor=X).fit(rows, y)
    np.testing.assert_array_equal(of_rows.components_, of_points.components_)
    np.testing.assert_array_equal(of_rows.transform(rows), of_points.transform(X))
    pairs = np.array([[0, 3], [7, 2]])
    np.testing.assert_array_equal(of_rows.pair_distance(pairs), of_points.pair_distance(X[pairs]))


def test_mahalanobis_interface() -> None:
    X, y = classes_apart(30, 5, 2)
    learned = LMNN(3).fit(X, y)
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


@pytest.mark.parametrize(
    ("shape", "reason"),
    [
        ((3, 5), "3D array of formed tuples expected by LMNN"),
        ((3, 3, 5), "Tuples of 2 element"),
        ((3, 2, 4), r"\(n_pairs, 2, 5\)"),
    ],
)
def test_pairs_of_another_shape_are_refused(shape: tuple[int, ...], reason: str) -> None:
    learned = LMNN().fit(*classes_apart(12, 5, 2))
    with pytest.raises(ValueError, match=reason):
        learned.pair_distance(np.zeros(shape))


def test_needs_to_be_fitted() -> None:
    X, y = classes_apart(12, 5, 2)
    with pytest.raises(NotFittedError):
        LMNN().transform(X)
    with pytest.raises(NotFittedError):
        LMNN().pair_distance(X[None, :2])
    with pytest.raises(NotFittedError):
        LMNN().get_metric()
    refused = LMNN(n_components=9)
    with pytest.raises(ValueError, match="n_components"):
        refused.fit(X, y)
    with pytest.raises(NotFittedError):
        refused.pair_distance(X[None, :2])


def test_the_map_is_there_where_the_warning_is_an_error() -> None:
    learner = LMNN(max_iter=3)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ConvergenceWarning):
            learner.fit(*classes_apart(60, 5, 3))
    assert learner.n_iter_ == 3


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

    @pytest.mark.parametrize("solver", SOLVERS)
    def test_without_impostors_the_pull_term_alone_is_lowered(self, solver: str) -> None:
        X, y = classes_apart(30, 3, 2)
        X = X + 1000 * y[:, None]
        learned = LMNN(init="identity", solver=solver).fit(X, y)
        assert np.isfinite(learned.components_).all()
        assert learned.objective_ < learned.objective_trace_[0]


class TestSmallClasses:
    def test_neighbours_are_clipped_to_the_smallest_class(self) -> None:
        X, _ = classes_apart(23, 4, 2)
        y = np.repeat([0, 1], [20, 3])
        # A class of exactly k points would pick each point as its own target in metric-learn.
        with pytest.warns(LabelWarning, match="n_neighbors=3 .* 2 are used"):
            learned = LMNN().fit(X, y)
        assert learned.n_neighbors_ == 2
        np.testing.assert_array_equal(
            learned.components_, LMNN(n_neighbors=2).fit(X, y).components_
        )

    def test_enough_points_are_silent(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert LMNN().fit(*classes_apart(8, 3, 2)).n_neighbors_ == 3

    def test_a_class_of_one_point_is_left_out(self) -> None:
        X, y = classes_apart(30, 4, 2)
        with pytest.warns(LabelWarning, match=r"left out: \[7\]"):
            learned = LMNN().fit(np.vstack([X, X[:1] + 9]), [*y, 7])
        np.testing.assert_array_equal(learned.components_, LMNN().fit(X, y).components_)


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
        learned = LMNN(n_components).fit(X, y)
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
    learned = LMNN(random_state=0).fit(X, y)
    assert np.isfinite(learned.components_).all()
    np.testing.assert_array_equal(X, X_before)
    np.testing.assert_array_equal(y, y_before)


def test_an_initial_array_is_used_and_kept() -> None:
    X, y = classes_apart(20, 4, 2)
    init = np.arange(8.0).reshape(2, 4) / 8
    learned = LMNN(2, init=init).fit(X, y)
    np.testing.assert_array_equal(init, np.arange(8.0).reshape(2, 4) / 8)
    as_list = LMNN(2, init=init.tolist()).fit(X, y)
    np.testing.assert_array_equal(learned.components_, as_list.components_)


def test_the_same_seed_gives_the_same_map() -> None:
    X, y = classes_apart(30, 6, 2)
    learner = LMNN(4, init="random", random_state=5)
    first, second = clone(learner).fit(X, y), clone(learner).fit(X, y)
    assert first.components_.tobytes() == second.components_.tobytes()
    other = clone(learner).set_params(random_state=6).fit(X, y)
    assert not np.array_equal(first.components_, other.components_)


def test_blas_runs_on_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    solve = lmnn.SOLVERS["lbfgs"]
    threads: list[int] = []

    def observed(problem: Problem) -> Solution:
        pools = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
        threads.extend(pool["num_threads"] for pool in pools)
        return solve(problem)

    monkeypatch.setattr(lmnn, "SOLVERS", {"lbfgs": observed})
    before = threadpool_info()
    LMNN().fit(*classes_apart(12, 3, 2))
    assert threads
    assert set(threads) == {1}
    assert threadpool_info() == before


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"n_components": 6}, r"n_components, must be in \[1, 5\]"),
        ({"n_components": 0}, "n_components"),
        ({"n_neighbors": 0}, "n_neighbors"),
        ({"push_weight": 0.0}, "push_weight"),
        ({"push_weight": 1.5}, "push_weight"),
        ({"solver": "newton"}, "solver"),
        ({"init": "zeros"}, "init"),
        ({"init": np.eye(3)}, "init"),
        ({"learn_rate": 0.0}, "learn_rate"),
        ({"max_iter": 0}, "max_iter"),
        ({"tol": -1.0}, "tol"),
        ({"dtype": "float16"}, "dtype"),
        ({"dtype": np.int64}, "dtype"),
        ({"n_jobs": 0}, "n_jobs"),
        ({"preprocessor": 3}, "preprocessor"),
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


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("solver", ["lbfgs", "gd"])
def test_refuses_features_whose_squares_overflow(solver: str) -> None:
    X, y = classes_apart(20, 5, 2)
    with pytest.raises(ValueError, match="too large for float64; standardise the features"):
        LMNN(2, solver=solver, init="identity").fit(1e160 * X, y)
