"""Label distributions that spread along the edges of a neighbourhood graph."""

from __future__ import annotations

import warnings
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.semi_supervised import LabelSpreading
from sklearn.utils._param_validation import HasMethods, Interval

from essentia_ldl.labels.base import FloatArray, Samples
from essentia_ldl.labels.space import SpaceEnhancer


class LabelPropagation(SpaceEnhancer):
    """Labels spread over the graph of each sample's nearest neighbours (scikit-learn's).

    Every sample takes a share `alpha` of its distribution from its neighbours and the rest from
    its own label, until nothing changes any more: neighbours of neighbours count too.

    Parameters
    ----------
    alpha : float, default=0.5
        Between 0 and 1, which are excluded.
    n_neighbors : int, default=7
    transformer : scikit-learn transformer, optional
        A copy of it is fitted on (X, y), and neighbours are found among the transformed samples.

    Attributes
    ----------
    classes_ : np.ndarray [shape=(n_classes,)]
        The distinct labels, sorted.
    label_distributions_ : np.ndarray [shape=(n_samples, n_classes)], float64
    spreading_ : sklearn.semi_supervised.LabelSpreading

    References
    ----------
    D. Zhou et al., "Learning with local and global consistency", NeurIPS 2003.

    Examples
    --------
    >>> X = [[0.0], [0.1], [0.2], [5.0], [5.1], [5.2]]
    >>> y = ["jazz", "jazz", "rock", "rock", "rock", "rock"]
    >>> LabelPropagation(0.8, n_neighbors=3).fit_transform(X, y)[2].round(2)  # rock, among jazz
    array([0.57, 0.43])
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "alpha": [Interval(Real, 0, 1, closed="neither")],
        "n_neighbors": [Interval(Integral, 1, None, closed="left")],
        "transformer": [HasMethods(["fit", "transform"]), None],
    }

    def __init__(
        self, alpha: float = 0.5, *, n_neighbors: int = 7, transformer: Any = None
    ) -> None:
        self.alpha = alpha
        self.n_neighbors = n_neighbors
        self.transformer = transformer

    def _enhance(self, samples: Samples) -> FloatArray:
        points = self._fit_space(samples)
        self.spreading_ = LabelSpreading(
            kernel="knn",
            n_neighbors=min(self.n_neighbors, len(samples.X)),
            alpha=self.alpha,
            max_iter=1000,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("error", ConvergenceWarning)
            # By number: a label -1 would mean that there is none.
            self.spreading_.fit(points, samples.one_hot.argmax(axis=1))
        return _normalised(self.spreading_.label_distributions_)

    def _predict(self, points: FloatArray) -> FloatArray:
        return _normalised(np.asarray(self.spreading_.predict_proba(points)))


def _normalised(distributions: FloatArray) -> FloatArray:
    return np.asarray(distributions / distributions.sum(axis=1, keepdims=True))
