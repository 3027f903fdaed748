"""What both sides of the case lmnn do, in their processes."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.labels import LMNN
from tools.benchmarks.lmnn_data import Table, mfcc_like
from tools.benchmarks.metric_learn_peer import (
    RANDOM_STATE,
    Descent,
    fit_metric_learn,
    loss_and_gradient,
)

N_NEIGHBORS, MAX_ITER = 3, 10_000


@dataclass(frozen=True)
class Spec:
    """A made-up problem.

    Examples
    --------
    >>> print(Spec(1000, 10, 64, standardised=True))
    1,000x195 -> 64, 10 classes, standardised
    """

    n_tracks: int
    n_classes: int
    n_components: int
    standardised: bool

    def __str__(self) -> str:
        kind = "standardised" if self.standardised else "raw"
        return f"{self.n_tracks:,}x195 -> {self.n_components}, {self.n_classes} classes, {kind}"


@dataclass(frozen=True)
class Fitted:
    """The objective after each iteration of a fit, the start's first."""

    trace: list[float]


@lru_cache(maxsize=1)
def data(spec: Spec) -> tuple[Table, NDArray[np.intp]]:
    """Make a problem up."""
    return mfcc_like(spec.n_tracks, spec.n_classes, standardised=spec.standardised)


def load_ours(spec: Spec) -> None:
    """Import and compile, and make the problem up."""
    X, y = mfcc_like(40, 2)
    for solver in ("lbfgs", "gd"):
        _quietly(LMNN(2, solver=solver, max_iter=3), X, y)
    data(spec)


def cache_folder() -> str | None:
    """Where numba keeps compiled code; None where it cannot."""
    from essentia_ldl.labels._lmnn_kernels import CACHE_FOLDER

    return CACHE_FOLDER


def load_metric_learn(spec: Spec) -> None:
    """Import, and make the problem up."""
    X, y = mfcc_like(40, 2)
    fit_metric_learn(X, y, 2, max_iter=3, seconds=1)
    data(spec)


def fit(spec: Spec, solver: str, max_iter: int | None = None, tol: float | None = None) -> Fitted:
    """Fit LMNN as a user would, for so many iterations."""
    learner = LMNN(
        spec.n_components, solver=solver, max_iter=max_iter, tol=tol, random_state=RANDOM_STATE
    )
    return Fitted(_quietly(learner, *data(spec)).objective_trace_.tolist())


def descend(spec: Spec, seconds: float) -> Descent:
    """Fit metric-learn's LMNN, for so many CPU seconds."""
    X, y = data(spec)
    return fit_metric_learn(X, y, spec.n_components, max_iter=MAX_ITER, seconds=seconds)


def exactness(spec: Spec) -> dict[str, float]:
    """Compare loss and gradient with metric-learn's, at the start and on the way.

    Returns
    -------
    dict
        The largest relative differences; of the gradient, in the Frobenius norm.
    """
    X, y = data(spec)
    losses, gradients = [], []
    for L in _maps(X, y, spec.n_components):
        loss, gradient = _ours(X, y, L)
        peer_loss, peer_gradient = loss_and_gradient(X, y, L, N_NEIGHBORS)
        losses.append(abs(loss / peer_loss - 1))
        gradients.append(
            float(np.linalg.norm(gradient - peer_gradient) / np.linalg.norm(peer_gradient))
        )
    return {"loss, relative": max(losses), "gradient, relative": max(gradients)}


def _quietly(learner: LMNN, X: Table, y: NDArray[np.intp]) -> LMNN:
    """Fit without the warnings: most fits here are meant to end early."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return learner.fit(X, y)


def _maps(X: Table, y: NDArray[np.intp], n_components: int) -> list[Table]:
    """Where metric-learn starts, and where L-BFGS is after ten iterations."""
    start = LMNN(n_components, solver="metric-learn", max_iter=2, random_state=RANDOM_STATE)
    later = LMNN(n_components, solver="lbfgs", max_iter=10, random_state=RANDOM_STATE)
    return [_quietly(learner, X, y).components_ for learner in (start, later)]


def _ours(X: Table, y: NDArray[np.intp], L: Table) -> tuple[float, Table]:
    from essentia_ldl.labels._lmnn_objective import Objective
    from essentia_ldl.labels._lmnn_preparation import prepare
    from essentia_ldl.labels._lmnn_problem import Problem

    problem = Problem(
        X=X,
        y=y,
        start=L,
        n_neighbors=N_NEIGHBORS,
        push_weight=0.5,
        max_iter=None,
        tol=None,
        learn_rate=1e-7,
        dtype="float64",
        n_threads=1,
        verbose=False,
    )
    prepared = prepare(problem)
    with Objective(prepared, prepared.X, problem) as objective:
        found = objective.evaluate(prepared.start)
    return found.value, prepared.of_features(found.gradient, scale=0.0)
