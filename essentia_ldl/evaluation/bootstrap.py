"""Intervals of means by resampling tracks, or whole artists.

The statistic is always a mean over strata of each stratum's mean. With the classes as strata and
hits (0 or 1) as values it is the class-weighted accuracy; with one stratum it is a plain mean.

Tracks of one artist sound alike and are recognised alike, so that they tell less than as many
tracks of several artists. Where groups are known they are therefore drawn whole; the classes' sizes
then differ between resamples, and one that lacks a class is averaged over the others. Without
groups, tracks are drawn within their strata, as many as there are.

Columns are resampled together. The difference of two columns therefore has the interval of a
paired comparison, which is what two models on the same tracks call for.

References
----------
B. Efron and R. J. Tibshirani, "An introduction to the bootstrap", Chapman and Hall, 1993: the
percentile interval, chapter 13.

A. C. Davison and D. V. Hinkley, "Bootstrap methods and their application", Cambridge University
Press, 1997: resampling of strata, section 3.2, and of groups, section 3.8.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

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
        cls,
        values: ArrayLike,
        strata: ArrayLike | None = None,
        groups: ArrayLike | None = None,
        how: Resampling | None = None,
    ) -> BootstrapMeans:
        """Resample tracks.

        The numbers depend on the values, the strata, the groups and the seed alone.

        Parameters
        ----------
        values : array-like [shape=(n_tracks, n_columns)]
            At least one track.
        strata : array-like [shape=(n_tracks,)], optional
            By default all tracks are one stratum.
        groups : array-like [shape=(n_tracks,)], optional
            Group (artist) of each track. Without them a stratum of one track is the same in every
            resample, so that it adds nothing to an interval.
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
        if table.ndim != 2 or not len(table):
            raise ValueError(f"values of shape {table.shape}, not (n_tracks, n_columns)")
        classes = _labels(strata, len(table))
        parts = [np.flatnonzero(classes == index) for index in range(classes.max() + 1)]
        random = np.random.default_rng(how.seed)
        if groups is None:
            resampled = _within_strata(table, parts, how.n_resamples, random)
        else:
            units = _labels(groups, len(table))
            resampled = _by_group(table, parts, units, how.n_resamples, random)
        means = np.mean([table[part].mean(axis=0) for part in parts], axis=0)
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


def _labels(names: ArrayLike | None, n_tracks: int) -> IntArray:
    """Number what tracks belong to, from 0 on; one and the same without names."""
    if names is None:
        return np.zeros(n_tracks, dtype=np.intp)
    given = np.asarray(names)
    if given.shape != (n_tracks,):
        raise ValueError(f"strata or groups of shape {given.shape} for {n_tracks} tracks")
    return np.unique(given, return_inverse=True)[1]


def _within_strata(
    values: FloatArray, parts: Sequence[IntArray], n_resamples: int, random: np.random.Generator
) -> FloatArray:
    """Means over strata, shape (n_resamples, n_columns), of as many tracks as each has."""
    means = np.zeros((n_resamples, values.shape[1]))
    for part in parts:
        start = 0
        for weights in _weights(len(part), len(part), n_resamples, random):
            rows = slice(start, start + len(weights))
            means[rows] += _sums(weights, values[part]) / (len(part) * len(parts))
            start = rows.stop
    return means


def _by_group(
    values: FloatArray,
    parts: Sequence[IntArray],
    units: IntArray,
    n_resamples: int,
    random: np.random.Generator,
) -> FloatArray:
    """Means over those strata that resamples of whole groups have tracks of."""
    blocks = []
    for drawn in _weights(int(units.max()) + 1, len(units), n_resamples, random):
        sums = np.zeros((len(drawn), values.shape[1]))
        n_present = np.zeros((len(drawn), 1))
        for part in parts:
            weights = drawn[:, units[part]]
            sizes = weights.sum(axis=1, keepdims=True)
            sums += _sums(weights, values[part]) / np.maximum(sizes, 1)
            n_present += sizes > 0
        blocks.append(sums / n_present)
    return np.concatenate(blocks)


def _weights(
    n_units: int, n_tracks: int, n_resamples: int, random: np.random.Generator
) -> Iterator[FloatArray]:
    """How often each unit is drawn, a row per resample, in blocks that fit into memory."""
    block = max(1, _BLOCK // n_tracks)
    for start in range(0, n_resamples, block):
        rows = min(block, n_resamples - start)
        drawn = random.integers(n_units, size=(rows, n_units)) + n_units * np.arange(rows)[:, None]
        counts = np.bincount(drawn.ravel(), minlength=rows * n_units)
        yield counts.reshape(rows, n_units).astype(np.float64)


def _sums(weights: FloatArray, values: FloatArray) -> FloatArray:
    # Not a matrix product: BLAS rounds otherwise with another number of threads.
    return np.asarray(np.einsum("rn,nk->rk", weights, values))
