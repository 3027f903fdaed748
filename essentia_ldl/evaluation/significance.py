"""Whether one variant is better than another, or merely luckier."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Values = NDArray[np.float64]
Number = float | np.floating[Any]

# Accuracies that are equal as fractions may differ by this much as sums of rounded recalls.
_ROUNDING = 1e-12


def corrected_paired_ttest(a: ArrayLike, b: ArrayLike, n_train: Number, n_test: Number) -> float:
    """Corrected resampled t-test of two methods evaluated on the same folds, two-sided.

    The training parts of the folds overlap, so accuracies vary less over folds than they would
    over fresh collections; the plain paired test finds differences that are not there. The
    correction adds n_test / n_train to the 1 / n that scales the variance.

    Parameters
    ----------
    a, b : array-like [shape=(n,)]
        Accuracy of each method in every fold, in one order; n at least 2.
    n_train, n_test : float
        Tracks in the training and test part of a fold, their mean where folds differ.

    Returns
    -------
    float
        The p-value: 1 where all pairs are equal, 0 where all differ by one same amount.

    Raises
    ------
    ValueError
        If the samples differ in length or hold fewer than two values.

    References
    ----------
    C. Nadeau and Y. Bengio, "Inference for the generalization error", Machine Learning 52,
    239-281, 2003.

    Examples
    --------
    >>> round(corrected_paired_ttest([0.8, 0.9, 0.7], [0.7, 0.7, 0.7], 80, 20), 4)
    0.3206
    """
    from scipy.stats import t as student

    first, second = _sample(a), _sample(b)
    if first.shape != second.shape:
        raise ValueError(f"paired samples of {len(first)} and {len(second)} values")
    differences = first - second
    if np.ptp(differences) <= _ROUNDING:
        return _p_of_constants(differences[0])
    n = len(differences)
    scale = np.sqrt((1 / n + n_test / n_train) * differences.var(ddof=1))
    return float(2 * student.sf(abs(differences.mean()) / scale, n - 1))


def independent_ttest(a: ArrayLike, b: ArrayLike) -> float:
    """Student's t-test of two independent samples, two-sided: the paper's test.

    Folds of one collection are not independent samples, so this is for comparison with the
    paper; `corrected_paired_ttest` is the test to trust.

    Parameters
    ----------
    a, b : array-like [shape=(n,)], [shape=(m,)]
        At least 2 values each.

    Returns
    -------
    float
        The p-value; for two constant samples 1 where they are equal and 0 where they are not.

    Raises
    ------
    ValueError
        If a sample holds fewer than two values.

    Examples
    --------
    >>> round(independent_ttest([0.8, 0.9, 0.7], [0.7, 0.7, 0.7]), 4)
    0.1583
    """
    from scipy.stats import ttest_ind_from_stats

    first, second = _sample(a), _sample(b)
    if max(np.ptp(first), np.ptp(second)) <= _ROUNDING:
        return _p_of_constants(first[0] - second[0])
    # From the moments, as ttest_ind warns where one sample is constant.
    moments = [(x.mean(), x.std(ddof=1), len(x)) for x in (first, second)]
    return float(ttest_ind_from_stats(*moments[0], *moments[1]).pvalue)


def _sample(values: ArrayLike) -> Values:
    sample = np.asarray(values, dtype=np.float64)
    if sample.ndim != 1 or len(sample) < 2:
        raise ValueError(f"a sample of at least two values is needed, not {sample.shape}")
    return sample


def _p_of_constants(difference: float) -> float:
    return 1.0 if abs(difference) <= _ROUNDING else 0.0
