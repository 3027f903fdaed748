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


@dataclass(frozen=True)
class Evaluation:
    """One evaluation of an objective: the CPU seconds since the fit began, and its value."""

    cpu: float
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


class _TimeIsUpError(Exception):
    pass


class _TracedLMNN(metric_learn.LMNN):  # type: ignore[misc]
    def begin(self, seconds: float) -> None:
        self.trace: list[Evaluation] = []
        self._start = time.process_time()
        self._seconds = seconds

    def _loss_grad(self, X: Array, L: Array, *args: Any) -> tuple[Array, float, int]:
        gradient, objective, n_active = super()._loss_grad(X, L, *args)
        spent = time.process_time() - self._start
        if not self.trace or objective < min(each.objective for each in self.trace):
            self.best_map = L
        self.trace.append(Evaluation(spent, float(objective)))
        if spent > self._seconds:
            raise _TimeIsUpError
        return gradient, objective, n_active


def fit_metric_learn(
    X: Array, y: NDArray[np.intp], n_components: int, *, max_iter: int, seconds: float
) -> Descent:
    """Fit with the paper's settings (k = 3, equal weights), for so many CPU seconds at most."""
    bridge_scikit_learn()
    learner = _TracedLMNN(n_neighbors=3, n_components=n_components, max_iter=max_iter)
    learner.begin(seconds)
    try:
        learner.fit(X, y)
        finished = True
    except _TimeIsUpError:
        finished = False
    return Descent(np.asarray(learner.best_map), learner.trace, finished)
