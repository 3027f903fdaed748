"""Label distributions that come from no map fitted on the sample itself."""

from __future__ import annotations

from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from sklearn.base import clone
from sklearn.utils._param_validation import HasMethods, Interval

from essentia_ldl.labels.base import FloatArray, LabelEnhancer, Samples, align
from essentia_ldl.labels.splits import splits_of


class CrossFitted(LabelEnhancer):
    """Another enhancer, fitted on some samples and asked about the others, in turns.

    A metric that is learned from labels gathers samples of one label, right or wrong: LMNN's
    in-sample neighbours agree with random labels too. Here the distribution of each sample comes
    from an enhancer that has not seen its label, nor any of its group.

    Parameters
    ----------
    enhancer : LabelEnhancer
        With `predict_proba`, as `KNNSmoothing`, `ClassPrototype` and `LabelPropagation` have it.
    n_splits : int, default=5
        Parts; fewer where the smallest class, or the groups, are fewer.
    random_state : int, RandomState or None, default=None
        Shuffles the samples.

    Attributes
    ----------
    classes_ : np.ndarray [shape=(n_classes,)]
        The distinct labels, sorted.
    label_distributions_ : np.ndarray [shape=(n_samples, n_classes)], float64

    References
    ----------
    V. Chernozhukov et al., "Double/debiased machine learning for treatment and structural
    parameters", The Econometrics Journal 21, 2018: cross-fitting.

    Examples
    --------
    >>> from essentia_ldl.labels import KNNSmoothing
    >>> X = [[0.0], [0.1], [0.2], [0.3], [5.0], [5.1], [5.2], [0.15]]
    >>> y = ["jazz"] * 4 + ["rock"] * 4
    >>> CrossFitted(KNNSmoothing(2), n_splits=4, random_state=0).fit_transform(X, y)[-1]
    array([1., 0.])
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "enhancer": [HasMethods(["fit", "predict_proba"])],
        "n_splits": [Interval(Integral, 2, None, closed="left")],
        "random_state": ["random_state"],
    }

    def __init__(self, enhancer: Any, *, n_splits: int = 5, random_state: Any = None) -> None:
        self.enhancer = enhancer
        self.n_splits = n_splits
        self.random_state = random_state

    def _enhance(self, samples: Samples) -> FloatArray:
        predicted = np.empty(samples.one_hot.shape)
        for train, test in splits_of(samples, self.n_splits, self.random_state):
            groups = None if samples.groups is None else samples.groups[train]
            fitted = clone(self.enhancer).fit(samples.X[train], samples.y[train], groups)
            probabilities = fitted.predict_proba(samples.X[test])
            predicted[test] = align(probabilities, fitted.classes_, self.classes_)
        return predicted
