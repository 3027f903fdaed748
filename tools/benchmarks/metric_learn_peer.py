"""metric-learn's LMNN, with a trace of its objective and an end to its time."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import metric_learn
import numpy as np
from numpy.typing import NDArray

from essentia_ldl.labels._metric_learn import bridge_scikit_learn

Array = NDArray[np.float64]

# The map to start from is that of a randomised PCA from some hundred points on.
RANDOM_STATE = 0


@dataclass(frozen=True)
class Evaluation:
    """One evaluation of an objective: the seconds since the fit began, and its value."""

    cpu: float
    wall: float
    objective: float


@dataclass(frozen=True, eq=False)
class Descent:
    """What a fit that may have been cut off came to.

    Attributes
    ----------
    components : np.ndarray [shape=(n_components, n_features)]
        The map with the least objective.
    trace : list of Evaluation
        Steps that were taken back included.
    finished : bool
        False where its time was over first.
    """

    components: Array
    trace: list[Evaluation]
    finished: bool

    @property
    def best(self) -> Evaluation:
        """The evaluation that reached the least objective first."""
        return min(self.trace, key=lambda evaluation: evaluation.objective)

    @property
    def accepted(self) -> list[float]:
        """The objective after each iteration: without the steps that were taken back."""
        kept: list[float] = []
        for evaluation in self.trace:
            if not kept or evaluation.objective <= kept[-1]:
                kept.append(evaluation.objective)
        return kept


class _TimeIsUpError(Exception):
    pass


class _TracedLMNN(metric_learn.LMNN):  # type: ignore[misc]
    def begin(self, seconds: float) -> None:
        self.trace: list[Evaluation] = []
        self._start = time.process_time(), time.perf_counter()
        self._seconds = seconds
        self._least = np.inf

    def _loss_grad(self, X: Array, L: Array, *args: Any) -> tuple[Array, float, int]:
        gradient, objective, n_active = super()._loss_grad(X, L, *args)
        cpu, wall = time.process_time() - self._start[0], time.perf_counter() - self._start[1]
        if objective < self._least:
            self._least, self.best_map = float(objective), L
        self.trace.append(Evaluation(cpu, wall, float(objective)))
        if cpu > self._seconds:
            raise _TimeIsUpError
        return gradient, objective, n_active


def fit_metric_learn(
    X: Array, y: NDArray[np.intp], n_components: int, *, max_iter: int, seconds: float
) -> Descent:
    """Fit with the paper's settings (k = 3, equal weights), for so many CPU seconds at most."""
    bridge_scikit_learn()
    learner = _TracedLMNN(
        n_neighbors=3, n_components=n_components, max_iter=max_iter, random_state=RANDOM_STATE
    )
    learner.begin(seconds)
    try:
        learner.fit(X, y)
        finished = True
    except _TimeIsUpError:
        finished = False
    return Descent(np.asarray(learner.best_map), learner.trace, finished)


def loss_and_gradient(
    X: Array, y: NDArray[np.intp], L: Array, n_neighbors: int
) -> tuple[float, Array]:
    """Return metric-learn's loss and gradient at a map, with equal weights."""
    bridge_scikit_learn()
    learner = _FirstEvaluation(init=L, n_neighbors=n_neighbors, n_components=len(L), max_iter=2)
    learner.fit(X, y)
    return learner.loss, learner.gradient


class _FirstEvaluation(metric_learn.LMNN):  # type: ignore[misc]
    loss: float
    gradient: Array

    def _loss_grad(self, *args: Any) -> tuple[Array, float, int]:
        gradient, loss, n_active = super()._loss_grad(*args)
        self.gradient, self.loss = gradient, float(loss)
        return gradient, loss, n_active
