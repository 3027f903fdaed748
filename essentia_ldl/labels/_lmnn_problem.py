"""What a solver of LMNN is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.labels.base import FloatArray


@dataclass(frozen=True, eq=False)
class Problem:
    """An LMNN objective that is sound to solve, and how far to go with it.

    Attributes
    ----------
    X : np.ndarray [shape=(n_points, n_features)], float64
        Not to be written to.
    y : np.ndarray [shape=(n_points,)], int
        Classes, at least two, each of more than `n_neighbors` points.
    start : np.ndarray [shape=(n_components, n_features)], float64
        The linear map to start from.
    n_neighbors : int
        Target neighbours of each point.
    push_weight : float
        Weight of the push term; the pull term has one minus it.
    max_iter, tol
        As given to `LMNN`; None for the solver's own.
    learn_rate, dtype, verbose
        As given to `LMNN`.
    n_threads : int
        Threads that may work at once.
    """

    X: FloatArray
    y: NDArray[np.intp]
    start: FloatArray
    n_neighbors: int
    push_weight: float
    max_iter: int | None
    tol: float | None
    learn_rate: float
    dtype: str
    n_threads: int
    verbose: bool


@dataclass(frozen=True, eq=False)
class Solution:
    """A linear map and the way to it.

    Attributes
    ----------
    components : np.ndarray [shape=(n_components, n_features)], float64
    trace : np.ndarray [shape=(n_iter,)], float64
        The objective after each iteration; the first is the start's.
    shortfall : str
        Why the solver stopped before its tolerance was reached; empty where it was.
    """

    components: FloatArray
    trace: FloatArray
    shortfall: str = ""


Solver = Callable[[Problem], Solution]


def stopped(max_iter: int, change: float, tol: float) -> str:
    """Say that a solver stopped at its last iteration, and how near its tolerance.

    Parameters
    ----------
    max_iter : int
    change : float
        By how much the last iteration changed the objective, in the measure of `tol`; NaN where
        none was made.
    tol : float
    """
    return (
        f"stopped by max_iter={max_iter} where the last iteration changed the objective by "
        f"{abs(change):.3g} (tol={tol:g})"
    )
