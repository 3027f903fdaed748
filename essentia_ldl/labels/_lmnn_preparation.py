"""LMNN's problem in the form in which it is cheap to compute with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import euclidean_distances

from essentia_ldl.labels._lmnn_problem import Problem
from essentia_ldl.labels.base import FloatArray

_BLOCK = 2**21
"""Distances computed at once."""


@dataclass(frozen=True, eq=False)
class Prepared:
    """Points sorted by class, about their mean, in no more dimensions than they span.

    Distances between points are what they were. Gradients lie in what the points span, so maps
    change there alone: with fewer points than features, it is enough to work in a basis of it.

    Attributes
    ----------
    X : np.ndarray [shape=(n_points, n_dimensions)]
    class_ends : np.ndarray [shape=(n_points,)]
        The first point of the class after each point's own.
    targets : np.ndarray [shape=(n_points, n_neighbors)]
        Each point's target neighbours.
    start : np.ndarray [shape=(n_components, n_dimensions)]
        The map to start from, of these points.
    full_start : np.ndarray [shape=(n_components, n_features)]
        The same of the points as they were given.
    basis : np.ndarray [shape=(n_features, n_dimensions)] or None
        The dimensions, as directions among the features; None where they are the features.
    """

    X: FloatArray
    class_ends: NDArray[np.int64]
    targets: NDArray[np.int32]
    start: FloatArray
    full_start: FloatArray
    basis: FloatArray | None

    def of_features(self, L: FloatArray, *, scale: float = 1.0) -> FloatArray:
        """Return what the map `L` of these points is for the points as they were given.

        Parameters
        ----------
        L : np.ndarray [shape=(n_components, n_dimensions)]
        scale : float
            Multiplies what the start does to directions in which the points do not differ.
        """
        if self.basis is None:
            return L
        return np.asarray(scale * self.full_start + (L - scale * self.start) @ self.basis.T)


def prepare(problem: Problem) -> Prepared:
    """Bring a problem into the form that solvers compute with."""
    order = np.argsort(problem.y, kind="stable")
    X, y = problem.X[order], problem.y[order]
    class_ends = np.searchsorted(y, y, side="right").astype(np.int64, copy=False)
    targets = target_neighbors(X, class_ends, problem.n_neighbors)
    X = X - X.mean(axis=0)
    start, basis = problem.start, None
    if X.shape[0] < X.shape[1]:
        basis = np.linalg.qr(X.T)[0]
        X, start = X @ basis, start @ basis
    return Prepared(X, class_ends, targets, start, problem.start, basis)


def target_neighbors(
    X: FloatArray, class_ends: NDArray[np.int64], n_neighbors: int
) -> NDArray[np.int32]:
    """Find each point's nearest points of its class.

    Distances and the order of equal ones are computed as metric-learn does.

    Parameters
    ----------
    X : np.ndarray [shape=(n_points, n_features)]
        Sorted by class.
    class_ends : np.ndarray [shape=(n_points,)]
        The first point of the class after each point's own.
    n_neighbors : int
        Fewer than each class has points.

    Returns
    -------
    np.ndarray [shape=(n_points, n_neighbors)]
        Rows of `X`.
    """
    targets = np.empty((len(X), n_neighbors), np.int32)
    first = 0
    while first < len(X):
        end = int(class_ends[first])
        own = X[first:end]
        rows = max(1, _BLOCK // len(own))
        for start in range(0, len(own), rows):
            block = own[start : start + rows]
            # Distances within one array are computed otherwise than between two.
            other = None if len(block) == len(own) else own
            distances = euclidean_distances(block, other, squared=True)
            itself = np.arange(len(block))
            distances[itself, start + itself] = np.inf
            nearest = np.argsort(distances)[:, :n_neighbors]
            targets[first + start : first + start + len(block)] = first + nearest
        first = end
    return targets
