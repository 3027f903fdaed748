"""LMNN's objective and its gradient, for maps of prepared points."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from essentia_ldl.labels import _lmnn_kernels as kernels
from essentia_ldl.labels._lmnn_preparation import Prepared
from essentia_ldl.labels._lmnn_problem import Problem
from essentia_ldl.labels._lmnn_screening import Screening, Workspace
from essentia_ldl.labels.base import FloatArray

if TYPE_CHECKING:
    from typing_extensions import Self

_POINTS_PER_SHARE = 1024
_MOST_SHARES = 8


class Evaluation(NamedTuple):
    """The objective at a map.

    Attributes
    ----------
    value : float
    gradient : np.ndarray [shape=(n_components, n_dimensions)], float64
    n_active : int
        Triplets within their margin.
    """

    value: float
    gradient: FloatArray
    n_active: int


class Objective:
    """LMNN's objective as a function of the map of some points.

    With ``Z = X @ L.T`` and squared distances d2 between rows of Z, the value is that of `LMNN`,
    and the gradient is ``2 * F.T @ X``, where F has a row for each point: the differences between
    its row of Z and those of the points that pull or push it, weighted by how many terms of the
    value their distance is part of. (F is Z times the Laplacian of that weighted graph; no outer
    product of differences is formed.)

    All is computed in double precision at every evaluation, and depends on no earlier one, not
    even in the last digit: the same map has the same value.

    Parameters
    ----------
    prepared : Prepared
        Gives classes and target neighbours.
    X : np.ndarray [shape=(n_points, n_dimensions)]
        The points, in the coordinates that maps are of.
    problem : Problem
        Gives weights, precision and threads. Of single precision are the two products with X.

    Notes
    -----
    A context manager, which ends its threads. Work is shared out in the same way whatever their
    number is, and partial sums are added in a fixed order.
    """

    def __init__(self, prepared: Prepared, X: FloatArray, problem: Problem) -> None:
        n_points, n_neighbors = prepared.targets.shape
        with np.errstate(over="ignore"):
            self._X = np.ascontiguousarray(X, dtype=problem.dtype)
        self._targets = prepared.targets.copy()
        self._margins = np.empty((n_points, n_neighbors))
        self._sums = np.empty((n_points, n_neighbors + 1))
        self._push_weight = problem.push_weight
        self._screening = Screening(prepared.class_ends, len(prepared.start))
        n_shares = min(max(n_points // _POINTS_PER_SHARE, 1), _MOST_SHARES)
        blocks = range(self._screening.n_blocks)
        self._shares = [
            _Share(blocks[share::n_shares], n_points, n_neighbors, len(prepared.start))
            for share in range(n_shares)
        ]
        n_threads = min(problem.n_threads, n_shares)
        self._threads = ThreadPoolExecutor(n_threads) if n_threads > 1 else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._threads is not None:
            self._threads.shutdown()

    def evaluate_start(self, L: FloatArray) -> Evaluation:
        """Evaluate the objective where it must be finite.

        Raises
        ------
        ValueError
            If it is not.
        """
        evaluation = self.evaluate(L)
        if not (np.isfinite(evaluation.value) and np.isfinite(evaluation.gradient).all()):
            raise ValueError(
                "the objective is not finite at the initial map: it or the features are too large "
                f"for {self._X.dtype}; standardise the features"
            )
        return evaluation

    def evaluate(self, L: FloatArray) -> Evaluation:
        """Evaluate the objective and its gradient.

        Parameters
        ----------
        L : np.ndarray [shape=(n_components, n_dimensions)], float64

        Returns
        -------
        Evaluation
            Not finite where numbers overflow.
        """
        with np.errstate(over="ignore", invalid="ignore"):
            Z = self._product(self._X, L.T)
            pulled = kernels.measure_targets(Z, self._targets, self._margins, self._sums)
            hinges, n_active, reached, forces = self._push(Z)
            kernels.pull(
                Z, self._targets, reached, 1 - self._push_weight, self._push_weight, forces
            )
            gradient = self._product(forces.T, self._X)
            gradient *= 2
        value = (1 - self._push_weight) * pulled + self._push_weight * hinges
        return Evaluation(value, gradient, int(n_active))

    def _product(self, left: FloatArray, right: FloatArray) -> FloatArray:
        dtype = self._X.dtype
        product = left.astype(dtype, copy=False) @ right.astype(dtype, copy=False)
        return np.asarray(product, dtype=np.float64)

    def _push(self, Z: FloatArray) -> tuple[float, float, FloatArray, FloatArray]:
        """Compute the push term's part, shared out to the threads."""
        self._screening.update(Z, self._margins[:, 0])

        def push(share: _Share) -> tuple[float, float]:
            return share.push(self._screening, Z, self._margins, self._sums, self._push_weight)

        apply = map if self._threads is None else self._threads.map
        parts = list(apply(push, self._shares))
        first, *others = self._shares
        for share in others:
            first.reached += share.reached
            first.forces += share.forces
        hinges, n_active = (sum(part) for part in zip(*parts, strict=True))
        return hinges, n_active, first.reached, first.forces


class _Share:
    """The blocks of pairs that one thread goes through, and what it needs for it."""

    def __init__(self, blocks: range, n_points: int, n_neighbors: int, n_components: int) -> None:
        self._blocks = blocks
        self._workspace = Workspace(n_points)
        self.reached = np.empty((n_points, n_neighbors + 1))
        self.forces = np.empty((n_points, n_components))

    def push(
        self,
        screening: Screening,
        Z: FloatArray,
        margins: FloatArray,
        sums: FloatArray,
        push_weight: float,
    ) -> tuple[float, float]:
        """Sum the hinges of the share's pairs, and count them; leave `reached` and `forces`."""
        self.reached.fill(0)
        self.forces.fill(0)
        hinges = n_active = 0.0
        for block in self._blocks:
            listed = screening.candidates(block, self._workspace)
            block_hinges, block_active = kernels.push(
                listed.first_row,
                listed.row_starts,
                listed.columns,
                Z,
                margins,
                sums,
                push_weight,
                self.reached,
                self.forces,
            )
            hinges += block_hinges
            n_active += block_active
        return hinges, n_active
