"""Which points may be among the nearest, found out quickly and missing none."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.labels.base import FloatArray

# Of points whose norms are at most 1, what products that underflow may be wrong by.
_UNDERFLOW = 1e-30

# Farther from their mean than this, or nearer than its inverse, squares leave float64's range, and
# distances become equal that are not.
_LARGEST = 1e140


class Screen:
    """Squared distances in single precision, with bounds on what they are wrong by.

    With x and y about the points' mean, the squared distance less the norm of x is
    ``|y|^2 - 2 x.y``. A matrix product in single precision computes it to within ``u (d + 6)
    (|x|^2 + |y|^2)``, with u = 2^-24 and d features [1]_. What is farther than the farthest of the
    k nearest by more than that is none of them; the few that remain are to be compared exactly.

    Parameters
    ----------
    queries : np.ndarray [shape=(n_queries, n_features)]
    points : np.ndarray [shape=(n_points, n_features)]

    References
    ----------
    .. [1] N. J. Higham, "Accuracy and stability of numerical algorithms", SIAM 2002, section 3.1.
    """

    def __init__(self, queries: FloatArray, points: FloatArray) -> None:
        with np.errstate(over="ignore", invalid="ignore"):
            centre = points.mean(axis=0)
            about = [X - centre for X in (queries, points)]
            farthest = max(float(np.abs(X).max()) for X in about)
        self._n_points = len(points)
        self._sound = 1 / _LARGEST < farthest < _LARGEST
        if not self._sound:
            return
        scale = farthest * np.sqrt(points.shape[1])
        queries, points = (X / scale for X in about)
        # More than d + 6: for the comparison's own roundings, and those of the exact distances.
        wrong = (points.shape[1] + 16) * 2.0**-24
        norms = np.square(points).sum(axis=1)
        self._queries = -2 * queries.astype(np.float32)
        self._points = points.astype(np.float32)
        self._norms = (norms * (1 + wrong)).astype(np.float32)
        self._points_margin = (norms * 2 * wrong).astype(np.float32)
        self._queries_margin = np.square(queries).sum(axis=1) * 2 * wrong + _UNDERFLOW

    def candidates(
        self, rows: slice, n_neighbors: int, excluded: NDArray[np.intp] | None
    ) -> NDArray[np.bool_]:
        """Tell which points may be among the nearest of some queries.

        Parameters
        ----------
        rows : slice
            Of the queries.
        n_neighbors : int
            Not more than there are points, without those excluded.
        excluded : np.ndarray [shape=(n_rows,)] or None
            A point for each query that is none of its neighbours.

        Returns
        -------
        np.ndarray [shape=(n_rows, n_points)], bool
            Of each query, at least those that are no farther than its n-th nearest.
        """
        n_rows = rows.stop - rows.start
        itself = np.arange(n_rows)
        if not self._sound:
            possible = np.ones((n_rows, self._n_points), dtype=np.bool_)
        else:
            beyond = self._queries[rows] @ self._points.T
            beyond += self._norms
            if excluded is not None:
                beyond[itself, excluded] = np.inf
            widest = np.partition(beyond, n_neighbors - 1, axis=1)[:, n_neighbors - 1]
            limits = (widest + self._queries_margin[rows]).astype(np.float32)
            beyond -= self._points_margin
            possible = beyond <= np.nextafter(limits, np.float32(np.inf))[:, None]
        if excluded is not None:
            possible[itself, excluded] = False
        return possible
