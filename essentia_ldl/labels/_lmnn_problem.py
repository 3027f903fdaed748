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
    max_iter, tol, learn_rate, verbose
        As given to `LMNN`.
    """

    X: FloatArray
    y: NDArray[np.intp]
    start: FloatArray
    n_neighbors: int
    push_weight: float
    max_iter: int
    tol: float
    learn_rate: float
    verbose: bool


@dataclass(frozen=True, eq=False)
class Solution:
    """A linear map, the iterations it took and the objective it reached."""

    components: FloatArray
    n_iter: int
    objective: float


Solver = Callable[[Problem], Solution]
