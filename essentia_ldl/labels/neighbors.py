"""The nearest of many points, by Euclidean distance, with ties decided by their order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from essentia_ldl.labels.base import FloatArray

# Takes the queries' row numbers and all points in the order of their distance; returns neighbours.
_Places = Callable[[NDArray[np.intp], NDArray[np.intp]], NDArray[np.intp]]

# Distances held at once: a block of rows against all points, 32 MB of float64.
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

    def places(rows: NDArray[np.intp], order: NDArray[np.intp]) -> NDArray[np.intp]:
        # Itself is known by its row number: an exact duplicate is at distance 0, too.
        others = order[order != rows[:, None]].reshape(len(rows), len(points) - 1)
        return np.column_stack([rows, others]) if include_self else others

    return _nearest(points, points, n_neighbors, places)


def nearest_points(queries: FloatArray, points: FloatArray, n_neighbors: int) -> Neighbors:
    """Find each query's nearest points."""
    return _nearest(queries, points, n_neighbors, lambda rows, order: order)


def _nearest(
    queries: FloatArray, points: FloatArray, n_neighbors: int, places: _Places
) -> Neighbors:
    """Sort the distances from every query, a block of queries at a time.

    Every distance is computed from its two points alone (no matrix product), so that equal
    distances come out equal and the sort decides ties by row number.
    """
    neighbors = np.empty((len(queries), n_neighbors), dtype=np.intp)
    distances = np.empty((len(queries), n_neighbors))
    step = max(1, _BLOCK_SIZE // len(points))
    for start in range(0, len(queries), step):
        rows = np.arange(start, min(start + step, len(queries)))
        block = cdist(queries[rows], points, "sqeuclidean")
        nearest = places(rows, np.argsort(block, axis=1, kind="stable"))[:, :n_neighbors]
        neighbors[rows] = nearest
        distances[rows] = np.take_along_axis(block, nearest, axis=1)
    return Neighbors(neighbors, distances)
