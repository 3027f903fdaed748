"""The nearest of many points, by Euclidean distance, with ties decided by their order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from essentia_ldl.labels._screening import Screen
from essentia_ldl.labels.base import FloatArray

# Distances held at once: a block of rows against all points, 16 MB of float32.
_BLOCK_SIZE = 1 << 22


@dataclass(frozen=True, eq=False)
class Neighbors:
    """Each query's nearest points, nearest first.

    Attributes
    ----------
    rows : np.ndarray [shape=(n_queries, n_neighbors)], int
        Row numbers of points.
    distances : np.ndarray [shape=(n_queries, n_neighbors)], float64
        Squared.
    """

    rows: NDArray[np.intp]
    distances: FloatArray

    def inverse_distances(self) -> FloatArray:
        """Weights of the neighbours; those at no distance get 1, and others beside them 0."""
        with np.errstate(divide="ignore"):
            weights = 1 / np.sqrt(self.distances)
        same = np.isinf(weights)
        return np.where(same.any(axis=1, keepdims=True), same.astype(np.float64), weights)


def nearest_others(points: FloatArray, n_neighbors: int, *, include_self: bool) -> Neighbors:
    """Find each point's nearest other points, or itself first and then the others.

    Examples
    --------
    >>> points = np.array([[0.0], [1.0], [3.0]])
    >>> nearest_others(points, 2, include_self=False).rows
    array([[1, 2],
           [0, 2],
           [1, 0]])
    """
    # Itself is known by its row number: an exact duplicate is at distance 0, too.
    itself = np.arange(len(points))
    others = _nearest(points, points, n_neighbors - include_self, excluded=itself)
    if not include_self:
        return others
    return Neighbors(
        np.column_stack([itself, others.rows]),
        np.column_stack([np.zeros(len(points)), others.distances]),
    )


def nearest_points(queries: FloatArray, points: FloatArray, n_neighbors: int) -> Neighbors:
    """Find each query's nearest points."""
    return _nearest(queries, points, n_neighbors, excluded=None)


def _nearest(
    queries: FloatArray,
    points: FloatArray,
    n_neighbors: int,
    excluded: NDArray[np.intp] | None,
) -> Neighbors:
    """Compare every query with the points that may be near, a block of queries at a time.

    Every distance is computed from its two points alone (no matrix product), so that equal
    distances come out equal and the sort decides ties by row number.
    """
    neighbors = np.empty((len(queries), n_neighbors), dtype=np.intp)
    distances = np.empty((len(queries), n_neighbors))
    if n_neighbors == 0:
        return Neighbors(neighbors, distances)
    screen = Screen(queries, points)
    step = max(1, _BLOCK_SIZE // len(points))
    for start in range(0, len(queries), step):
        rows = slice(start, min(start + step, len(queries)))
        possible = screen.candidates(
            rows, n_neighbors, None if excluded is None else excluded[rows]
        )
        for row, flags in enumerate(possible, start):
            near = np.flatnonzero(flags)
            exact = cdist(queries[row : row + 1], points[near], "sqeuclidean")[0]
            nearest = np.argsort(exact, kind="stable")[:n_neighbors]
            neighbors[row], distances[row] = near[nearest], exact[nearest]
    return Neighbors(neighbors, distances)
