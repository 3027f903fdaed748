"""Intervals of means by resampling tracks.

The statistic is always a mean over strata of each stratum's mean. With the classes as strata and
hits (0 or 1) as values it is the class-weighted accuracy, and the bootstrap is the stratified one:
every resample has as many tracks of a class as the set itself, so that no rare class vanishes.
With one stratum it is a plain mean and the plain bootstrap.

Columns are resampled together. The difference of two columns therefore has the interval of a
paired comparison, which is what two models on the same tracks call for.

References
----------
B. Efron and R. J. Tibshirani, "An introduction to the bootstrap", Chapman and Hall, 1993: the
percentile interval, chapter 13.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]

# Entries of a block of resampling weights: 32 MB.
_BLOCK = 4_000_000


@dataclass(frozen=True)
class Resampling:
    """How intervals are made.

    Attributes
    ----------
    n_resamples : int
    confidence : float
        Between 0 and 1.
    seed : int
        Same seed, same intervals.

    Raises
    ------
    ValueError
        If there is no resample, or the confidence is not between 0 and 1.
    """

    n_resamples: int = 2000
    confidence: float = 0.95
    seed: int = 0

    def __post_init__(self) -> None:
        if self.n_resamples < 1 or not 0 < self.confidence < 1:
            raise ValueError(f"{self.n_resamples} resamples, confidence {self.confidence}")


@dataclass(frozen=True)
class Estimate:
    """A value with its interval.

    Attributes
    ----------
    value : float
    low, high : float
        Ends of the percentile interval.
    """

    value: float
    low: float
    high: float

    def to_dict(self) -> dict[str, float]:
        """Return what a report holds, ready for JSON."""
        return {"value": self.value, "low": self.low, "high": self.high}


@dataclass(frozen=True, eq=False)
class BootstrapMeans:
    """Means of several columns, and the same of every resample.

    Attributes
    ----------
    means : np.ndarray [shape=(n_columns,)]
    resampled : np.ndarray [shape=(n_resamples, n_columns)]
    confidence : float
    """

    means: FloatArray
    resampled: FloatArray
    confidence: float

    @classmethod
    def of(
        cls, values: ArrayLike, strata: ArrayLike | None = None, how: Resampling | None = None
    ) -> BootstrapMeans:
        """Resample tracks, within their strata.

        The numbers depend on the values, the strata and the seed alone.

        Parameters
        ----------
        values : array-like [shape=(n_tracks, n_columns)]
            At least one track.
        strata : array-like [shape=(n_tracks,)], optional
            By default all tracks are one stratum. The tracks of a stratum of one are the same
            in every resample, so that they add nothing to an interval.
        how : Resampling, optional

        Raises
        ------
        ValueError
            If there are no tracks, or the shapes disagree.

        Examples
        --------
        >>> hits = [[1, 1], [1, 0], [0, 0], [1, 0]]  # of two models
        >>> found = BootstrapMeans.of(hits, strata=[0, 0, 1, 1])
        >>> found.estimate(0)
        Estimate(value=0.75, low=0.5, high=1.0)
        >>> found.difference(0, 1).value
        0.5
        """
        how = how or Resampling()
        table = np.asarray(values, dtype=np.float64)
        groups = np.zeros(len(table), dtype=np.intp) if strata is None else np.asarray(strata)
        if table.ndim != 2 or not len(table) or groups.shape != table.shape[:1]:
            raise ValueError(f"values of shape {table.shape} in strata of shape {groups.shape}")
        random = np.random.default_rng(how.seed)
        parts = [table[groups == group] for group in np.unique(groups)]
        means = np.mean([part.mean(axis=0) for part in parts], axis=0)
        resampled = np.mean([_resample(part, how.n_resamples, random) for part in parts], axis=0)
        return cls(means, resampled, how.confidence)

    def estimate(self, column: int) -> Estimate:
        """Mean of a column with its interval."""
        return self._estimate(self.means[column], self.resampled[:, column])

    def difference(self, column: int, other: int) -> Estimate:
        """Mean of a column minus that of another, paired track by track, with its interval."""
        return self._estimate(
            self.means[column] - self.means[other],
            self.resampled[:, column] - self.resampled[:, other],
        )

    def _estimate(self, value: float, resampled: FloatArray) -> Estimate:
        tail = (1 - self.confidence) / 2
        low, high = np.quantile(resampled, [tail, 1 - tail])
        return Estimate(float(value), float(low), float(high))


def _resample(values: FloatArray, n_resamples: int, random: np.random.Generator) -> FloatArray:
    """Means of resamples of the rows, shape (n_resamples, n_columns)."""
    n = len(values)
    block = max(1, _BLOCK // n)
    means = []
    for start in range(0, n_resamples, block):
        rows = min(block, n_resamples - start)
        drawn = random.integers(n, size=(rows, n)) + n * np.arange(rows)[:, None]
        weights = np.bincount(drawn.ravel(), minlength=rows * n).reshape(rows, n)
        # Not a matrix product: BLAS rounds otherwise with another number of threads.
        means.append(np.einsum("rn,nk->rk", weights.astype(np.float64), values) / n)
    return np.concatenate(means)
