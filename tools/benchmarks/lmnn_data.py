"""Made-up collections with the structure of MFCC-P: 15 seconds of 13 correlated coefficients."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Table = NDArray[np.float64]

N_SECONDS, N_COEFFICIENTS = 15, 13
# Mean and spread over tracks, and spread of a track's seconds, as excerpts of music have them.
_MEAN = np.array([-700, 140, -13, 35, -6, 18, -10, 13, -10, 10, -9, 7, -6], dtype=np.float64)
_SPREAD = np.array([80, 43, 25, 16, 17, 12, 11, 10, 8, 7, 6.5, 5.5, 5])
_WITHIN_TRACK = np.array([48, 20, 16, 11, 9, 7.5, 7.5, 7, 6, 5.5, 5.5, 5, 5])
# Of the variance between tracks.
_CLASS_SHARE = 0.25
# Correlation of one second with the next.
_STEADINESS = 0.4


def mfcc_like(
    n_tracks: int, n_classes: int, *, standardised: bool = False, seed: int = 0
) -> tuple[Table, NDArray[np.intp]]:
    """Draw classes, tracks within them, and seconds within these, from Gaussians.

    Parameters
    ----------
    n_tracks, n_classes : int
    standardised : bool
        Whether every feature has zero mean and unit variance; else c0 is near -700 and the last
        coefficient near -6.
    seed : int

    Returns
    -------
    X : np.ndarray [shape=(n_tracks, 195)]
    y : np.ndarray [shape=(n_tracks,)], int
        Balanced classes, in no order.

    Examples
    --------
    >>> X, y = mfcc_like(100, 4)
    >>> X.shape, np.bincount(y)
    ((100, 195), array([25, 25, 25, 25]))
    >>> bool(np.allclose(mfcc_like(100, 4, standardised=True)[0].std(axis=0), 1))
    True
    """
    rng = np.random.default_rng(seed)
    mix = np.linalg.cholesky(_correlation()).T
    y = rng.permutation(np.arange(n_tracks) % n_classes)

    def draw(*shape: int) -> Table:
        return rng.normal(size=(*shape, N_COEFFICIENTS)) @ mix

    between = draw(n_classes)[y] * np.sqrt(_CLASS_SHARE) + draw(n_tracks) * np.sqrt(
        1 - _CLASS_SHARE
    )
    seconds = draw(n_tracks, N_SECONDS)
    for second in range(1, N_SECONDS):
        seconds[:, second] *= np.sqrt(1 - _STEADINESS**2)
        seconds[:, second] += _STEADINESS * seconds[:, second - 1]
    tracks = _MEAN + between * _SPREAD
    X = (tracks[:, None] + seconds * _WITHIN_TRACK).reshape(n_tracks, -1)
    return (X - X.mean(axis=0)) / X.std(axis=0) if standardised else X, y


def _correlation() -> Table:
    """Neighbouring coefficients go together; a loud track is a bright one (c0 against c1)."""
    lag = np.abs(np.subtract.outer(np.arange(N_COEFFICIENTS), np.arange(N_COEFFICIENTS)))
    correlation: Table = 0.3**lag
    correlation[0, 1] = correlation[1, 0] = -0.6
    return correlation
