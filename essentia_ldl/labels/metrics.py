r"""How far predicted label distributions are from true ones.

Every function takes two tables of shape (n, n_classes), whose rows are distributions, and gives
a number per row, except `ece`, which needs many rows for one number. `truth` holds, for example,
annotators' votes; one-hot rows are allowed, and turn `nll` and `brier` into the measures known
under these names. These numbers mean something against votes or known mixtures, never against
what a label enhancer made up itself.

Zeros, which votes are full of:

- a class that both distributions leave empty adds nothing to any of them (0 / 0 and 0 log 0 are 0);
- where a class has votes and is predicted with probability zero, `kullback_leibler` and `nll`
  count it as the smallest probability that float64 tells from one, 2.2e-16 (36 nats);
- a class without votes adds a full 1 to `canberra`, and to the square of `clark`, however little
  of it is predicted: with few votes and many classes, these two mostly count empty classes.

References
----------
X. Geng, "Label distribution learning", IEEE Transactions on Knowledge and Data Engineering 28 (7),
1734-1748, 2016: Chebyshev, Clark, Canberra, Kullback-Leibler, cosine and intersection, its table 1.

G. W. Brier, "Verification of forecasts expressed in terms of probability", Monthly Weather Review
78 (1), 1-3, 1950.

C. Guo, G. Pleiss, Y. Sun and K. Q. Weinberger, "On calibration of modern neural networks", ICML
2017: the expected calibration error.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
Metric = Callable[[ArrayLike, ArrayLike], FloatArray]

# Rows of float32 probabilities sum to 1 within this; more is no distribution.
_SUM_TOLERANCE = 1e-3
_SMALLEST = float(np.finfo(np.float64).eps)


def chebyshev(truth: ArrayLike, predicted: ArrayLike) -> FloatArray:
    """Largest difference in any class; 0 for equal distributions, 1 at most.

    Parameters
    ----------
    truth, predicted : array-like [shape=(n, n_classes)]
        Distributions, as in every function here.

    Returns
    -------
    np.ndarray [shape=(n,)], float64

    Raises
    ------
    ValueError
        If the tables differ in shape, or a row of one is no distribution.

    Examples
    --------
    >>> chebyshev([[0.5, 0.5, 0.0]], [[0.25, 0.25, 0.5]])
    array([0.5])
    """
    true, given = _tables(truth, predicted)
    return np.asarray(np.abs(true - given).max(axis=1))


def clark(truth: ArrayLike, predicted: ArrayLike) -> FloatArray:
    """Root of the summed squares of relative differences; 0 to sqrt(n_classes).

    Parameters, result and errors are those of `chebyshev`.

    Examples
    --------
    >>> clark([[0.75, 0.25, 0.0]], [[0.25, 0.25, 0.5]]).round(3)
    array([1.118])
    """
    return np.asarray(np.sqrt((_relative_differences(truth, predicted) ** 2).sum(axis=1)))


def canberra(truth: ArrayLike, predicted: ArrayLike) -> FloatArray:
    """Sum of relative differences; 0 to n_classes.

    Parameters, result and errors are those of `chebyshev`.

    Examples
    --------
    >>> canberra([[0.75, 0.25, 0.0]], [[0.25, 0.25, 0.5]])
    array([1.5])
    """
    return np.asarray(_relative_differences(truth, predicted).sum(axis=1))


def kullback_leibler(truth: ArrayLike, predicted: ArrayLike) -> FloatArray:
    """Kullback-Leibler divergence of the prediction from the truth, in nats; 0 or more.

    Parameters, result and errors are those of `chebyshev`.

    Examples
    --------
    >>> kullback_leibler([[1.0, 0.0], [0.5, 0.5]], [[0.5, 0.5], [0.5, 0.5]]).round(3)
    array([0.693, 0.   ])
    """
    true, given = _tables(truth, predicted)
    return _cross_entropy(true, given) - _cross_entropy(true, true)


def cosine(truth: ArrayLike, predicted: ArrayLike) -> FloatArray:
    """Cosine similarity; 1 for equal distributions, 0 where they share no class.

    Parameters, result and errors are those of `chebyshev`.

    Examples
    --------
    >>> cosine([[1.0, 0.0], [1.0, 0.0]], [[0.0, 1.0], [0.5, 0.5]]).round(3)
    array([0.   , 0.707])
    """
    true, given = _tables(truth, predicted)
    lengths = np.linalg.norm(true, axis=1) * np.linalg.norm(given, axis=1)
    return np.asarray((true * given).sum(axis=1) / lengths)


def intersection(truth: ArrayLike, predicted: ArrayLike) -> FloatArray:
    """Mass that the distributions share; 1 for equal ones, 0 where they share no class.

    Parameters, result and errors are those of `chebyshev`.

    Examples
    --------
    >>> intersection([[0.5, 0.5, 0.0]], [[0.25, 0.25, 0.5]])
    array([0.5])
    """
    true, given = _tables(truth, predicted)
    return np.asarray(np.minimum(true, given).sum(axis=1))


def nll(truth: ArrayLike, predicted: ArrayLike) -> FloatArray:
    """Negative log-likelihood of labels drawn from the truth, in nats.

    For one-hot rows this is the log loss; for others, the cross-entropy.

    Parameters, result and errors are those of `chebyshev`.

    Examples
    --------
    >>> nll([[1.0, 0.0], [0.5, 0.5]], [[0.5, 0.5], [0.75, 0.25]]).round(3)
    array([0.693, 0.837])
    """
    return _cross_entropy(*_tables(truth, predicted))


def brier(truth: ArrayLike, predicted: ArrayLike) -> FloatArray:
    """Brier's score as he defined it: the summed squares of differences, 0 to 2.

    Parameters, result and errors are those of `chebyshev`.

    Examples
    --------
    >>> brier([[1.0, 0.0], [1.0, 0.0]], [[0.5, 0.5], [0.0, 1.0]])
    array([0.5, 2. ])
    """
    true, given = _tables(truth, predicted)
    return np.asarray(((true - given) ** 2).sum(axis=1))


def ece(truth: ArrayLike, predicted: ArrayLike, n_bins: int = 15) -> float:
    """Expected calibration error of the likeliest class, in [0, 1].

    Rows are put into bins of equal width by their confidence, the largest predicted probability;
    a bin's error is the difference between its mean confidence and the mean true probability of
    the predicted classes (for one-hot rows: the share that is right), weighted by its rows.

    Parameters
    ----------
    truth, predicted : array-like [shape=(n, n_classes)]
        At least one row.
    n_bins : int
        15 in Guo et al.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        As in `chebyshev`, or if there are no rows or no bins.

    Examples
    --------
    >>> ece([[1.0, 0.0], [0.0, 1.0]], [[0.75, 0.25], [0.75, 0.25]])
    0.25
    """
    true, given = _tables(truth, predicted)
    if not len(true) or n_bins < 1:
        raise ValueError(f"calibration of {len(true)} rows in {n_bins} bins")
    rows = np.arange(len(true))
    likeliest = given.argmax(axis=1)
    confidence = given[rows, likeliest]
    # A bin holds its upper edge, as in Guo et al.; nothing has a confidence of zero.
    bins = np.clip(np.ceil(confidence * n_bins).astype(np.intp) - 1, 0, n_bins - 1)
    surplus = np.bincount(bins, confidence - true[rows, likeliest], minlength=n_bins)
    return float(np.abs(surplus).sum() / len(true))


#: Geng's six, by name. Those in `SIMILARITIES` are better when large, the others when small.
LDL_METRICS: MappingProxyType[str, Metric] = MappingProxyType(
    {
        "kullback_leibler": kullback_leibler,
        "chebyshev": chebyshev,
        "clark": clark,
        "canberra": canberra,
        "cosine": cosine,
        "intersection": intersection,
    }
)

SIMILARITIES = frozenset({"cosine", "intersection"})


def _tables(truth: ArrayLike, predicted: ArrayLike) -> tuple[FloatArray, FloatArray]:
    true, given = (_distributions(rows) for rows in (truth, predicted))
    if true.shape != given.shape:
        raise ValueError(f"tables of shapes {true.shape} and {given.shape} cannot be compared")
    return true, given


def _distributions(rows: ArrayLike) -> FloatArray:
    table = np.asarray(rows, dtype=np.float64)
    if table.ndim != 2 or not table.shape[1]:
        raise ValueError(f"expected distributions of shape (n, n_classes), not {table.shape}")
    # Written so that NaN fails too.
    good = (table >= 0).all(axis=1) & (np.abs(table.sum(axis=1) - 1) <= _SUM_TOLERANCE)
    if not good.all():
        row = int(np.flatnonzero(~good)[0])
        raise ValueError(f"row {row} is no distribution: {table[row]}")
    return table


def _cross_entropy(true: FloatArray, given: FloatArray) -> FloatArray:
    return np.asarray(-(true * np.log(np.clip(given, _SMALLEST, 1))).sum(axis=1))


def _relative_differences(truth: ArrayLike, predicted: ArrayLike) -> FloatArray:
    true, given = _tables(truth, predicted)
    sums = true + given
    # A class that both leave empty counts as no difference.
    return np.abs(true - given) / np.where(sums > 0, sums, 1)
