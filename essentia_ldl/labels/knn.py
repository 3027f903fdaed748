"""Label distributions from the labels of each sample's nearest neighbours."""

from __future__ import annotations

import warnings
from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions

from essentia_ldl.labels.base import FloatArray, LabelWarning, Samples
from essentia_ldl.labels.neighbors import Neighbors, nearest_others, nearest_points
from essentia_ldl.labels.space import SpaceEnhancer


class KNNSmoothing(SpaceEnhancer):
    """Label distributions by k-NN smoothing.

    The distribution of a sample is the mean of the one-hot labels of its k nearest neighbours
    among the samples given to `fit`, by Euclidean distance (the paper's section on label
    enhancement: d_j = (1/k) times the sum over the k nearest). Smoothed labels are not smoothed
    again. Of neighbours at equal distances, those that come first are taken.

    Parameters
    ----------
    n_neighbors : int, default=10
        The k above. Clipped, with a `LabelWarning`, where there are not as many samples; a
        `LabelWarning` also tells where it exceeds what the smallest class can fill.
    transformer : scikit-learn transformer, optional
        A copy of it is fitted on (X, y), and neighbours are found among the transformed samples:
        ``make_pipeline(StandardScaler(), LMNN(32))`` makes the paper's S_B.
    weights : {"uniform", "distance"}, default="uniform"
        How neighbours count: alike, as in the paper, or by the inverse of their distance, as in
        scikit-learn's KNeighborsClassifier; those at no distance then count alone.
    include_self : bool, default=False
        Whether a sample is the first of its own k neighbours, which puts at least 1/k on its
        own label. It is at no distance from itself, so not with ``weights="distance"``.

    Attributes
    ----------
    classes_ : np.ndarray [shape=(n_classes,)]
        The distinct labels, sorted.
    label_distributions_ : np.ndarray [shape=(n_samples, n_classes)], float64
    neighbors_ : np.ndarray [shape=(n_samples, n_neighbors_)], int
        Each sample's neighbours as row numbers, nearest first.
    n_neighbors_ : int
        The k used.
    transformer_ : transformer or None
        The fitted copy of `transformer`.

    Examples
    --------
    >>> X = [[0.0], [1.0], [2.0], [4.5], [7.0], [8.0], [10.0]]
    >>> y = ["jazz", "jazz", "jazz", "rock", "rock", "rock", "rock"]
    >>> KNNSmoothing(n_neighbors=2).fit_transform(X, y)
    array([[1. , 0. ],
           [1. , 0. ],
           [1. , 0. ],
           [0.5, 0.5],
           [0. , 1. ],
           [0. , 1. ],
           [0. , 1. ]])
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "n_neighbors": [Interval(Integral, 1, None, closed="left")],
        "transformer": [HasMethods(["fit", "transform"]), None],
        "weights": [StrOptions({"uniform", "distance"})],
        "include_self": ["boolean"],
    }

    def __init__(
        self,
        n_neighbors: int = 10,
        *,
        transformer: Any = None,
        weights: str = "uniform",
        include_self: bool = False,
    ) -> None:
        self.n_neighbors = n_neighbors
        self.transformer = transformer
        self.weights = weights
        self.include_self = include_self

    def _enhance(self, samples: Samples) -> FloatArray:
        if self.include_self and self.weights == "distance":
            raise ValueError("a sample that counts by its distance from itself counts alone")
        self.n_neighbors_ = self._usable_n_neighbors(samples.one_hot)
        self._points, self._one_hot = self._fit_space(samples), samples.one_hot
        nearest = nearest_others(self._points, self.n_neighbors_, include_self=self.include_self)
        self.neighbors_ = nearest.rows
        return self._mean_label(nearest, samples.one_hot)

    def _predict(self, points: FloatArray) -> FloatArray:
        nearest = nearest_points(points, self._points, self.n_neighbors_)
        return self._mean_label(nearest, self._one_hot)

    def _mean_label(self, nearest: Neighbors, one_hot: FloatArray) -> FloatArray:
        if self.weights == "uniform":
            # Whole numbers, summed: k-NN with k = 10 gives tenths exactly.
            counts = sum(one_hot[column] for column in nearest.rows.T)
            return np.asarray(counts / self.n_neighbors_)
        weights = nearest.inverse_distances()
        sums = np.einsum("nk,nkc->nc", weights, one_hot[nearest.rows])
        return np.asarray(sums / weights.sum(axis=1, keepdims=True))

    def _usable_n_neighbors(self, one_hot: FloatArray) -> int:
        """Clip `n_neighbors` to the samples there are, and tell what it does to small classes."""
        itself = 0 if self.include_self else 1
        n_neighbors = min(self.n_neighbors, len(one_hot) - itself)
        if n_neighbors < self.n_neighbors:
            warnings.warn(
                f"n_neighbors={self.n_neighbors} is more than {len(one_hot)} samples have; "
                f"{n_neighbors} are used",
                LabelWarning,
                stacklevel=4,
            )
        sizes = one_hot.sum(axis=0)
        smallest = int(sizes.argmin())
        own = int(sizes[smallest]) - itself
        if n_neighbors > own:
            warnings.warn(
                f"n_neighbors={n_neighbors} is more than the {own} neighbours that a sample of "
                f"class {self.classes_.tolist()[smallest]!r} has in its own class: its probability "
                f"of that class cannot exceed {own / n_neighbors:.2f}",
                LabelWarning,
                stacklevel=4,
            )
        return n_neighbors
