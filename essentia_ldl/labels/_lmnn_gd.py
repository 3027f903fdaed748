"""LMNN by metric-learn's gradient descent, over a faster objective."""

from __future__ import annotations

import numpy as np

from essentia_ldl.labels._lmnn_objective import Objective
from essentia_ldl.labels._lmnn_preparation import prepare
from essentia_ldl.labels._lmnn_problem import Problem, Solution, stopped
from essentia_ldl.labels._lmnn_report import Report

MAX_ITER = 10000
TOL = 1e-3
# metric-learn's.
_MIN_ITER = 50
_SHRINKAGE = 2
_GROWTH = 1.01


def solve(problem: Problem) -> Solution:
    """Descend as `metric_learn.LMNN` does, from ``problem.start``.

    A step along the gradient that raises the objective is taken back and tried again at half its
    length; one that does not is kept, and the next is a hundredth longer. After the first 50
    iterations, a step that changes the objective by less than the tolerance is the last.
    """
    max_iter = MAX_ITER if problem.max_iter is None else problem.max_iter
    tol = TOL if problem.tol is None else problem.tol
    prepared = prepare(problem)
    report = Report(problem.verbose, max_iter - 1)
    with Objective(prepared, prepared.X, problem) as objective:
        L, rate = prepared.start, problem.learn_rate
        reached = objective.evaluate_start(L)
        trace, shortfall = [reached.value], stopped(max_iter, np.nan, tol)
        # Counted as in metric-learn: the start is iteration 1, the last one max_iter - 1.
        for iteration in range(2, max_iter):
            while True:
                step = L - rate * reached.gradient
                tried = objective.evaluate(step)
                change = tried.value - reached.value
                # At the latest, where the step is too short to change the map.
                if change <= 0:
                    break
                rate /= _SHRINKAGE
            L, reached = step, tried
            rate *= _GROWTH
            trace.append(reached.value)
            report.iteration(iteration, reached.value, change, reached.n_active, rate)
            shortfall = stopped(max_iter, change, tol)
            if iteration > _MIN_ITER and abs(change) < tol:
                shortfall = ""
                break
    report.end(reached.value, shortfall)
    return Solution(prepared.of_features(L), np.array(trace), shortfall)
