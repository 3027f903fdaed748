"""What a collection needs before anything can be learned from it."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

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
    """Raise CollectionError where there are votes for a class that no track is of."""
    labels = sorted({track.label for track in collection.tracks})
    for track in collection.tracks:
        for name, _ in track.votes or ():
            if name not in labels:
                near = get_close_matches(name, labels, n=1)
                nearest = f" (the nearest is {near[0]})" if near else ""
                raise CollectionError(
                    f"has votes for {name}, which is the label of no track{nearest}: "
                    f"those of {track.path}",
                    subject=collection.name,
                    remedy="correct the class, label a track so, or remove these votes",
                )
