"""Label smoothing: a share of every label spread evenly over the classes."""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval

from essentia_ldl.labels.base import FeaturelessEnhancer, FloatArray, Samples


class UniformSmoothing(FeaturelessEnhancer):
    """One-hot labels, of which a share is spread evenly over all classes.

    The distribution of a sample of class y is ``(1 - share) * onehot(y) + share / n_classes``:
    it knows of no likeness between classes or samples, and so is what others have to beat.

    Parameters
    ----------
    share : float, default=0.1
        From 0, which leaves labels as they are, to 1.

    Attributes
    ----------
    classes_ : np.ndarray [shape=(n_classes,)]
        The distinct labels, sorted.
    label_distributions_ : np.ndarray [shape=(n_samples, n_classes)], float64

    References
    ----------
    C. Szegedy et al., "Rethinking the Inception architecture for computer vision", CVPR 2016,
    section 7.

    Examples
    --------
    >>> UniformSmoothing(0.2).fit_transform(None, ["rock", "jazz", "rock"])
    array([[0.1, 0.9],
           [0.9, 0.1],
           [0.1, 0.9]])
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "share": [Interval(Real, 0, 1, closed="both")]
    }

    def __init__(self, share: float = 0.1) -> None:
        self.share = share

    def _enhance(self, samples: Samples) -> FloatArray:
        n_classes = samples.one_hot.shape[1]
        return np.asarray((1 - self.share) * samples.one_hot + self.share / n_classes)
