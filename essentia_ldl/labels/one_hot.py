"""Labels as they are: all the probability on the given class."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import assert_all_finite, check_consistent_length, column_or_1d

from essentia_ldl.labels.base import FloatArray, LabelEnhancer


class OneHot(LabelEnhancer):
    """One-hot labels (the paper's "None").

    Parameters of `fit` are those of every enhancer, but the features are not looked at and may
    be None.

    Attributes
    ----------
    classes_ : np.ndarray [shape=(n_classes,)]
        The distinct labels, sorted.
    label_distributions_ : np.ndarray [shape=(n_samples, n_classes)], float64

    Examples
    --------
    >>> OneHot().fit_transform(None, ["rock", "jazz", "rock"])
    array([[0., 1.],
           [1., 0.],
           [0., 1.]])
    """

    def _check_samples(self, X: ArrayLike | None, y: ArrayLike) -> tuple[Any, NDArray[Any]]:
        labels = column_or_1d(y, warn=True)
        assert_all_finite(labels, input_name="y")
        check_consistent_length(X, labels)
        return X, np.asarray(labels)

    def _enhance(self, X: Any, y: NDArray[Any], one_hot: FloatArray) -> FloatArray:
        return one_hot

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        # The features are not looked at, so they may be of any kind.
        tags.no_validation = True
        tags.input_tags.sparse = True
        return tags
