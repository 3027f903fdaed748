"""Probabilities that are as sure as they are right."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

FloatArray = NDArray[np.float64]

_TINY = float(np.finfo(np.float64).tiny)
# Classes that are told apart without an error would be made ever surer of.
_LEAST, _MOST = 0.1, 10.0


def calibrated(distributions: FloatArray, codes: NDArray[np.intp]) -> tuple[FloatArray, float]:
    """Sharpen or flatten distributions by one temperature, for the likeliest given labels.

    A classifier that has to be held back in order to find errors, and all the more one that has
    few tracks to learn from, is right more often than it says. The order of the classes of a
    track stays. The temperature is one number for all tracks, so that it can follow no track's
    label. It stays near 1 where tracks are few, and tracks whose own class was not there to be
    learned have no part in it.

    Parameters
    ----------
    distributions : np.ndarray [shape=(n_tracks, n_classes)]
        Out of fold.
    codes : np.ndarray [shape=(n_tracks,)]
        Each track's given class, as a column.

    Returns
    -------
    calibrated : np.ndarray [shape=(n_tracks, n_classes)]
    temperature : float
        From 0.1 to 10; below 1 it sharpens.

    References
    ----------
    C. Guo, G. Pleiss, Y. Sun and K. Q. Weinberger, "On calibration of modern neural networks", ICML
    2017, section 4.2.

    Examples
    --------
    >>> timid = np.array([[0.6, 0.4], [0.6, 0.4], [0.4, 0.6], [0.4, 0.6], [0.6, 0.4]] * 8)
    >>> found, temperature = calibrated(timid, np.array([0, 0, 1, 1, 1] * 8))
    >>> found[0].round(2), round(temperature, 2)
    (array([0.75, 0.25]), 0.36)
    """
    logits = np.log(np.maximum(distributions, _TINY))
    own = np.arange(len(codes)), codes
    was_learned = distributions[own] > 0

    def loss(log_temperature: float) -> float:
        log_likely = log_softmax(logits / np.exp(log_temperature), axis=1)[own]
        # The square holds few tracks near 1: a normal prior of the temperature's logarithm.
        return float(log_temperature**2 - log_likely[was_learned].sum())

    found = minimize_scalar(loss, bounds=(np.log(_LEAST), np.log(_MOST)), method="bounded")
    temperature = float(np.exp(found.x))
    return np.exp(log_softmax(logits / temperature, axis=1)), temperature
