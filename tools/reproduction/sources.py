"""The paper's collections, found in a folder."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.collection import Collection, Skipped, Task, Track
from essentia_ldl.collection.spelling import canonical
from essentia_ldl.collection.tasks import load_task, task_names
from essentia_ldl.errors import CollectionError
from essentia_ldl.features import Features

_TABLES = (".csv", ".tsv", ".jsonl", ".yaml", ".yml")
_FEATURES = ".npz"
_UNKNOWN = ("", "unknown")


@dataclass(frozen=True)
class Source:
    """A collection of one of the paper's tasks, as it lies in the folder.

    Attributes
    ----------
    name : str
        As the folder spells it, without a suffix.
    task : Task
    path : Path
        A folder or table of audio, or an .npz file of features.
    """

    name: str
    task: Task
    path: Path

    @property
    def has_audio(self) -> bool:
        """Whether there is more than features."""
        return self.path.suffix != _FEATURES


@dataclass(frozen=True)
class FeatureFile:
    """What an .npz file of features holds.

    Attributes
    ----------
    collection : Collection
        Its tracks' paths are their names: there is no audio.
    features : Features
    remark : str
        What differs from features that were extracted; empty where nothing does.
    """

    collection: Collection
    features: Features
    remark: str


def find_sources(folder: Path) -> list[Source]:
    """Find what is named as one of the paper's tasks or its collection is.

    ``genre-dortmund/``, ``mood_happy.csv`` and ``gtzan/`` are found by their names; what follows a
    name after a hyphen or underscore, as in ``gtzan-taggrams/``, tells sources of one task apart.
    A folder may hold an .npz file of features in place of audio.

    Raises
    ------
    CollectionError
        If the folder cannot be listed, or nothing in it is so named.
    """
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        raise CollectionError(
            f"cannot be listed: {error.strerror}", subject=folder, remedy="give another folder"
        ) from error
    sources = [source for entry in entries for source in _sources_at(entry)]
    if not sources:
        raise CollectionError(
            "holds none of the paper's collections",
            subject=folder,
            remedy=f"name their folders or tables {', '.join(task_names())}, or gtzan",
        )
    return sources


def _sources_at(entry: Path) -> Iterator[Source]:
    task = _task_of(entry.name if entry.is_dir() else entry.stem)
    if task is None:
        return
    if entry.is_dir():
        files = sorted(entry.glob(f"*{_FEATURES}"))
        for file in files:
            name = entry.name if len(files) == 1 else f"{entry.name}-{file.stem}"
            yield Source(name, task, file)
        if not files:
            yield Source(entry.name, task, entry)
    elif entry.suffix in (*_TABLES, _FEATURES):
        yield Source(entry.stem, task, entry)


def _task_of(name: str) -> Task | None:
    spelled = canonical(name)
    for task in map(load_task, task_names()):
        for known in map(canonical, (task.name, task.collection)):
            if known and spelled.startswith(known):
                return task
    return None


def read_features(source: Source) -> FeatureFile:
    """Read an .npz file of features.

    It has a row per track in each of ``label`` (text), ``taggram`` or ``embeddings``
    [n_tracks, n_patches, n_values] and ``mfcc_s`` [n_tracks, n_features], and may have ``mfcc_p``
    likewise, ``artist`` and ``name``.

    Raises
    ------
    CollectionError
        If the file cannot be read or lacks an array, or a label is no class of the task.
    """
    try:
        with np.load(source.path, allow_pickle=False) as stored:
            arrays = {key: stored[key] for key in stored.files}
        patches = np.asarray(arrays.get("embeddings", arrays.get("taggram")), np.float32)
        labels = [str(label) for label in arrays["label"]]
        mfcc_s = arrays["mfcc_s"].astype(np.float64)
        if not patches.ndim == 3 or not len(patches) == len(labels) == len(mfcc_s):
            raise ValueError("its arrays do not have a row per track each")
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise CollectionError(
            f"is no file of features: {error}",
            subject=source.path,
            remedy="give it the arrays label, embeddings (or taggram) and mfcc_s",
        ) from error
    names = [str(name) for name in arrays.get("name", np.arange(len(labels)))]
    mfcc_p = arrays.get("mfcc_p")
    tracks = tuple(
        Track(Path(name), _class_of(source, label), group)
        for name, label, group in zip(
            names, labels, _groups(arrays.get("artist"), len(labels)), strict=True
        )
    )
    return FeatureFile(
        Collection(source.name, tracks, (), source.task.classes),
        Features(
            mfcc_s=mfcc_s,
            mfcc_p=mfcc_s if mfcc_p is None else mfcc_p.astype(np.float64),
            embeddings=tuple(patches),
        ),
        "" if mfcc_p is not None else "S_B looks for neighbours in MFCC-S, as there are no MFCC-P",
    )


def _class_of(source: Source, label: str) -> str:
    name = source.task.match(label)
    if name is None:
        raise CollectionError(
            f"has the label {label!r}, which is no class of {source.task.name}"
            f"{source.task.hint(label)}",
            subject=source.path,
            remedy=f"its classes are {', '.join(source.task.classes)}",
        )
    return name


def _groups(artists: NDArray[np.str_] | None, n_tracks: int) -> list[str | None]:
    if artists is None:
        return [None] * n_tracks
    known = (str(artist).strip() for artist in artists)
    return [artist if artist.casefold() not in _UNKNOWN else None for artist in known]


def read_audio(source: Source) -> Collection:
    """Read a collection of audio and give its classes the task's names.

    Raises
    ------
    CollectionError
        If it cannot be read, or has a class that is none of the task's.
    """
    return Collection.from_path(source.path).with_task(source.task)


def skipped_lines(skipped: tuple[Skipped, ...]) -> list[str]:
    """What is said of tracks that are left out."""
    return [f"skipped {skip.path}: {skip.reason}" for skip in skipped]
