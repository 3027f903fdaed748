"""Label distributions from what several annotators say."""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils import check_consistent_length
from sklearn.utils._param_validation import Interval

from essentia_ldl.labels.base import FloatArray, LabelEnhancer, Samples


class VoteDistribution(LabelEnhancer):
    """Shares of the annotators' votes, with add-alpha smoothing.

    Parameters
    ----------
    alpha : float, default=0.0
        Votes that every class is given beside those it got: a few annotators do not know all
        that can be heard. 1 is Laplace's rule, 0.5 Jeffreys's.

    Attributes
    ----------
    classes_ : np.ndarray [shape=(n_classes,)]
        The distinct labels, sorted: in `fit`, the votes' columns are in their order.
    label_distributions_ : np.ndarray [shape=(n_samples, n_classes)], float64

    References
    ----------
    C. Manning, P. Raghavan and H. Schütze, "Introduction to information retrieval", Cambridge
    University Press 2008, section 11.3.2: smoothing by adding alpha.

    Examples
    --------
    >>> votes = [[3, 0], [1, 2]]  # of each sample, for jazz and for rock
    >>> VoteDistribution(alpha=0.5).fit_transform(votes, ["jazz", "rock"])
    array([[0.875, 0.125],
           [0.375, 0.625]])
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "alpha": [Interval(Real, 0, None, closed="left")]
    }

    def __init__(self, alpha: float = 0.0) -> None:
        self.alpha = alpha

    def _enhance(self, samples: Samples) -> FloatArray:
        votes, n_classes = samples.X, samples.one_hot.shape[1]
        if votes.shape[1] != n_classes:
            raise ValueError(
                f"votes for {votes.shape[1]} classes, and the labels are of {n_classes}"
            )
        if votes.min() < 0:
            row, column = np.argwhere(votes < 0)[0].tolist()
            raise ValueError(
                f"sample {row} has a negative number of votes for class "
                f"{self.classes_.tolist()[column]!r}: {votes[row, column]:g}"
            )
        with np.errstate(over="ignore"):
            totals = (votes + self.alpha).sum(axis=1)
        if totals.min() == 0:
            raise ValueError(
                f"sample {totals.argmin()} is without votes, and so without a distribution; set "
                "alpha above 0"
            )
        if np.isinf(totals.max()):
            raise ValueError(f"sample {totals.argmax()} has more votes than can be added")
        return vote_shares(votes, self.alpha)


def vote_shares(votes: ArrayLike, alpha: float) -> FloatArray:
    """Shares of the votes, to which every class is given `alpha` more.

    Parameters
    ----------
    votes : array-like [shape=(n_samples, n_classes)]
        Rows of NaN stay so.
    alpha : float

    Returns
    -------
    np.ndarray [shape=(n_samples, n_classes)], float64

    Examples
    --------
    >>> vote_shares([[3, 0], [1, 2]], alpha=0.5)
    array([[0.875, 0.125],
           [0.375, 0.625]])
    """
    counts = np.asarray(votes, dtype=np.float64) + alpha
    return np.asarray(counts / counts.sum(axis=1, keepdims=True))


def count_votes(votes: ArrayLike, samples: ArrayLike, classes: ArrayLike) -> FloatArray:
    """Count votes that come as rows, one for each sample and annotator.

    Parameters
    ----------
    votes : array-like [shape=(n_votes,)]
        A class each.
    samples : array-like [shape=(n_votes,)]
        The sample that each vote is for, counted from 0.
    classes : array-like [shape=(n_classes,)]
        The columns wanted.

    Returns
    -------
    np.ndarray [shape=(n_samples, n_classes)], float64

    Raises
    ------
    ValueError
        If a vote is for none of the classes, there are not as many samples as votes, a sample is
        no whole number from 0, or a class is there twice.

    Examples
    --------
    >>> count_votes(["rock", "jazz", "rock"], [0, 1, 1], ["jazz", "rock"])
    array([[0., 1.],
           [1., 1.]])
    """
    columns, names, rows = np.asarray(classes), np.asarray(votes).tolist(), np.asarray(samples)
    column_of = {name: column for column, name in enumerate(columns.tolist())}
    if len(column_of) < len(columns):
        raise ValueError("a class is there twice")
    check_consistent_length(names, rows)
    if len(rows) and (rows.dtype.kind not in "iu" or rows.min() < 0):
        raise ValueError("samples are whole numbers, counted from 0")
    unknown = sorted({str(name) for name in names if name not in column_of})
    if unknown:
        raise ValueError(f"votes for classes that there are not: {', '.join(unknown)}")
    counts = np.zeros((int(rows.max()) + 1 if len(rows) else 0, len(column_of)))
    np.add.at(
        counts,
        (rows.astype(np.intp), np.array([column_of[name] for name in names], dtype=np.intp)),
        1,
    )
    return counts
