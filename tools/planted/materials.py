"""What errors are planted in: embeddings with labels, from real music."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.collection import Collection
from essentia_ldl.errors import OptionError
from essentia_ldl.features import extract_features
from essentia_ldl.progress import Progress
from essentia_ldl.zoo import find_backbone


@dataclass(frozen=True, eq=False)
class Material:
    """Tracks with labels that are taken for right.

    Attributes
    ----------
    name : str
    embeddings : np.ndarray [shape=(n_tracks, n_values)], float64
        Means over patches.
    labels : np.ndarray [shape=(n_tracks,)] of str
    groups : np.ndarray [shape=(n_tracks,)] of str, or None
    """

    name: str
    embeddings: NDArray[np.float64]
    labels: NDArray[np.str_]
    groups: NDArray[np.str_] | None


def materials(data: Path, jobs: int | None, progress: Progress) -> list[Material]:
    """Load the tracks of GTZAN: 443 as tag activations, with and without artists, and 60 clips.

    Parameters
    ----------
    data : Path
        Folder with ``gtzan-taggrams/train.npz`` and ``gtzan/GENRE/*.flac``.
    jobs : int or None
        Worker processes for the embeddings of the clips.
    progress : Progress

    Raises
    ------
    OptionError
        If the table is absent.
    CollectionError, BackboneError
        If the clips or their backbone are.
    """
    table = data / "gtzan-taggrams/train.npz"
    try:
        with np.load(table) as arrays:
            labels, artists = arrays["label"], arrays["artist"]
            tags = arrays["taggram"].mean(axis=1, dtype=np.float64)
    except OSError as error:
        raise OptionError("cannot be read", subject=table, remedy="name --data") from error
    # A track without an artist is a group of its own.
    groups = np.array([name or f"track {row}" for row, name in enumerate(artists.tolist())])
    clips, features = extract_features(
        Collection.from_path(data / "gtzan"),
        backbone=find_backbone("msd-musicnn"),
        jobs=jobs,
        progress=progress,
    )
    n_tracks, n_clips = len(labels), len(clips.tracks)
    return [
        Material(f"{n_tracks} tracks", tags, labels, None),
        Material(f"{n_tracks} tracks, artists apart", tags, labels, groups),
        Material(
            f"{n_clips} clips",
            features.space("embedding"),
            np.array([track.label for track in clips.tracks]),
            None,
        ),
    ]
