"""Whitening: uncorrelated features of unit variance."""

from __future__ import annotations

import numpy as np

from essentia_ldl.labels.base import FloatArray


def whitening_map(X: FloatArray) -> FloatArray:
    """Compute the map to principal components of unit variance.

    Parameters
    ----------
    X : np.ndarray [shape=(n_points, n_features)]
        At least two points.

    Returns
    -------
    np.ndarray [shape=(n_features, n_features)], float64
        Rows of zeros for components in which the points do not differ.

    Examples
    --------
    >>> X = np.array([[0.0, 0.0], [2.0, 20.0], [4.0, 0.0]])
    >>> np.cov(X @ whitening_map(X).T, rowvar=False).round(9)
    array([[1., 0.],
           [0., 1.]])
    """
    centred = X - X.mean(axis=0)
    _, deviations, directions = np.linalg.svd(centred, full_matrices=False)
    # What the mean's rounding leaves of features that are large, but do not differ, is no spread.
    rounding = max(X.shape) * np.finfo(np.float64).eps * np.abs(X).max()
    n_differ = np.count_nonzero(deviations > rounding)
    whitening = np.zeros((X.shape[1], X.shape[1]))
    if n_differ:
        scales = np.sqrt(len(X) - 1) / deviations[:n_differ]
        whitening[:n_differ] = scales[:, None] * directions[:n_differ]
    return whitening
