"""What all label enhancers share: labels in, label distributions out."""

from __future__ import annotations

from abc import ABCMeta, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator
from sklearn.utils import assert_all_finite, check_consistent_length, column_or_1d
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import validate_data

if TYPE_CHECKING:
    from typing_extensions import Self

FloatArray = NDArray[np.float64]


class LabelWarning(UserWarning):
    """Labels that can be worked with, but not exactly as the settings ask."""


@dataclass(frozen=True, eq=False)
class Samples:
    """Checked samples, as enhancers get them.

    Attributes
    ----------
    X : np.ndarray [shape=(n_samples, n_features)], float64, or None
    y : np.ndarray [shape=(n_samples,)]
    one_hot : np.ndarray [shape=(n_samples, n_classes)], float64
        The labels, a column per class in sorted order.
    groups : np.ndarray [shape=(n_samples,)] or None
    """

    X: Any
    y: NDArray[Any]
    one_hot: FloatArray
    groups: NDArray[Any] | None


class LabelEnhancer(BaseEstimator, metaclass=ABCMeta):  # type: ignore[misc]
    """Base of the estimators that turn one label per sample into a label distribution.

    A subclass implements `_enhance`.

    Attributes
    ----------
    classes_ : np.ndarray [shape=(n_classes,)]
        The distinct labels, sorted: the columns of `label_distributions_`.
    label_distributions_ : np.ndarray [shape=(n_samples, n_classes)], float64
        Rows are in the order of the samples given to `fit`, are not negative and sum to 1.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {}

    classes_: NDArray[Any]
    label_distributions_: FloatArray

    def fit(self, X: ArrayLike | None, y: ArrayLike, groups: ArrayLike | None = None) -> Self:
        """Compute the label distributions of the samples `X` with labels `y`.

        Parameters
        ----------
        X : array-like [shape=(n_samples, n_features)]
            The samples' features; None for an enhancer that looks at none.
        y : array-like [shape=(n_samples,)]
            One label per sample, integers or strings.
        groups : array-like [shape=(n_samples,)], optional
            What samples share with others, such as the artist. Enhancers that split samples keep
            groups together; others do not look at them.

        Returns
        -------
        LabelEnhancer
            The estimator itself.

        Raises
        ------
        ValueError
            If the features or labels are missing, not finite, or of differing lengths.
        """
        self._validate_params()
        X, y = self._check_samples(X, y)
        check_classification_targets(y)
        if groups is not None:
            groups = np.asarray(groups)
            check_consistent_length(y, groups)
        self.classes_, codes = np.unique(y, return_inverse=True)
        one_hot = np.eye(len(self.classes_))[codes]
        self.label_distributions_ = self._enhance(Samples(X, y, one_hot, groups))
        return self

    def fit_transform(
        self, X: ArrayLike | None, y: ArrayLike, groups: ArrayLike | None = None
    ) -> FloatArray:
        """Call `fit` and return `label_distributions_`."""
        return self.fit(X, y, groups).label_distributions_

    def _check_samples(self, X: ArrayLike | None, y: ArrayLike) -> tuple[Any, NDArray[Any]]:
        return validate_data(  # type: ignore[no-any-return]
            self, X, y, dtype=np.float64, ensure_min_samples=2
        )

    @abstractmethod
    def _enhance(self, samples: Samples) -> FloatArray:
        """Return the distributions of checked samples."""

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        return tags


class FeaturelessEnhancer(LabelEnhancer):
    """Base of the enhancers that look at labels alone; features may be None or of any kind."""

    def _check_samples(self, X: ArrayLike | None, y: ArrayLike) -> tuple[Any, NDArray[Any]]:
        labels = column_or_1d(y, warn=True)
        assert_all_finite(labels, input_name="y")
        check_consistent_length(X, labels)
        return X, np.asarray(labels)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.no_validation = True
        tags.input_tags.sparse = True
        return tags


def align(distributions: ArrayLike, classes: ArrayLike, all_classes: ArrayLike) -> FloatArray:
    """Spread distributions over a larger set of classes.

    A training fold may lack a class of the collection; its `classes_` then are a subset, and
    the absent classes get columns of zeros.

    Parameters
    ----------
    distributions : array-like [shape=(n_samples, len(classes))]
    classes : array-like [shape=(n_classes,)]
        The columns of `distributions`.
    all_classes : array-like [shape=(n_all_classes,)]
        The columns wanted, in the order wanted; distinct.

    Returns
    -------
    np.ndarray [shape=(n_samples, len(all_classes))], float64

    Raises
    ------
    ValueError
        If one of `classes` is not among `all_classes`.

    Examples
    --------
    >>> align([[0.25, 0.75]], classes=["jazz", "rock"], all_classes=["hip hop", "jazz", "rock"])
    array([[0.  , 0.25, 0.75]])
    """
    given = np.asarray(distributions, dtype=np.float64)
    column_of = {label: column for column, label in enumerate(np.asarray(all_classes).tolist())}
    labels = np.asarray(classes).tolist()
    unknown = [label for label in labels if label not in column_of]
    if unknown:
        raise ValueError(f"classes that are not among all_classes: {unknown}")
    aligned = np.zeros((len(given), len(column_of)))
    aligned[:, [column_of[label] for label in labels]] = given
    return aligned
