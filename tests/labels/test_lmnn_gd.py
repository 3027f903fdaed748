"""metric-learn's gradient descent, step by step."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from essentia_ldl.labels import _lmnn_gd, _metric_learn
from essentia_ldl.labels._lmnn_problem import Problem
from tests.labels.lmnn_problems import a_problem, classes_apart


@pytest.fixture(autouse=True)
def one_blas_thread() -> Iterator[None]:
    """As `LMNN.fit` has it."""
    with threadpool_limits(1, "blas"):
        yield


@pytest.mark.parametrize(
    ("n", "d", "n_classes", "n_components", "options"),
    [
        (120, 10, 3, 6, {}),
        (120, 10, 3, 6, {"push_weight": 0.3, "n_neighbors": 2}),
        (300, 25, 2, 10, {"learn_rate": 1e-4}),
        (48, 195, 10, 64, {"max_iter": 60}),
        # Steps that overshoot at first.
        (90, 8, 3, 8, {"learn_rate": 1e-2}),
        (90, 8, 3, 8, {"max_iter": 70}),
        (90, 8, 3, 8, {"tol": 50.0}),
    ],
)
def test_follows_metric_learn_and_stops_where_it_does(
    n: int, d: int, n_classes: int, n_components: int, options: dict[str, float]
) -> None:
    problem = a_problem(classes_apart(n, d, n_classes, seed=n), n_components, **options)
    if problem.max_iter is None:
        problem = replace(problem, max_iter=400)
    ours, theirs = _lmnn_gd.solve(problem), _metric_learn.solve(problem)
    assert len(ours.trace) == len(theirs.trace)
    np.testing.assert_allclose(ours.trace, theirs.trace, rtol=1e-6)
    np.testing.assert_allclose(
        ours.components, theirs.components, atol=1e-6 * abs(theirs.components).max()
    )
    assert bool(ours.shortfall) == bool(theirs.shortfall)


def test_follows_metric_learn_over_many_steps() -> None:
    problem = a_problem(classes_apart(200, 12, 4), 8)
    ours, theirs = _lmnn_gd.solve(problem), _metric_learn.solve(problem)
    assert len(ours.trace) == len(theirs.trace) > 400
    np.testing.assert_allclose(ours.trace, theirs.trace, rtol=1e-6)
    assert not ours.shortfall


@pytest.mark.parametrize("max_iter", [1, 2, 3])
def test_hardly_any_iteration(max_iter: int) -> None:
    problem = a_problem(classes_apart(40, 5, 2), 3, max_iter=max_iter)
    solution = _lmnn_gd.solve(problem)
    assert len(solution.trace) == max(1, max_iter - 1)
    assert f"max_iter={max_iter}" in solution.shortfall


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_learning_rate_beyond_all_bounds_is_halved_until_it_serves(dtype: str) -> None:
    problem = a_problem(
        classes_apart(40, 5, 2), 3, learn_rate=1e300, max_iter=2000, tol=1e-3, dtype=dtype
    )
    solution = _lmnn_gd.solve(problem)
    assert np.isfinite(solution.components).all()
    assert solution.trace[-1] < solution.trace[0]


def test_input_is_not_written_to() -> None:
    problem = a_problem(classes_apart(40, 5, 2), 3, max_iter=20)
    X, y, start = problem.X.copy(), problem.y.copy(), problem.start.copy()
    _lmnn_gd.solve(problem)
    for kept, now in ((X, problem.X), (y, problem.y), (start, problem.start)):
        np.testing.assert_array_equal(kept, now)


def test_default_is_the_paper_s_and_metric_learn_s() -> None:
    def limits(module: object) -> tuple[int, float]:
        return module.MAX_ITER, module.TOL  # type: ignore[attr-defined]

    assert limits(_lmnn_gd) == limits(_metric_learn) == (10000, 1e-3)
    assert isinstance(a_problem(classes_apart(8, 2, 2), 2), Problem)
