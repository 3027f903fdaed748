"""The tracks that everything is measured on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.errors import CollectionError
from essentia_ldl.evaluation import Fold, make_folds
from essentia_ldl.labels import OutOfFoldTeacher
from tools.noisy_labels.groupings import classes_of

Values = NDArray[np.float64]

STRATIFIED = "stratified"
GROUPED = "grouped"
FOLDINGS = (STRATIFIED, GROUPED)
N_FOLDS = 5

_UNKNOWN = ("", "unknown")


@dataclass(frozen=True, eq=False)
class Material:
    """Tracks with labels that are taken for right.

    Attributes
    ----------
    patches : np.ndarray [shape=(n_tracks, n_patches, n_values)], float32
        What heads train on.
    mfcc_s : np.ndarray [shape=(n_tracks, n_features)], float64
    genres : np.ndarray [shape=(n_tracks,)], str
    artists : np.ndarray [shape=(n_tracks,)], int
        A number per artist; tracks whose artist is unknown have one of their own.
    fingerprint : str
        Of the file's bytes.
    """

    patches: NDArray[np.float32]
    mfcc_s: Values
    genres: NDArray[np.str_]
    artists: NDArray[np.int64]
    fingerprint: str

    @classmethod
    def read(cls, path: Path) -> Material:
        """Read an .npz file with the arrays label, artist, taggram and mfcc_s.

        Raises
        ------
        CollectionError
            If it cannot be read, or lacks one.
        """
        try:
            content = path.read_bytes()
            with np.load(path, allow_pickle=False) as stored:
                return cls(
                    np.asarray(stored["taggram"], np.float32),
                    np.asarray(stored["mfcc_s"], np.float64),
                    stored["label"],
                    _numbered(stored["artist"]),
                    hashlib.sha256(content).hexdigest()[:16],
                )
        except (OSError, EOFError, ValueError, KeyError) as error:
            raise CollectionError(
                f"is no file of features: {error}",
                subject=path,
                remedy="give an .npz file with the arrays label, artist, taggram and mfcc_s",
            ) from error

    @property
    def n_tracks(self) -> int:
        """Number of tracks."""
        return len(self.genres)

    def space(self, name: str | None) -> Values | None:
        """Return features by the name that presets have for them; None for None.

        There are no MFCC-P here, and MFCC-S stand in for them.
        """
        if name is None:
            return None
        return self.patches.mean(axis=1, dtype=np.float64) if name == "embedding" else self.mfcc_s

    def groups(self, folding: str) -> NDArray[np.int64] | None:
        """Artists where folds are to keep them together, None where not."""
        return self.artists if folding == GROUPED else None

    def folds(self, task: str, folding: str, repeat: int) -> tuple[Fold, ...]:
        """Return the folds of one repeat: five, or as many as the rarest class has artists."""
        y, groups = classes_of(task, self.genres), self.groups(folding)
        units = np.arange(len(y)) if groups is None else groups
        fewest = min(len(np.unique(units[y == label])) for label in np.unique(y))
        return make_folds(y, groups, n_splits=min(N_FOLDS, fewest), seed=repeat)


def _numbered(artists: NDArray[np.str_]) -> NDArray[np.int64]:
    numbers: dict[str, int] = {}
    found = []
    for track, artist in enumerate(artists.tolist()):
        name = artist.strip().casefold()
        found.append(numbers.setdefault(f"track {track}" if name in _UNKNOWN else name, track))
    return np.array(found, dtype=np.int64)


@lru_cache(maxsize=4)
def material_at(path: Path) -> Material:
    """Read a file once in each process."""
    return Material.read(path)


@lru_cache(maxsize=64)
def posterior_of(path: Path, task: str) -> Values:
    """How likely each class is for each track by its right label, for "similar" noise.

    It comes from classifiers that learned from other artists.

    Returns
    -------
    np.ndarray [shape=(n_tracks, n_classes)]
    """
    material = material_at(path)
    teacher = OutOfFoldTeacher(n_repeats=3, random_state=0)
    y = classes_of(task, material.genres)
    distributions: Values = teacher.fit_transform(material.space("embedding"), y, material.artists)
    return distributions
