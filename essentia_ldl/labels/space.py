"""What enhancers share that look at samples through a transformer, and answer for new ones."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import clone
from sklearn.utils import check_array
from sklearn.utils.validation import check_is_fitted, validate_data

from essentia_ldl.labels.base import FloatArray, LabelEnhancer, Samples


class SpaceEnhancer(LabelEnhancer):
    """Base of the enhancers with a parameter `transformer`, of which a copy is fitted on (X, y).

    A subclass implements `_enhance`, calling `_fit_space`, and `_predict`.

    Attributes
    ----------
    transformer_ : transformer or None
        The fitted copy of `transformer`.
    """

    transformer: Any
    transformer_: Any

    def predict_proba(self, X: ArrayLike) -> FloatArray:
        """Compute the label distributions of new samples, by what was fitted.

        Parameters
        ----------
        X : array-like [shape=(n_samples, n_features)]

        Returns
        -------
        np.ndarray [shape=(n_samples, n_classes)], float64
            A column for each of `classes_`.
        """
        check_is_fitted(self)
        return self._predict(self._in_space(validate_data(self, X, dtype=np.float64, reset=False)))

    @abstractmethod
    def _predict(self, points: FloatArray) -> FloatArray:
        """Return the distributions of points of the transformed space."""

    def _fit_space(self, samples: Samples) -> FloatArray:
        """Fit the transformer and return the samples as points of its space."""
        self.transformer_ = (
            None if self.transformer is None else clone(self.transformer).fit(samples.X, samples.y)
        )
        return self._in_space(samples.X)

    def _in_space(self, X: Any) -> FloatArray:
        if self.transformer_ is None:
            return np.asarray(X)
        return np.asarray(check_array(self.transformer_.transform(X), dtype=np.float64))
