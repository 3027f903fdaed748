"""LMNN by L-BFGS."""

from __future__ import annotations

import numpy as np
from scipy.linalg import solve_triangular
from scipy.optimize import OptimizeResult, minimize

from essentia_ldl.labels._lmnn_coordinates import best_scale, pull_factor
from essentia_ldl.labels._lmnn_objective import Objective
from essentia_ldl.labels._lmnn_preparation import prepare
from essentia_ldl.labels._lmnn_problem import Problem, Solution, stopped
from essentia_ldl.labels._lmnn_report import Report
from essentia_ldl.labels.base import FloatArray

MAX_ITER = 1000
TOL = 1e-5
# More were measured to save no evaluations, and to cost more each.
_CORRECTIONS = 6
_EVALUATIONS_PER_ITERATION = 20


def solve(problem: Problem) -> Solution:
    """Minimise by SciPy's L-BFGS, from the best multiple of ``problem.start``.

    It stops at an iteration that lowers the objective by less than the tolerance times the
    objective (or times 1, where that is less), or where no step lowers it. Steps are taken in
    coordinates in which the pull term is alike in all directions (`pull_factor`); there, neither
    the features' scales nor their correlations slow it down.
    """
    prepared = prepare(problem)
    with np.errstate(over="ignore", invalid="ignore"):  # `pull_factor` refuses what overflows
        scale = best_scale(prepared, problem.push_weight)
        factor = pull_factor(prepared)
    X = solve_triangular(factor, prepared.X.T, lower=True).T
    start = scale * prepared.start @ factor
    with Objective(prepared, X, problem) as objective:
        found, trace, shortfall = _minimise(objective, start, problem)
    L = solve_triangular(factor, found.T, lower=True, trans="T").T
    return Solution(prepared.of_features(L, scale=scale), np.array(trace), shortfall)


def _minimise(
    objective: Objective, start: FloatArray, problem: Problem
) -> tuple[FloatArray, list[float], str]:
    """Return the map reached, the objective after each iteration, and the shortfall."""
    max_iter = MAX_ITER if problem.max_iter is None else problem.max_iter
    tol = TOL if problem.tol is None else problem.tol
    report = Report(problem.verbose, max_iter)
    latest = objective.evaluate_start(start)
    trace, shortfall = [latest.value], stopped(max_iter, np.nan, tol)

    def evaluate(flat: FloatArray) -> tuple[float, FloatArray]:
        nonlocal latest
        latest = objective.evaluate(flat.reshape(start.shape))
        return latest.value, latest.gradient.ravel()

    def iterated(intermediate_result: OptimizeResult) -> None:
        trace.append(float(intermediate_result.fun))
        report.iteration(len(trace), trace[-1], trace[-1] - trace[-2], latest.n_active)

    found = start
    if max_iter > 1:
        result = minimize(
            evaluate,
            start.ravel(),
            jac=True,
            method="L-BFGS-B",
            callback=iterated,
            options={
                "maxiter": max_iter - 1,
                "maxfun": max_iter * _EVALUATIONS_PER_ITERATION,
                "maxcor": _CORRECTIONS,
                "ftol": tol,
                "gtol": 0,
            },
        )
        found = result.x.reshape(start.shape)
        # Another end than by max_iter is a good one. Where the objective has a kink, it may be
        # that no step along the gradient lowers it; other solvers end there, too.
        change = (trace[-2] - trace[-1]) / max(trace[-2], 1) if len(trace) > 1 else np.nan
        shortfall = stopped(max_iter, change, tol) if result.status == 1 else ""
    report.end(trace[-1], shortfall)
    return found, trace, shortfall
