"""Cross-validation folds: stratified by class, and by group where groups are known.

Tracks of one artist sound alike; with an artist on both sides of a split, a classifier is
rewarded for recognising the artist.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

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
        Group (artist) of every track; a track whose group is None is a group of its own.
    n_splits : int
        Folds per repeat, at least 2.
    n_repeats : int
    seed : int
        Non-negative. A repeat's shuffle depends on this and its own number alone.
    classes : sequence of str, optional
        Names of the classes for error messages, where `y` holds positions in it.

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
    units = _units(groups, len(labels))
    _check_classes(labels, units, n_splits, classes)
    return tuple(
        fold
        for repeat in range(n_repeats)
        for fold in _split(labels, units, repeat, n_splits, seed)
    )


def _units(groups: ArrayLike | None, n_tracks: int) -> IntArray | None:
    """Number of each track's group; None where no track has one."""
    names = [None] * n_tracks if groups is None else list(np.asarray(groups, dtype=object))
    if all(name is None for name in names):
        return None
    numbers: dict[object, int] = {}
    keys = [("track", track) if name is None else name for track, name in enumerate(names)]
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys])


def _check_classes(
    labels: NDArray[np.generic],
    units: IntArray | None,
    n_splits: int,
    classes: Sequence[str] | None,
) -> None:
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        count = len(members) if units is None else len(np.unique(units[members]))
        if count < n_splits:
            raise CollectionError(
                f"{count} {'tracks' if units is None else 'groups'}, fewer than the "
                f"{n_splits} folds",
                subject=f"class {classes[int(label)] if classes else label}",
                remedy=_fewer_folds(count, "group" if units is not None else "track"),
            )


def _fewer_folds(count: int, unit: str) -> str:
    more = f"add tracks of more {unit}s" if unit == "group" else "add tracks to it"
    return f"use --folds {count}, or {more}" if count >= 2 else f"{more}, or leave the class out"


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
