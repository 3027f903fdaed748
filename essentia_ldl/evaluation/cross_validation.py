"""The cross-validation of one variant, summed up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from essentia_ldl.evaluation.accuracy import balanced_accuracy, confusion, log_loss
from essentia_ldl.evaluation.folds import Fold


@dataclass(frozen=True, eq=False)
class CrossValidation:
    """Balanced accuracy, pooled and per fold, the confusions behind it, and the log loss.

    Attributes
    ----------
    per_fold : tuple of float
        Balanced accuracy of every fold, repeat after repeat.
    pooled : float
        Balanced accuracy over all tracks at once, each predicted by the head that did not see
        it; the mean over the repeats.
    confusion : np.ndarray [shape=(n_classes, n_classes)], int
        Tracks by given class (rows) and predicted class (columns), summed over the repeats.
    log_loss : float
        Mean negative log-likelihood of the given classes, in nats, over all tracks at once; the
        mean over the repeats.
    """

    per_fold: tuple[float, ...]
    pooled: float
    confusion: NDArray[np.int64]
    log_loss: float

    @classmethod
    def from_probabilities(
        cls, y: ArrayLike, folds: Sequence[Fold], probabilities: ArrayLike
    ) -> CrossValidation:
        """Sum up out-of-fold probabilities; the predicted class is the likeliest one.

        Parameters
        ----------
        y : array-like [shape=(n_tracks,)], int
            Given classes.
        folds : sequence of Fold
            As `make_folds` orders them.
        probabilities : array-like [shape=(n_repeats, n_tracks, n_classes)]
            As `out_of_fold` makes them.

        Examples
        --------
        >>> from essentia_ldl.evaluation import make_folds
        >>> y = np.array([0, 0, 1, 1])
        >>> folds = make_folds(y, n_splits=2)
        >>> [fold.test.tolist() for fold in folds]
        [[1, 3], [0, 2]]
        >>> probabilities = [[[0.9, 0.1], [0.8, 0.2], [0.6, 0.4], [0.3, 0.7]]]
        >>> result = CrossValidation.from_probabilities(y, folds, probabilities)
        >>> result.per_fold, result.pooled, round(result.log_loss, 3)
        ((1.0, 0.5), 0.75, 0.4)
        """
        given, likelihoods = np.asarray(y), np.asarray(probabilities)
        predicted = likelihoods.argmax(axis=-1)
        n_classes = likelihoods.shape[-1]
        return cls(
            per_fold=tuple(
                balanced_accuracy(given[fold.test], predicted[fold.repeat, fold.test])
                for fold in folds
            ),
            pooled=float(np.mean([balanced_accuracy(given, repeat) for repeat in predicted])),
            confusion=np.sum([confusion(given, repeat, n_classes) for repeat in predicted], axis=0),
            log_loss=float(np.mean([log_loss(given, repeat) for repeat in likelihoods])),
        )

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
            "log_loss": self.log_loss,
        }


def out_of_fold(folds: Sequence[Fold], probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Keep of each fold's predictions those for its test tracks.

    Parameters
    ----------
    folds : sequence of Fold
        As `make_folds` orders them.
    probabilities : np.ndarray [shape=(n_folds, n_tracks, n_classes)]
        What the head of each fold predicts for every track.

    Returns
    -------
    np.ndarray [shape=(n_repeats, n_tracks, n_classes)]
        In each repeat, every track as the one head predicts it that did not learn from it.

    Examples
    --------
    >>> from essentia_ldl.evaluation import make_folds
    >>> folds = make_folds([0, 0, 1, 1], n_splits=2)
    >>> always = np.array([[[1.0, 0.0]] * 4, [[0.0, 1.0]] * 4])  # two heads that never doubt
    >>> out_of_fold(folds, always).argmax(axis=-1)  # folds test tracks 1 and 3, then 0 and 2
    array([[1, 0, 1, 0]])
    """
    n_repeats = max(fold.repeat for fold in folds) + 1
    kept = np.empty((n_repeats, *probabilities.shape[1:]))
    for fold, predicted in zip(folds, probabilities, strict=True):
        kept[fold.repeat, fold.test] = predicted[fold.test]
    return kept
