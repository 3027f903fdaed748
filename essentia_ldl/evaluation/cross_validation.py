"""The cross-validation of one variant, summed up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from essentia_ldl.evaluation.accuracy import balanced_accuracy, confusion
from essentia_ldl.evaluation.folds import Fold


@dataclass(frozen=True, eq=False)
class CrossValidation:
    """Balanced accuracy, pooled and per fold, and the confusions behind it.

    Attributes
    ----------
    per_fold : tuple of float
        Balanced accuracy of every fold, repeat after repeat.
    pooled : float
        Balanced accuracy over all tracks at once, each predicted by the head that did not see
        it; the mean over the repeats.
    confusion : np.ndarray [shape=(n_classes, n_classes)], int
        Tracks by given class (rows) and predicted class (columns), summed over the repeats.
    """

    per_fold: tuple[float, ...]
    pooled: float
    confusion: NDArray[np.int64]

    @classmethod
    def from_predictions(
        cls,
        y: ArrayLike,
        folds: Sequence[Fold],
        predictions: Sequence[ArrayLike],
        *,
        n_classes: int,
    ) -> CrossValidation:
        """Sum up predicted classes.

        Parameters
        ----------
        y : array-like [shape=(n_tracks,)], int
            Given classes.
        folds : sequence of Fold
            As `make_folds` orders them.
        predictions : sequence of array-like [shape=(n_test,)], int
            The predicted classes of each fold's test tracks.
        n_classes : int

        Examples
        --------
        >>> from essentia_ldl.evaluation import make_folds
        >>> y = np.array([0, 0, 1, 1])
        >>> folds = make_folds(y, n_splits=2)
        >>> result = CrossValidation.from_predictions(y, folds, [[0, 1], [0, 0]], n_classes=2)
        >>> result.per_fold, result.pooled
        ((1.0, 0.5), 0.75)
        """
        given = np.asarray(y)
        pairs = [
            (fold.repeat, given[fold.test], np.asarray(predicted))
            for fold, predicted in zip(folds, predictions, strict=True)
        ]
        per_fold = tuple(balanced_accuracy(true, predicted) for _, true, predicted in pairs)
        pooled, counts = [], np.zeros((n_classes, n_classes), dtype=np.int64)
        for _, repeat in groupby(pairs, key=lambda pair: pair[0]):
            _, true, predicted = zip(*repeat, strict=True)
            all_true, all_predicted = np.concatenate(true), np.concatenate(predicted)
            pooled.append(balanced_accuracy(all_true, all_predicted))
            counts += confusion(all_true, all_predicted, n_classes)
        return cls(per_fold, float(np.mean(pooled)), counts)

    @property
    def fold_mean(self) -> float:
        """Mean of `per_fold`."""
        return float(np.mean(self.per_fold))

    @property
    def fold_sd(self) -> float:
        """Sample standard deviation of `per_fold` (n - 1)."""
        return float(np.std(self.per_fold, ddof=1))

    def to_dict(self) -> dict[str, Any]:
        """Return what a report holds, ready for JSON."""
        return {
            "balanced_accuracy": {
                "pooled": self.pooled,
                "fold_mean": self.fold_mean,
                "fold_sd": self.fold_sd,
                "per_fold": list(self.per_fold),
            },
            "confusion": self.confusion.tolist(),
        }
