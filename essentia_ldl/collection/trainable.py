"""What a collection needs before anything can be learned from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from essentia_ldl.errors import CollectionError

if TYPE_CHECKING:
    from essentia_ldl.collection.collection import Collection


def check_trainable(collection: Collection) -> None:
    """Raise CollectionError where `collection` has no tracks, or one class only."""
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
