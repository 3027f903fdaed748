"""Class probabilities of every track, by classifiers that did not learn from it."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.model_selection import StratifiedGroupKFold

from essentia_ldl.labels.base import align
from essentia_ldl.progress import Progress

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
Split = tuple[IntArray, IntArray]

N_SPLITS = 5
N_REPEATS = 5
# Seeds of scikit-learn are below this.
_N_SEEDS = 2**32
# Inverse of the regularisation, for standardised values.
_C = 0.02


def repeated_splits(
    codes: IntArray,
    units: IntArray,
    seed: int,
    *,
    n_splits: int = N_SPLITS,
    n_repeats: int = N_REPEATS,
) -> list[Split]:
    """Split tracks into those to learn from and those to judge; units stay whole.

    In every repeat each track is judged once. Labels are looked at to spread the classes over
    the parts, and for nothing else. A class with fewer tracks than there are parts is absent from
    some of them, which does no harm: what counts is what is left to learn from.

    Parameters
    ----------
    codes : np.ndarray [shape=(n_tracks,)]
        Each track's class, as a number.
    units : np.ndarray [shape=(n_tracks,)]
        What each track must not be parted from, as a number.
    seed : int
        From 0 to 2**32 - 1.
    n_splits : int
        Parts; fewer where units or tracks of one class are fewer.
    n_repeats : int

    Returns
    -------
    list of pairs of np.ndarray
        Indices of the tracks to learn from, and of those to judge.

    Raises
    ------
    ValueError
        If there is one unit only, or no class has two tracks.
    """
    most = min(len(np.unique(units)), int(np.bincount(codes).max()))
    if most < 2:
        raise ValueError("no class has two tracks apart, so none can be judged by others")
    found: list[Split] = []
    for repeat in range(n_repeats):
        splitter = StratifiedGroupKFold(
            min(n_splits, most), shuffle=True, random_state=(seed + repeat) % _N_SEEDS
        )
        with warnings.catch_warnings():
            # Of classes with fewer tracks than there are parts; see above.
            warnings.filterwarnings("ignore", category=UserWarning)
            found += splitter.split(codes, codes, units)
    return found


def out_of_fold(
    X: FloatArray,
    codes: IntArray,
    n_classes: int,
    splits: Sequence[Split],
    *,
    progress: Progress,
    classifier: Any = None,
) -> FloatArray:
    """Mean class probabilities of every track over the splits that judge it.

    Parameters
    ----------
    X : np.ndarray [shape=(n_tracks, n_values)]
    codes : np.ndarray [shape=(n_tracks,)]
        Each track's class, from 0 to n_classes - 1.
    n_classes : int
    splits : sequence of pairs of np.ndarray
        Of `repeated_splits`.
    progress : Progress
        Gets a stage "Judging labels".
    classifier : scikit-learn classifier, optional
        With `predict_proba`; by default `judge()`.

    Returns
    -------
    np.ndarray [shape=(n_tracks, n_classes)], float64

    References
    ----------
    C. Northcutt, L. Jiang and I. Chuang, "Confident learning: estimating uncertainty in dataset
    labels", JAIR 70, 2021: out-of-sample self-confidence.
    """
    summed = np.zeros((len(X), n_classes))
    with progress.stage("Judging labels", len(splits)) as advance:
        for split in splits:
            summed[split[1]] += _probabilities(classifier or judge(), X, codes, n_classes, split)
            advance(1)
    return np.asarray(summed / summed.sum(axis=1, keepdims=True))


def judge() -> Any:
    """Return the classifier that judges: see docs/audit.md for what it was chosen from.

    Classes count alike whatever their sizes. Without that, a class loses weight in the very fold
    that holds some of its tracks back, and small classes look wrong as a whole.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(
        StandardScaler(), LogisticRegression(C=_C, class_weight="balanced", max_iter=1000)
    )


def _probabilities(
    classifier: Any, X: FloatArray, codes: IntArray, n_classes: int, split: Split
) -> FloatArray:
    train, test = split
    present = np.unique(codes[train])
    if len(present) == 1:
        return np.eye(n_classes)[np.repeat(present, len(test))]
    fitted = clone(classifier).fit(X[train], codes[train])
    return align(fitted.predict_proba(X[test]), fitted.classes_, np.arange(n_classes))
