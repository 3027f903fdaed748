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
from tools.noisy_labels.groupings import GENRES, classes_of
from tools.noisy_labels.noise import Likeness

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


@lru_cache(maxsize=4)
def genre_posterior(path: Path) -> Values:
    """How likely each genre is for each track, by classifiers that learned right labels.

    They learned these from other artists.

    Returns
    -------
    np.ndarray [shape=(n_tracks, n_genres)]
    """
    material = material_at(path)
    teacher = OutOfFoldTeacher(n_repeats=3, random_state=0)
    y = classes_of(GENRES, material.genres)
    distributions: Values = teacher.fit_transform(material.space("embedding"), y, material.artists)
    return distributions


@lru_cache(maxsize=64)
def likeness_of(path: Path, task: str) -> Likeness:
    """Return what "similar" noise confuses in a task, from how like the genres are.

    Genres are like each other as far as classifiers that learned right labels confuse them. Among
    genres, every track is as likely to be mistaken, and for the genres that its own is like.
    Between two sides, the genres are ranked by how like they are to those of the other side, and a
    track of the tenth is mistaken ten times as often as one of the first. (In proportion to the
    likeness itself, most labels of some genres would be wrong at a rate of 20 %, and a classifier
    that learned these would be right.)
    """
    material, posterior = material_at(path), genre_posterior(path)
    genres = classes_of(GENRES, material.genres)
    one_hot = np.eye(posterior.shape[1])[genres]
    confusion = one_hot.T @ posterior / one_hot.sum(axis=0)[:, None]
    np.fill_diagonal(confusion, 0)
    if task == GENRES:
        return Likeness(np.ones(len(genres)), confusion)
    first = np.unique(genres, return_index=True)[1]
    sides = classes_of(task, material.genres)[first]
    across = np.where(sides[:, None] != sides, confusion, 0).sum(axis=1)
    ranks = np.asarray(np.argsort(np.argsort(across)) + 1, dtype=np.float64)
    return Likeness(ranks[genres], 1 - np.eye(2))
