"""Which points LMNN's triplets are made of where labels may be wrong."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr

from essentia_ldl.labels.base import FloatArray
from essentia_ldl.labels.neighbors import nearest_others

# Measured on 40 and 50 features, with 2 and with 10 classes: 5 to 20 differ little.
_NEIGHBORHOOD = 10

# How unlikely a lead has to be by chance. 0.05 to 0.25 differ little.
_LEVEL = 0.1


def inliers(X: FloatArray, codes: NDArray[np.intp], fewest: int) -> NDArray[np.bool_]:
    """Find the points whose labels their neighbours bear out.

    A point is one of them where more of its nearest points are of its class than the class's
    share among all others predicts, and where no other class leads it there by more than chance:
    a sign test between the two, one-sided. Classes that would keep fewer than `fewest` points
    keep all.

    Parameters
    ----------
    X : np.ndarray [shape=(n_points, n_features)]
        At least two points.
    codes : np.ndarray [shape=(n_points,)]
        Classes, counted from 0.
    fewest : int

    Returns
    -------
    np.ndarray [shape=(n_points,)], bool

    Examples
    --------
    >>> X = np.r_[0:8, 100:108, 3.5][:, None]
    >>> codes = np.repeat([0, 1], [8, 9])  # the last point is of class 1, amid class 0
    >>> np.flatnonzero(~inliers(X, codes, fewest=4))
    array([16])
    """
    n_neighbors = min(_NEIGHBORHOOD, len(X) - 1)
    nearest = nearest_others(X, n_neighbors, include_self=False).rows
    counts = np.eye(codes.max() + 1)[codes[nearest]].sum(axis=1)
    rows = np.arange(len(X))
    own = counts[rows, codes]
    counts[rows, codes] = 0
    rival = counts.max(axis=1)
    by_chance = n_neighbors * (np.bincount(codes)[codes] - 1) / (len(X) - 1)
    # The probability of no more than `own` of the two classes' points, were they equally likely.
    led = bdtr(own, (own + rival).astype(np.intp), 0.5) < _LEVEL
    borne_out = (own > by_chance) & ~led
    too_few = np.bincount(codes[borne_out], minlength=codes.max() + 1) < fewest
    return np.asarray(borne_out | too_few[codes])
