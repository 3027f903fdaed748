"""Distances of several models' distributions to people's votes, on one external set.

All models are judged on the same tracks, and every resample of the bootstrap takes the same tracks
for all of them, so that differences are paired.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from essentia_ldl.evaluation.bootstrap import BootstrapMeans, Estimate, Resampling
from essentia_ldl.evaluation.differences import Difference, differences
from essentia_ldl.labels.metrics import LDL_METRICS

FloatArray = NDArray[np.float64]

#: Distributions that know nothing of a track; what a model is worth shows against them.
BASELINES = ("uniform", "prior", "majority")


@dataclass(frozen=True, eq=False)
class DistanceComparison:
    """Distances of several models and baselines to votes, by Geng's six measures.

    Attributes
    ----------
    n_tracks : int
    n_divided : int
        Tracks whose votes are not all for one class.
    models, baselines : dict of str to dict of str to Estimate
        Means over the tracks, by name and measure, with bootstrap intervals.
    differences : dict of str to tuple of Difference
        By measure, for every pair of models, the later minus the earlier.
    """

    n_tracks: int
    n_divided: int
    models: dict[str, dict[str, Estimate]]
    baselines: dict[str, dict[str, Estimate]]
    differences: dict[str, tuple[Difference, ...]]

    @classmethod
    def of(
        cls,
        votes: ArrayLike,
        predictions: Mapping[str, ArrayLike],
        groups: ArrayLike | None = None,
        how: Resampling | None = None,
    ) -> DistanceComparison:
        """Compare predicted distributions with those of votes.

        Parameters
        ----------
        votes : array-like [shape=(n_tracks, n_classes)]
            Distributions, at least one.
        predictions : mapping of str to array-like [shape=(n_tracks, n_classes)]
            Distributions, by model.
        groups : array-like [shape=(n_tracks,)], optional
            Group (artist) of each track; the intervals then resample these.
        how : Resampling, optional

        Examples
        --------
        >>> votes = [[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]]
        >>> found = DistanceComparison.of(votes, {"a": [[0.9, 0.1], [0.5, 0.5], [0.1, 0.9]]})
        >>> round(found.models["a"]["chebyshev"].value, 3)
        0.067
        >>> round(found.baselines["uniform"]["chebyshev"].value, 3)
        0.333
        """
        truth = np.asarray(votes, dtype=np.float64)
        baselines = baseline_distributions(truth)
        sides = [*predictions.values(), *baselines.values()]
        found = {
            measure: BootstrapMeans.of(
                np.column_stack([metric(truth, rows) for rows in sides]), groups=groups, how=how
            )
            for measure, metric in LDL_METRICS.items()
        }
        estimates = [
            {measure: means.estimate(column) for measure, means in found.items()}
            for column in range(len(sides))
        ]
        names = list(predictions)
        return cls(
            n_tracks=len(truth),
            n_divided=int((truth.max(axis=1) < 1).sum()),
            models=dict(zip(names, estimates, strict=False)),
            baselines=dict(zip(baselines, estimates[len(names) :], strict=True)),
            differences={measure: differences(names, means) for measure, means in found.items()},
        )

    def to_dict(self) -> dict[str, Any]:
        """Return what a report holds, ready for JSON."""
        return {
            "n_tracks": self.n_tracks,
            "n_divided": self.n_divided,
            "models": _estimates(self.models),
            "baselines": _estimates(self.baselines),
            "differences": {
                measure: [difference.to_dict() for difference in found]
                for measure, found in self.differences.items()
            },
        }


def baseline_distributions(votes: FloatArray) -> dict[str, FloatArray]:
    """Make the distributions that know nothing of a track, by the names in `BASELINES`.

    ``uniform`` is the same for every class. ``prior`` is the mean of all tracks' votes, and
    ``majority`` is certain of its largest class. Both are taken from the very tracks that they
    are compared with, so they are a little better than they could be on others.

    Parameters
    ----------
    votes : np.ndarray [shape=(n_tracks, n_classes)]

    Examples
    --------
    >>> baseline_distributions(np.array([[1.0, 0.0], [0.5, 0.5]]))["prior"]
    array([[0.75, 0.25],
           [0.75, 0.25]])
    """
    prior = votes.mean(axis=0)
    majority = np.eye(votes.shape[1])[prior.argmax()]
    rows = (np.full_like(prior, 1 / len(prior)), prior, majority)
    return {name: np.tile(row, (len(votes), 1)) for name, row in zip(BASELINES, rows, strict=True)}


def _estimates(found: Mapping[str, Mapping[str, Estimate]]) -> dict[str, dict[str, Any]]:
    return {
        name: {measure: estimate.to_dict() for measure, estimate in measures.items()}
        for name, measures in found.items()
    }
