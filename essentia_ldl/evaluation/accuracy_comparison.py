"""Accuracy of several models on one external set.

All models are judged on the same tracks, and every resample of the bootstrap takes the same tracks
for all of them, so that differences are paired.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from essentia_ldl.evaluation.accuracy import confusion
from essentia_ldl.evaluation.bootstrap import BootstrapMeans, Estimate, Resampling
from essentia_ldl.evaluation.differences import Difference, differences
from essentia_ldl.labels.metrics import ece, nll

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ModelAccuracy:
    """How well one model recognises the classes.

    Attributes
    ----------
    balanced_accuracy : Estimate
        Mean recall over the classes that have tracks, with its bootstrap interval.
    recall : tuple of (Estimate or None)
        Of each class, with Wilson's interval; None for a class without tracks.
    confusion : np.ndarray [shape=(n_classes, n_classes)], int
        Tracks by true class (rows) and predicted class (columns).
    log_loss, calibration_error : float
        Mean negative log-likelihood of the true classes in nats, and `ece`.
    """

    balanced_accuracy: Estimate
    recall: tuple[Estimate | None, ...]
    confusion: NDArray[np.int64]
    log_loss: float
    calibration_error: float

    def to_dict(self) -> dict[str, Any]:
        """Return what a report holds, ready for JSON."""
        return {
            "balanced_accuracy": self.balanced_accuracy.to_dict(),
            "recall": [recall and recall.to_dict() for recall in self.recall],
            "confusion": self.confusion.tolist(),
            "log_loss": self.log_loss,
            "calibration_error": self.calibration_error,
        }


@dataclass(frozen=True, eq=False)
class AccuracyComparison:
    """Accuracy of several models.

    Attributes
    ----------
    tracks_per_class : tuple of int
    models : dict of str to ModelAccuracy
    differences : tuple of Difference
        Of balanced accuracy, for every pair of models, the later minus the earlier.
    """

    tracks_per_class: tuple[int, ...]
    models: dict[str, ModelAccuracy]
    differences: tuple[Difference, ...]

    @classmethod
    def of(
        cls,
        y: ArrayLike,
        predictions: Mapping[str, ArrayLike],
        groups: ArrayLike | None = None,
        how: Resampling | None = None,
    ) -> AccuracyComparison:
        """Compare predicted with true classes; the predicted class is the likeliest one.

        Parameters
        ----------
        y : array-like [shape=(n_tracks,)], int
            True classes, at least one.
        predictions : mapping of str to array-like [shape=(n_tracks, n_classes)]
            Distributions, by model.
        groups : array-like [shape=(n_tracks,)], optional
            Group (artist) of each track; the intervals then resample these.
        how : Resampling, optional

        Examples
        --------
        >>> likely = [[0.9, 0.1], [0.6, 0.4], [0.2, 0.8], [0.3, 0.7]]
        >>> found = AccuracyComparison.of([0, 1, 1, 1], {"a": likely, "b": [[0.5, 0.5]] * 4})
        >>> {name: round(m.balanced_accuracy.value, 3) for name, m in found.models.items()}
        {'a': 0.833, 'b': 0.5}
        >>> found.differences[0].model, round(found.differences[0].estimate.value, 3)
        ('b', -0.333)
        """
        how = how or Resampling()
        true = np.asarray(y, dtype=np.intp)
        tables = {name: np.asarray(rows, dtype=np.float64) for name, rows in predictions.items()}
        hits = np.column_stack([rows.argmax(axis=1) == true for rows in tables.values()])
        means = BootstrapMeans.of(hits, true, groups, how)
        n_classes = next(iter(tables.values())).shape[1]
        return cls(
            tracks_per_class=tuple(np.bincount(true, minlength=n_classes).tolist()),
            models={
                name: _accuracy(true, rows, means.estimate(column), how.confidence)
                for column, (name, rows) in enumerate(tables.items())
            },
            differences=differences(list(tables), means),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return what a report holds, ready for JSON."""
        return {
            "n_tracks": sum(self.tracks_per_class),
            "tracks_per_class": list(self.tracks_per_class),
            "models": {name: found.to_dict() for name, found in self.models.items()},
            "differences": [difference.to_dict() for difference in self.differences],
        }


def _accuracy(
    true: NDArray[np.intp], rows: FloatArray, balanced: Estimate, confidence: float
) -> ModelAccuracy:
    counts = confusion(true, rows.argmax(axis=1), rows.shape[1])
    one_hot = np.eye(rows.shape[1])[true]
    return ModelAccuracy(
        balanced_accuracy=balanced,
        recall=tuple(
            _recall(int(row[index]), int(row.sum()), confidence) for index, row in enumerate(counts)
        ),
        confusion=counts,
        log_loss=float(nll(one_hot, rows).mean()),
        calibration_error=ece(one_hot, rows),
    )


def _recall(found: int, total: int, confidence: float) -> Estimate | None:
    from scipy.stats import binomtest

    if not total:
        return None
    # Wilson's interval has a width where all or none are found, which resampling has not.
    interval = binomtest(found, total).proportion_ci(confidence, method="wilson")
    return Estimate(found / total, float(interval.low), float(interval.high))
