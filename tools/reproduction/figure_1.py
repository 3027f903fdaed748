"""What Figure 1 of the paper shows, and what it has to be compared with."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from essentia_ldl.collection import Task
from essentia_ldl.labels import KNNSmoothing, preset
from essentia_ldl.labels.base import LabelWarning

Values = NDArray[np.float64]


def own_class_probabilities(
    space: Values, y: NDArray[np.int64], task: Task, seed: int
) -> dict[str, Values]:
    """Own-class probability d_y of every track, with and without LMNN, by the panel's title.

    The paper's figure has the first two panels. LMNN that was fitted on the tracks which it then
    smooths also gathers tracks whose labels are drawn at random, so the third has to be looked at
    with them: what it shows is what LMNN makes of labels that mean nothing.

    Parameters
    ----------
    space : np.ndarray [shape=(n_tracks, n_features)]
        MFCC-P.
    y : np.ndarray [shape=(n_tracks,)]
    task : Task
    seed : int
    """
    k = task.n_neighbors["s_b"]
    plain = KNNSmoothing(k, transformer=make_pipeline(StandardScaler()))
    with_lmnn = preset("s_b").build(
        n_neighbors=task.n_neighbors, n_components=task.n_components, random_state=seed
    )
    permuted = np.random.default_rng(seed).permutation(y)
    return {
        f"k-NN (k = {k}), without LMNN": _own_class(plain, space, y),
        f"k-NN (k = {k}), with LMNN": _own_class(with_lmnn, space, y),
        "with LMNN, labels permuted": _own_class(with_lmnn, space, permuted),
    }


def _own_class(enhancer: KNNSmoothing, space: Values, y: NDArray[np.int64]) -> Values:
    with warnings.catch_warnings():
        # Of k beyond the size of a class: the cells tell it.
        warnings.simplefilter("ignore", LabelWarning)
        fitted = enhancer.fit(space, y)
    column = np.searchsorted(fitted.classes_, y)
    return np.asarray(fitted.label_distributions_[np.arange(len(y)), column])
