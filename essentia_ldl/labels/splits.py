"""Splits that keep classes in proportion and groups together, for what is fitted out of fold."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from essentia_ldl.labels.base import LabelWarning, Samples

Split = tuple[NDArray[np.intp], NDArray[np.intp]]


def splits_of(samples: Samples, n_splits: int, random_state: Any) -> list[Split]:
    """Split samples into parts to fit on and parts to predict; each sample is predicted once.

    Parameters
    ----------
    samples : Samples
    n_splits : int
        Fewer are made, with a `LabelWarning`, where the smallest class, or all classes together,
        have fewer samples or groups.
    random_state : int, RandomState or None
        Shuffles.

    Raises
    ------
    ValueError
        If no class has two samples, or all samples are one group.
    """
    groups = samples.groups
    sizes = samples.one_hot.sum(axis=0)
    if groups is None:
        most = int(max(sizes.min(), 2))
    else:
        most = len(np.unique(groups))
        if most < 2:
            raise ValueError("all samples are one group, so none can be predicted from others")
    if sizes.max() < 2:
        raise ValueError("no class has two samples, so none can be predicted from others")
    if most < n_splits:
        what = "the smallest class has samples" if groups is None else "there are groups"
        warnings.warn(
            f"n_splits={n_splits} is more than {what} ({most}); {most} are made",
            LabelWarning,
            stacklevel=5,
        )
    kind = StratifiedKFold if groups is None else StratifiedGroupKFold
    splitter = kind(min(n_splits, most), shuffle=True, random_state=random_state)
    with warnings.catch_warnings():
        # That a class has fewer samples than there are parts is told above, where it matters.
        warnings.filterwarnings("ignore", category=UserWarning, module="sklearn.model_selection")
        return list(splitter.split(samples.one_hot, samples.one_hot.argmax(axis=1), groups))
