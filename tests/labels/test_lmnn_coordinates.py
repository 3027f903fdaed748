"""Where L-BFGS begins, and its coordinates."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.linalg import solve_triangular

from essentia_ldl.labels._lmnn_coordinates import best_scale, pull_factor
from essentia_ldl.labels._lmnn_objective import Objective
from essentia_ldl.labels._lmnn_preparation import prepare
from tests.labels.lmnn_problems import a_problem, classes_apart


@pytest.mark.parametrize("size", [1e-4, 1, 1e5])
@pytest.mark.parametrize("push_weight", [0.2, 0.5, 1.0])
@pytest.mark.parametrize("n", [30, 300])
def test_no_other_scale_has_a_lower_objective(n: int, push_weight: float, size: float) -> None:
    X, y = classes_apart(n, 5, 3)
    problem = a_problem((size * X, y), 4, push_weight=push_weight)
    prepared = prepare(problem)
    scale = best_scale(prepared, push_weight)
    with Objective(prepared, prepared.X, problem) as objective:

        def at(multiple: float) -> float:
            return objective.evaluate(multiple * scale * prepared.start).value

        # Of all points where there are few, else of some of them.
        tolerance = 1.001 if n <= 30 else 1.1
        least = min(at(multiple) for multiple in np.geomspace(0.01, 100, 81))
        assert at(1.0) <= tolerance * least


@pytest.mark.parametrize("push_weight", [0.5, 1.0])
def test_targets_without_distance_let_every_hinge_end(push_weight: float) -> None:
    X = np.repeat(np.random.default_rng(0).normal(size=(6, 4)), 4, axis=0)
    problem = a_problem((X, np.repeat([0, 1, 2, 0, 1, 2], 4)), 3, push_weight=push_weight)
    prepared = prepare(problem)
    scale = best_scale(prepared, push_weight)
    with Objective(prepared, prepared.X, problem) as objective:
        assert objective.evaluate(scale * prepared.start).value == 0


@pytest.mark.parametrize("y", [np.arange(12) % 2, np.arange(12) % 4])
def test_points_that_are_all_the_same_leave_the_scale(y: NDArray[np.int_]) -> None:
    prepared = prepare(a_problem((np.full((12, 3), 7.0), y), 2, n_neighbors=2))
    assert best_scale(prepared, 0.5) == 1.0


def test_the_pull_term_is_round_in_the_coordinates() -> None:
    X, y = classes_apart(400, 6, 2)
    mix = np.random.default_rng(3).normal(size=(6, 6)) * [1, 1, 1, 1, 1, 30]
    prepared = prepare(a_problem((X @ mix, y), 6))
    factor = pull_factor(prepared)
    round_X = solve_triangular(factor, prepared.X.T, lower=True).T
    differences = (round_X[:, None] - round_X[prepared.targets]).reshape(-1, 6)
    spreads = np.linalg.eigvalsh(differences.T @ differences / len(differences))
    assert 0.1 < spreads[0] <= spreads[-1] <= 1


@pytest.mark.parametrize("kind", ["duplicates", "all the same", "constant feature"])
def test_there_is_a_factor_without_spread(kind: str) -> None:
    X, y = classes_apart(24, 5, 3)
    if kind == "duplicates":
        X = np.repeat(X[:3], 8, axis=0)
        y = np.repeat([0, 1, 2], 8)
    elif kind == "all the same":
        X[:] = 4
    else:
        X[:, 2] = 0
    factor = pull_factor(prepare(a_problem((X, y), 2)))
    assert np.isfinite(np.linalg.inv(factor)).all()


def test_scale_ignores_the_scale_of_the_start() -> None:
    problem = a_problem(classes_apart(60, 5, 3), 4)
    scales = [
        best_scale(prepare(replace(problem, start=size * problem.start)), 0.5) * size
        for size in (1e-6, 1, 1e6)
    ]
    np.testing.assert_allclose(scales, scales[0])
