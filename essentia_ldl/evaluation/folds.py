"""Cross-validation folds: stratified by class, and by group where groups are known.

Tracks of one artist sound alike; with an artist on both sides of a split, a classifier is
rewarded for recognising the artist.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from essentia_ldl.collection.spelling import enumerate_names
from essentia_ldl.errors import CollectionError, OptionError

IntArray = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Fold:
    """One split into tracks to train on and tracks to test on.

    Attributes
    ----------
    repeat, fold : int
        Counted from 0.
    train, test : np.ndarray, int
        Positions in the collection, ascending; together every track once.
    """

    repeat: int
    fold: int
    train: IntArray
    test: IntArray


def make_folds(
    y: ArrayLike,
    groups: ArrayLike | None = None,
    *,
    n_splits: int = 5,
    n_repeats: int = 1,
    seed: int = 0,
    classes: Sequence[str] | None = None,
) -> tuple[Fold, ...]:
    """Split tracks into folds of like class proportions, shuffled anew in every repeat.

    Without groups the folds are scikit-learn's StratifiedKFold; with groups they are its
    StratifiedGroupKFold, which keeps all tracks of a group in one fold.

    Parameters
    ----------
    y : array-like [shape=(n_tracks,)]
        Class of every track.
    groups : array-like [shape=(n_tracks,)], optional
        Group (artist) of every track.
    n_splits : int
        Folds per repeat, at least 2.
    n_repeats : int
    seed : int
        Non-negative. A repeat's shuffle depends on this and its own number alone.
    classes : sequence of str, optional
        Names of the classes, where `y` holds positions in it; each has to be in `y`.

    Returns
    -------
    tuple of Fold
        Repeat after repeat, `n_repeats` * `n_splits` of them. With groups, a test part may lack
        a class; a training part never does.

    Raises
    ------
    CollectionError
        If a class has fewer tracks, or fewer groups, than there are folds, or if the groups
        leave a training part without a class.
    OptionError
        If there is less than one repeat, or there are fewer than two folds.

    Examples
    --------
    >>> for fold in make_folds([0, 0, 1, 1], n_splits=2):
    ...     print(fold.repeat, fold.fold, fold.train, fold.test)
    0 0 [0 2] [1 3]
    0 1 [1 3] [0 2]
    """
    if n_splits < 2 or n_repeats < 1:
        raise OptionError(
            "cross-validation needs two folds or more, and one repeat or more",
            subject=f"{n_splits} folds, {n_repeats} repeats",
            remedy="set --folds and --repeats",
        )
    labels = np.asarray(y)
    units = None if groups is None else np.unique(np.asarray(groups), return_inverse=True)[1]
    _check_classes(labels, units, n_splits, classes)
    return tuple(
        fold
        for repeat in range(n_repeats)
        for fold in _split(labels, units, repeat, n_splits, seed)
    )


def _check_classes(
    labels: NDArray[np.generic],
    units: IntArray | None,
    n_splits: int,
    classes: Sequence[str] | None,
) -> None:
    tracks = np.arange(len(labels)) if units is None else units
    unit = "track" if units is None else "group"
    named = enumerate(classes) if classes else ((label, str(label)) for label in np.unique(labels))
    counts = {name: len(np.unique(tracks[labels == label])) for label, name in named}
    small = {name: count for name, count in counts.items() if count < n_splits}
    if small:
        listed = enumerate_names([f"{name} ({_count(n, unit)})" for name, n in small.items()])
        raise CollectionError(
            f"fewer {unit}s than the {n_splits} folds",
            subject=f"{'classes' if len(small) > 1 else 'class'} {listed}",
            remedy=_remedy(min(small.values()), unit),
        )


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def _remedy(fewest: int, unit: str) -> str:
    enough = "add tracks" if unit == "track" else "add tracks of other groups"
    if fewest > 1:
        return f"use --folds {fewest}, or {enough}"
    without = "leave the class out" if unit == "track" else "remove the group column"
    return f"{enough}, or {without}"


def _split(
    labels: NDArray[np.generic], units: IntArray | None, repeat: int, n_splits: int, seed: int
) -> list[Fold]:
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

    splitter = StratifiedKFold if units is None else StratifiedGroupKFold
    state = int(np.random.SeedSequence((seed, repeat)).generate_state(1)[0])
    splits = splitter(n_splits, shuffle=True, random_state=state).split(labels, labels, units)
    folds = [Fold(repeat, number, *split) for number, split in enumerate(splits)]
    n_classes = len(np.unique(labels))
    for fold in folds:
        if not len(fold.test) or len(np.unique(labels[fold.train])) < n_classes:
            raise CollectionError(
                f"{n_splits} folds that keep each group together leave one without a class to "
                "train on, or without tracks to test on",
                subject="groups",
                remedy="use fewer --folds, or add tracks of more groups",
            )
    return folds
