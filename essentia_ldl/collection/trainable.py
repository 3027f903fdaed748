"""What a collection needs before anything can be learned from it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from essentia_ldl.collection.spelling import enumerate_names
from essentia_ldl.errors import CollectionError

if TYPE_CHECKING:
    from essentia_ldl.collection.collection import Collection


def check_trainable(collection: Collection, n_folds: int) -> None:
    """Raise CollectionError where `collection` cannot be cross-validated in `n_folds` folds."""
    if not collection.tracks:
        skipped = len(collection.skipped)
        raise CollectionError(
            f"has no track left; {skipped} were skipped" if skipped else "has no tracks",
            subject=collection.name,
            remedy="add audio that can be read, in one folder per class",
        )
    if len(collection.classes) < 2:
        raise CollectionError(
            f"every track is labelled {collection.classes[0]}",
            subject=collection.name,
            remedy="two classes or more are needed: give the folder that holds the class folders",
        )
    _check_classes(collection, n_folds)
    _check_groups(collection, n_folds)


def _check_classes(collection: Collection, n_folds: int) -> None:
    counts = np.bincount(collection.y, minlength=len(collection.classes))
    # Without cross-validation, too, a class needs a track.
    small = np.flatnonzero(counts < max(n_folds, 1))
    if small.size:
        listed = [f"{collection.classes[i]} has {counts[i]}" for i in small]
        enough = int(counts.min())
        fewer = f", or use --folds {enough}" if enough > 1 else ""
        raise CollectionError(
            f"has classes with fewer tracks than there are folds ({n_folds}): "
            + enumerate_names(listed),
            subject=collection.name,
            remedy=f"add tracks to them, or remove them{fewer}",
        )


def _check_groups(collection: Collection, n_folds: int) -> None:
    if collection.groups is None or n_folds < 2:
        return
    groups = set(collection.groups.tolist())
    if len(groups) < n_folds:
        raise CollectionError(
            f"has {len(groups)} groups, too few to keep them apart in {n_folds} folds",
            subject=collection.name,
            remedy="add tracks of other groups, use fewer --folds, or remove the group column",
        )
    groups_of: dict[str, set[str]] = defaultdict(set)
    for track, group in zip(collection.tracks, collection.groups.tolist(), strict=True):
        groups_of[track.label].add(group)
    single = [f"{name} ({min(groups)})" for name, groups in groups_of.items() if len(groups) == 1]
    if single:
        raise CollectionError(
            "has classes with tracks of one group only, which cannot be both trained on and "
            f"tested on: {enumerate_names(sorted(single))}",
            subject=collection.name,
            remedy="add tracks of other groups, or remove the group column",
        )
