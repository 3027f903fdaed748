"""Problems for LMNN's solvers, its objective from its definition, and metric-learn's."""

from typing import Any

import metric_learn
import numpy as np
from metric_learn.lmnn import _sum_outer_products
from numpy.typing import NDArray

from essentia_ldl.labels._lmnn_problem import Problem

Array = NDArray[np.float64]
Data = tuple[Array, NDArray[np.int_]]


def classes_apart(n: int, d: int, n_classes: int, *, apart: float = 1.0, seed: int = 0) -> Data:
    """Return overlapping Gaussian classes."""
    rng = np.random.default_rng(seed)
    y = np.arange(n) % n_classes
    return rng.normal(size=(n_classes, d))[y] * apart + rng.normal(size=(n, d)), y


def a_problem(data: Data, n_components: int, **options: Any) -> Problem:
    """Return a problem that starts from random numbers."""
    X, y = data
    start = np.random.default_rng(1).normal(size=(n_components, X.shape[1])) / X.shape[1]
    settings: dict[str, Any] = {
        "start": start,
        "n_neighbors": 3,
        "push_weight": 0.5,
        "max_iter": None,
        "tol": None,
        "learn_rate": 1e-7,
        "dtype": "float64",
        "n_threads": 1,
        "verbose": False,
    }
    return Problem(X=X, y=y, **(settings | options))


def objective(L: Array, data: Data, k: int, push_weight: float) -> float:
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


def metric_learn_s(problem: Problem, L: Array) -> tuple[float, Array, int]:
    """Objective, gradient and active triplets as metric-learn computes them."""
    learner = metric_learn.LMNN()
    learner.n_neighbors = problem.n_neighbors
    learner.labels_ = np.unique(problem.y)
    targets = learner._select_targets(problem.X, problem.y)
    pulled = _sum_outer_products(
        problem.X, targets.ravel(), np.repeat(np.arange(len(problem.X)), problem.n_neighbors)
    )
    gradient, value, n_active = learner._loss_grad(
        problem.X,
        L,
        pulled,
        problem.n_neighbors,
        1 - problem.push_weight,
        targets,
        problem.y,
    )
    return float(value), np.asarray(gradient), int(n_active)
