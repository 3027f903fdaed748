"""What a collection needs before anything can be learned from it."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from essentia_ldl.collection.spelling import enumerate_names
from essentia_ldl.errors import CollectionError

if TYPE_CHECKING:
    from essentia_ldl.collection.collection import Collection


def check_trainable(collection: Collection) -> None:
    """Raise CollectionError where there are no tracks, one class only, or votes for no class."""
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
    _check_votes(collection)


def _check_votes(collection: Collection) -> None:
    """Raise CollectionError where there are votes for a class that no track is of, or against all.

    Not where they are read: only a task knows which spellings mean one class.
    """
    labels = sorted({track.label for track in collection.tracks})
    for track in collection.tracks:
        voted = dict(track.votes or {track.label: 1.0})
        unknown = next((name for name in voted if name not in labels), None)
        if unknown is not None:
            near = get_close_matches(unknown, labels, n=1)
            nearest = f" (the nearest is {near[0]})" if near else ""
            raise CollectionError(
                f"has votes for {unknown}, which is the label of no track{nearest}: "
                f"those of {track.path}",
                subject=collection.name,
                remedy="correct the class, label a track so, or remove these votes",
            )
        if track.label not in voted:
            raise CollectionError(
                f"labels {track.path} {track.label}, for which it has no vote; it has votes for "
                + enumerate_names(list(voted)),
                subject=collection.name,
                remedy="correct the label, or leave it empty so that the votes decide",
            )
