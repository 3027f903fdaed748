"""Where L-BFGS begins, and the coordinates in which it steps."""

from __future__ import annotations

import numpy as np
from scipy.linalg import cholesky

from essentia_ldl.labels import _lmnn_kernels as kernels
from essentia_ldl.labels._lmnn_preparation import Prepared
from essentia_ldl.labels.base import FloatArray

_TARGETS = 96  # 32 points of three target neighbours each
_COVARIANCE = 0.03
_IDENTITY = 1e-9


def best_scale(prepared: Prepared, push_weight: float) -> float:
    """Find the multiple of the start whose objective is least.

    Along the multiples of one map, the objective is a convex, piecewise linear function of the
    square of the scale: each triplet's hinge ends where the scale is large enough. The sorted
    ends give its minimum. Triplets of 96 target neighbours, of evenly spread points, are enough to
    find the scale; all are taken where there are no more.

    Parameters
    ----------
    prepared : Prepared
    push_weight : float
        Of the push term; the pull term has one minus it.

    Returns
    -------
    float
        1 where no impostor is farther than a target neighbour, so that no scale is better.
    """
    n_points, n_neighbors = prepared.targets.shape
    n_anchors = max(1, _TARGETS // n_neighbors)
    anchors = np.unique(np.linspace(0, n_points - 1, n_anchors).astype(np.intp))
    Z = prepared.X @ prepared.start.T
    norms = np.square(Z).sum(axis=1)
    distances = norms[anchors, None] + norms - 2 * Z[anchors] @ Z.T
    pulled = np.take_along_axis(distances, prepared.targets[anchors], axis=1)
    others = prepared.class_ends[anchors, None] != prepared.class_ends
    # How much farther than a target neighbour an impostor is, at scale 1.
    gaps = np.concatenate([(distances - pulled[:, [t]])[others] for t in range(pulled.shape[1])])
    gaps = np.append(np.sort(gaps)[::-1], 0)
    if gaps[0] <= 0:
        return 1.0
    # The slope beyond the end of each hinge, the widest gap's first: what the hinges that have not
    # ended still gain.
    gains = gaps[::-1].cumsum()[::-1] - gaps
    least = int(np.argmax((1 - push_weight) * pulled.sum() - push_weight * gains >= 0))
    # Between two ends: at an end itself, the gradient is one of two.
    return float(np.sqrt(2 / (gaps[least] + max(gaps[least + 1], 0))))


def pull_factor(prepared: Prepared) -> FloatArray:
    """Compute a factor K of the pull term's matrix S = K @ K.T.

    The pull term is the sum of squared distances of target neighbours, whose differences have
    the mean square S. For points ``X @ inv(K).T`` that matrix is the identity, so the objective
    curves alike in all directions, whatever the features' scales and correlations are. A part of
    the covariance is added to S, as target neighbours may agree in some direction by chance, and
    next to nothing in all directions, as there may be some without any variance.

    Parameters
    ----------
    prepared : Prepared

    Returns
    -------
    np.ndarray [shape=(n_dimensions, n_dimensions)], float64
        A lower triangle.

    Raises
    ------
    ValueError
        If products of the features overflow.
    """
    X = np.ascontiguousarray(prepared.X)
    n_points, n_neighbors = prepared.targets.shape
    forces = np.zeros_like(X)
    nobody = np.zeros((n_points, n_neighbors + 1))
    kernels.pull(X, prepared.targets, nobody, 1.0, 0.0, forces)
    matrix = X.T @ (forces / n_neighbors + _COVARIANCE * X) / n_points
    variance = np.square(X).mean()
    matrix[np.diag_indices_from(matrix)] += _IDENTITY * variance if variance > 0 else 1.0
    if not np.isfinite(matrix).all():
        raise ValueError("the features are too large for float64; standardise the features")
    return np.asarray(cholesky(matrix, lower=True))
