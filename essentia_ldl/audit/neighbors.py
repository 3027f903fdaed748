"""The most similar tracks of every track, and what they are labelled."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

# Distances held at once: 32 MB of float64.
_BLOCK_SIZE = 1 << 22


def similar_tracks(X: FloatArray, units: IntArray, n_neighbors: int) -> IntArray:
    """Find each track's nearest tracks of other units, by cosine of standardised values.

    Parameters
    ----------
    X : np.ndarray [shape=(n_tracks, n_values)]
    units : np.ndarray [shape=(n_tracks,)]
        Tracks of one unit (a recording's copies, an artist) are none of each other's neighbours.
    n_neighbors : int
        At most; fewer where the largest unit leaves fewer others.

    Returns
    -------
    np.ndarray [shape=(n_tracks, k)], int
        Nearest first; of equally near ones, those that come first.

    Examples
    --------
    >>> X = np.array([[0.0, 1.0], [0.0, 1.1], [0.2, 1.0], [1.0, 0.0]])
    >>> similar_tracks(X, np.array([0, 0, 1, 2]), 2)[0]
    array([2, 3])
    """
    n_tracks = len(X)
    k = min(n_neighbors, n_tracks - int(np.bincount(units).max()))
    points = _directions(X)
    found = np.empty((n_tracks, k), dtype=np.intp)
    step = max(1, _BLOCK_SIZE // n_tracks)
    for start in range(0, n_tracks, step):
        rows = slice(start, start + step)
        # From the two points alone, so that the result depends on no library's threads.
        distances = cdist(points[rows], points, "sqeuclidean")
        distances[units[rows, None] == units] = np.inf
        found[rows] = np.argsort(distances, axis=1, kind="stable")[:, :k]
    return found


def neighbor_suspicion(neighbors: IntArray, codes: IntArray) -> FloatArray:
    """Return one minus the share of neighbours that have the track's own label.

    Parameters
    ----------
    neighbors : np.ndarray [shape=(n_tracks, k)]
    codes : np.ndarray [shape=(n_tracks,)]

    Examples
    --------
    >>> neighbor_suspicion(np.array([[1, 2], [0, 2], [0, 1]]), np.array([0, 0, 1]))
    array([0.5, 0.5, 1. ])
    """
    if not neighbors.shape[1]:
        return np.zeros(len(codes))
    return np.asarray(1 - (codes[neighbors] == codes[:, None]).mean(axis=1))


def _directions(X: FloatArray) -> FloatArray:
    """Standardise every column, and then give every row the length 1."""
    spread = X.std(axis=0)
    standardised = (X - X.mean(axis=0)) / np.where(spread > 0, spread, 1)
    lengths = np.linalg.norm(standardised, axis=1, keepdims=True)
    return np.asarray(standardised / np.where(lengths > 0, lengths, 1))
