"""Label distributions from ridge regressions that each sample took no part in."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax
from threadpoolctl import threadpool_limits

from essentia_ldl.labels._ridge import LeaveOutRidge, balanced_weights
from essentia_ldl.labels.base import FloatArray, LabelEnhancer, Samples

# Logarithms of the factors that scores are sharpened with at least and at most.
_FLATTEST, _SHARPEST = -3.0, 5.0


class LeaveOutTeacher(LabelEnhancer):
    """What kernel ridge regression says of each sample, fitted on the others alone.

    The regression of one-hot labels on the features (a linear and a Gaussian kernel's mean, over
    standardised features) has its leave-one-out predictions in closed form, so that no parts are
    drawn at random and each sample is judged by all the others; with groups, by all other groups.
    Classes weigh alike, whatever their sizes: errors take more from a large class than from a small
    one, which would otherwise seem to gain them.
    A softmax turns them into probabilities. Two numbers are fitted on all samples together: the
    penalty, for the least squared error of these predictions, and how sharp the softmax is, for
    the likeliest labels.

    Attributes
    ----------
    classes_ : np.ndarray [shape=(n_classes,)]
        The distinct labels, sorted.
    label_distributions_ : np.ndarray [shape=(n_samples, n_classes)], float64

    References
    ----------
    C. Rasmussen and C. Williams, "Gaussian processes for machine learning", MIT Press 2006,
    section 5.4.2: leave-one-out predictions from one fit. C. Guo et al., "On calibration of modern
    neural networks", ICML 2017, section 4.2: one temperature.

    Examples
    --------
    >>> X = [[0.0], [0.1], [0.2], [0.3], [5.0], [5.1], [5.2], [0.15]]
    >>> y = ["jazz"] * 4 + ["rock"] * 4
    >>> LeaveOutTeacher().fit_transform(X, y)[-1].round(1)  # labelled rock, and among jazz
    array([0.9, 0.1])
    """

    def _enhance(self, samples: Samples) -> FloatArray:
        if samples.one_hot.shape[1] == 1:
            return samples.one_hot
        with threadpool_limits(limits=1, user_api="blas"):
            weights = balanced_weights(samples.one_hot)
            ridge = LeaveOutRidge(samples.X, samples.groups, weights)
            return probabilities(ridge.predict(samples.one_hot), samples.one_hot)


def probabilities(scores: FloatArray, targets: FloatArray) -> FloatArray:
    """Softmax of scores times the one factor that makes the targets likeliest.

    Parameters
    ----------
    scores : np.ndarray [shape=(n_samples, n_classes)]
    targets : np.ndarray [shape=(n_samples, n_classes)]
        Distributions.

    Returns
    -------
    np.ndarray [shape=(n_samples, n_classes)]
    """

    def cross_entropy(log_factor: float) -> float:
        return -float((targets * log_softmax(np.exp(log_factor) * scores, axis=1)).sum())

    found = minimize_scalar(cross_entropy, bounds=(_FLATTEST, _SHARPEST), method="bounded")
    return np.asarray(softmax(np.exp(found.x) * scores, axis=1))
