"""Label distributions from the labels of each sample's nearest neighbours."""

from __future__ import annotations

import warnings
from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist
from sklearn.base import clone
from sklearn.utils import check_array
from sklearn.utils._param_validation import HasMethods, Interval

from essentia_ldl.labels.base import FloatArray, LabelEnhancer, LabelWarning

# Distances held at once: a block of rows against all samples, 32 MB of float64.
_BLOCK_SIZE = 1 << 22


class KNNSmoothing(LabelEnhancer):
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
    include_self : bool, default=False
        Whether a sample is the first of its own k neighbours, which puts at least 1/k on its
        own label.

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
        "include_self": ["boolean"],
    }

    def __init__(
        self, n_neighbors: int = 10, *, transformer: Any = None, include_self: bool = False
    ) -> None:
        self.n_neighbors = n_neighbors
        self.transformer = transformer
        self.include_self = include_self

    def _enhance(self, X: FloatArray, y: NDArray[Any], one_hot: FloatArray) -> FloatArray:
        self.n_neighbors_ = self._usable_n_neighbors(one_hot)
        if self.transformer is None:
            self.transformer_, points = None, X
        else:
            self.transformer_ = clone(self.transformer).fit(X, y)
            points = check_array(self.transformer_.transform(X), dtype=np.float64)
        self.neighbors_ = _nearest(points, self.n_neighbors_, include_self=self.include_self)
        counts = sum(one_hot[column] for column in self.neighbors_.T)
        return np.asarray(counts / self.n_neighbors_)

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


def _nearest(points: FloatArray, n_neighbors: int, *, include_self: bool) -> NDArray[np.intp]:
    """Row numbers of each point's nearest points, itself first or nowhere, ties by row number.

    Every distance is computed from its two points alone (no matrix product), so that equal
    distances come out equal and the sort decides ties by row number.
    """
    n_points = len(points)
    neighbors = np.empty((n_points, n_neighbors), dtype=np.intp)
    step = max(1, _BLOCK_SIZE // n_points)
    for start in range(0, n_points, step):
        rows = np.arange(start, min(start + step, n_points))
        order = np.argsort(cdist(points[rows], points, "sqeuclidean"), axis=1, kind="stable")
        # Itself is known by its row number: an exact duplicate is at distance 0, too.
        others = order[order != rows[:, None]].reshape(len(rows), n_points - 1)
        if include_self:
            others = np.column_stack([rows, others])
        neighbors[rows] = others[:, :n_neighbors]
    return neighbors
