"""How well predictions agree with given classes.

Class-weighted accuracy in the paper, normalized accuracy in Essentia's zoo and balanced accuracy
in scikit-learn are one thing: the mean over classes of the part of their tracks that is found.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def balanced_accuracy(y_true: ArrayLike, y_pred: ArrayLike) -> float:
    """Mean recall over the classes that `y_true` holds.

    Parameters
    ----------
    y_true, y_pred : array-like [shape=(n,)]
        Given and predicted classes, at least one.

    Returns
    -------
    float
        Between 0 and 1; 1 / n_classes for a constant prediction.

    Examples
    --------
    >>> balanced_accuracy([0, 0, 0, 1], [0, 0, 0, 0])
    0.5
    """
    from sklearn.metrics import recall_score

    # balanced_accuracy_score is the same, but warns of predictions outside y_true's classes,
    # which a grouped fold may well have.
    return float(recall_score(y_true, y_pred, labels=np.unique(y_true), average="macro"))


def confusion(y_true: ArrayLike, y_pred: ArrayLike, n_classes: int) -> NDArray[np.int64]:
    """Count tracks by given class (rows) and predicted class (columns).

    Parameters
    ----------
    y_true, y_pred : array-like [shape=(n,)], int
        Classes from 0 to `n_classes` - 1.
    n_classes : int

    Returns
    -------
    np.ndarray [shape=(n_classes, n_classes)], int

    Examples
    --------
    >>> confusion([0, 0, 1], [0, 1, 1], 2)
    array([[1, 1],
           [0, 1]])
    """
    from sklearn.metrics import confusion_matrix

    return np.asarray(confusion_matrix(y_true, y_pred, labels=range(n_classes)), dtype=np.int64)


def log_loss(y_true: ArrayLike, probabilities: ArrayLike) -> float:
    """Mean negative log-likelihood of the given classes, in nats.

    Parameters
    ----------
    y_true : array-like [shape=(n,)], int
        Given classes, at least one.
    probabilities : array-like [shape=(n, n_classes)]
        Rows need to sum to 1 within the rounding of float32 only; two classes or more.

    Returns
    -------
    float
        0 where every given class is certain, log(n_classes) for uniform rows. A probability of
        zero counts as the smallest that float64 tells from one (about 36 nats).

    Examples
    --------
    >>> round(log_loss([0, 1], [[0.5, 0.5], [0.75, 0.25]]), 3)
    1.04
    """
    from sklearn.metrics import log_loss as scikit_learn_log_loss

    rows = np.asarray(probabilities, dtype=np.float64)
    # scikit-learn warns of rows whose sum is 1 in float32 but not in float64.
    rows = rows / rows.sum(axis=1, keepdims=True)
    return float(scikit_learn_log_loss(y_true, rows, labels=np.arange(rows.shape[1])))
