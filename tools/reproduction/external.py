"""Annotated tracks that no model was trained on: the paper's Ext."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from essentia_ldl.collection import Collection, Task, Track
from essentia_ldl.collection.annotations import Annotations
from essentia_ldl.collection.external import ExternalSet
from essentia_ldl.collection.spelling import canonical
from essentia_ldl.collection.vocabulary import Vocabulary
from essentia_ldl.errors import CollectionError

_AUDIO = "audio"


def find_external(folder: Path) -> Annotations:
    """Read the annotation file in a folder that has audio beside it.

    Raises
    ------
    CollectionError
        If the folder does not hold one .tsv file, or the file is no annotation file.
    """
    files = sorted(folder.glob("*.tsv"))
    if len(files) != 1:
        raise CollectionError(
            f"holds {len(files)} .tsv files" if folder.is_dir() else "is no folder",
            subject=folder,
            remedy="give a folder with one of MTG-Jamendo's annotation files, and its audio in "
            f"the folder {_AUDIO}",
        )
    return Annotations.read(files[0])


def external_collection(annotations: Annotations, task: Task) -> Collection | None:
    """Take the tracks on whose class in a task all annotators agree; None where there are none."""
    if canonical(task.name) not in map(canonical, annotations.taxonomies):
        return None
    folder = annotations.source.parent
    audio = folder / _AUDIO if (folder / _AUDIO).is_dir() else folder
    vocabulary = Vocabulary.of(task.name, task.classes)
    found = ExternalSet.of_annotations(annotations, audio, vocabulary)
    return Collection(f"{task.name}-external", tuple(_tracks(found)), found.missing, task.classes)


def _tracks(found: ExternalSet) -> Iterator[Track]:
    for track in found.tracks:
        if track.truth is not None:
            yield Track(track.path, found.classes[track.truth])
