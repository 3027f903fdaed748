"""L-BFGS: how low, how soon, and on what."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from essentia_ldl.labels import _lmnn_gd, _lmnn_lbfgs
from tests.labels.lmnn_problems import Data, a_problem, classes_apart, objective


@pytest.fixture(autouse=True)
def one_blas_thread() -> Iterator[None]:
    """As `LMNN.fit` has it."""
    with threadpool_limits(1, "blas"):
        yield


def mfcc_p_like(n: int, n_classes: int) -> Data:
    """Return features as they are: 15 seconds of 13 coefficients, the first one large."""
    rng = np.random.default_rng(0)
    y = np.arange(n) % n_classes
    spread = np.array([80, 43, 25, 16, 17, 12, 11, 10, 8, 7, 6.5, 5.5, 5])
    mean = np.array([-700, 140, -13, 35, -6, 18, -10, 13, -10, 10, -9, 7, -6])
    tracks = 0.5 * rng.normal(size=(n_classes, 13))[y] + rng.normal(size=(n, 13))
    seconds = mean + spread * (tracks[:, None] + 0.5 * rng.normal(size=(n, 15, 13)))
    return seconds.reshape(n, 195), y


@pytest.mark.parametrize(
    ("n", "d", "n_classes", "n_components"),
    [(60, 6, 3, 6), (150, 10, 5, 4), (300, 20, 2, 8), (48, 100, 6, 20)],
)
@pytest.mark.parametrize("push_weight", [0.3, 0.5])
def test_reaches_at_least_metric_learn_s_objective_and_sooner(
    n: int, d: int, n_classes: int, n_components: int, push_weight: float
) -> None:
    data = classes_apart(n, d, n_classes, seed=n)
    problem = a_problem(data, n_components, push_weight=push_weight)
    by_steps, solution = _lmnn_gd.solve(problem), _lmnn_lbfgs.solve(problem)
    assert solution.trace[-1] <= by_steps.trace[-1] * (1 + 1e-4)
    soon = int(np.argmax(solution.trace <= 1.01 * by_steps.trace[-1]))
    assert soon < len(by_steps.trace) / 5
    assert not solution.shortfall
    assert solution.trace[-1] == pytest.approx(
        objective(solution.components, data, 3, push_weight), rel=1e-9, abs=1e-9
    )


def test_is_robust_on_features_that_nobody_scaled() -> None:
    X, y = mfcc_p_like(320, 8)
    start = np.linalg.svd(X - X.mean(axis=0), full_matrices=False)[2][:32]
    problem = a_problem((X, y), 32, start=start)
    solution = _lmnn_lbfgs.solve(problem)
    by_steps = _lmnn_gd.solve(replace(problem, max_iter=60))
    assert solution.trace[10] < by_steps.trace[-1] / 10
    assert not solution.shortfall


@pytest.mark.parametrize("unit", [1e-4, 1e4])
def test_the_unit_of_all_features_does_not_matter(unit: float) -> None:
    X, y = classes_apart(200, 8, 3)
    plain, scaled = (_lmnn_lbfgs.solve(a_problem((factor * X, y), 6)) for factor in (1, unit))
    np.testing.assert_allclose(scaled.trace[:20], plain.trace[:20], rtol=1e-6)


@pytest.mark.parametrize("spread", [10, 1000])
def test_uneven_and_correlated_features_do_not_slow_it_down(spread: float) -> None:
    X, y = classes_apart(200, 8, 3)
    mix = np.random.default_rng(5).normal(size=(8, 8)) * np.geomspace(1, spread, 8)
    start = np.eye(8)
    problem = a_problem((X @ mix, y), 8, start=start, max_iter=400)
    solution = _lmnn_lbfgs.solve(problem)
    assert len(solution.trace) < 50
    assert solution.trace[10] < _lmnn_gd.solve(problem).trace[-1]


def test_a_map_learned_before_is_a_good_start() -> None:
    problem = a_problem(classes_apart(200, 8, 3), 6)
    learned = _lmnn_lbfgs.solve(problem)
    again = _lmnn_lbfgs.solve(replace(problem, start=learned.components))
    assert again.trace[0] < 1.01 * learned.trace[-1]
    assert len(again.trace) < len(learned.trace) / 2


def test_stops_at_a_small_relative_change() -> None:
    problem = a_problem(classes_apart(300, 10, 4), 6)
    loose, tight = (_lmnn_lbfgs.solve(replace(problem, tol=tol)) for tol in (1e-2, 1e-7))
    assert len(loose.trace) < len(tight.trace)
    assert (loose.trace[-2] - loose.trace[-1]) <= 1e-2 * loose.trace[-2]
    assert tight.trace[-1] < loose.trace[-1]


def test_one_dimension_ends_at_the_best_scale() -> None:
    # There, the objective is convex in the square of the only number to find.
    data = classes_apart(40, 1, 2)
    solution = _lmnn_lbfgs.solve(a_problem(data, 1, start=np.ones((1, 1))))
    assert not solution.shortfall
    values = [objective(np.array([[x]]), data, 3, 0.5) for x in np.linspace(0.01, 3, 500)]
    assert solution.trace[-1] <= 1.001 * min(values)


@pytest.mark.parametrize("max_iter", [1, 2, 5])
def test_hardly_any_iteration(max_iter: int) -> None:
    solution = _lmnn_lbfgs.solve(a_problem(classes_apart(60, 5, 3), 3, max_iter=max_iter))
    assert len(solution.trace) == max_iter
    assert f"max_iter={max_iter}" in solution.shortfall


def test_input_is_not_written_to() -> None:
    problem = a_problem(classes_apart(40, 5, 2), 3)
    X, y, start = problem.X.copy(), problem.y.copy(), problem.start.copy()
    _lmnn_lbfgs.solve(problem)
    for kept, now in ((X, problem.X), (y, problem.y), (start, problem.start)):
        np.testing.assert_array_equal(kept, now)
