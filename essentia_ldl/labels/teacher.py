"""Label distributions by a classifier that did not learn from the sample."""

from __future__ import annotations

from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from sklearn.base import clone
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import HasMethods, Interval

from essentia_ldl.labels.base import FloatArray, LabelEnhancer, Samples, align
from essentia_ldl.labels.splits import splits_of


class OutOfFoldTeacher(LabelEnhancer):
    """Each sample's class probabilities by a classifier that was fitted without it.

    The samples are split; for each part, a copy of the classifier is fitted on the others. Where
    groups are given, nothing of a sample's group is learned from either. What a classifier says
    of samples that it has learned, it has partly by heart; this it has not.

    Parameters
    ----------
    classifier : scikit-learn classifier, optional
        With `predict_proba`; by default a logistic regression on standardised features.
    n_splits : int, default=5
        Parts; fewer where the smallest class, or the groups, are fewer.
    n_repeats : int, default=1
        Splits, of which the mean is taken.
    random_state : int, RandomState or None, default=None
        Shuffles the samples.

    Attributes
    ----------
    classes_ : np.ndarray [shape=(n_classes,)]
        The distinct labels, sorted.
    label_distributions_ : np.ndarray [shape=(n_samples, n_classes)], float64

    References
    ----------
    C. Northcutt, L. Jiang and I. Chuang, "Confident learning: estimating uncertainty in dataset
    labels", JAIR 70, 2021, section 3: out-of-sample predicted probabilities.

    Examples
    --------
    >>> X = [[0.0], [0.1], [0.2], [0.3], [5.0], [5.1], [5.2], [0.15]]
    >>> y = ["jazz"] * 4 + ["rock"] * 4
    >>> teacher = OutOfFoldTeacher(n_splits=4, random_state=0)
    >>> teacher.fit_transform(X, y)[-1].round(1)  # labelled rock, and among jazz
    array([0.8, 0.2])
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "classifier": [HasMethods(["fit", "predict_proba"]), None],
        "n_splits": [Interval(Integral, 2, None, closed="left")],
        "n_repeats": [Interval(Integral, 1, None, closed="left")],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        classifier: Any = None,
        *,
        n_splits: int = 5,
        n_repeats: int = 1,
        random_state: Any = None,
    ) -> None:
        self.classifier = classifier
        self.n_splits = n_splits
        self.n_repeats = n_repeats
        self.random_state = random_state

    def _enhance(self, samples: Samples) -> FloatArray:
        random_state = check_random_state(self.random_state)
        classifier = _logistic_regression() if self.classifier is None else self.classifier
        predicted = np.zeros(samples.one_hot.shape)
        for _ in range(self.n_repeats):
            for train, test in splits_of(samples, self.n_splits, random_state):
                # A part without a second class teaches nothing but that class.
                names = np.unique(samples.y[train])
                if len(names) == 1:
                    probabilities = np.ones((len(test), 1))
                else:
                    fitted = clone(classifier).fit(samples.X[train], samples.y[train])
                    names, probabilities = fitted.classes_, fitted.predict_proba(samples.X[test])
                predicted[test] += align(probabilities, names, self.classes_)
        return predicted / self.n_repeats


def _logistic_regression() -> Any:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
