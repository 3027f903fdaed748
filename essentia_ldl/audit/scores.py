"""Every score of an audit, from embeddings and labels alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import entropy
from threadpoolctl import threadpool_limits

from essentia_ldl.audit.calibration import calibrated
from essentia_ldl.audit.confidence import (
    N_REPEATS,
    N_SPLITS,
    judge,
    out_of_fold,
    repeated_splits,
)
from essentia_ldl.audit.neighbors import neighbor_suspicion, similar_tracks
from essentia_ldl.audit.units import recordings_of, units_of
from essentia_ldl.collection.spelling import enumerate_names
from essentia_ldl.progress import Progress, Silent

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

N_NEIGHBORS = 10


@dataclass(frozen=True, eq=False)
class Scores:
    """What is to be said of every track.

    Attributes
    ----------
    distributions : np.ndarray [shape=(n_tracks, n_classes)], float64
        Class probabilities out of fold, calibrated.
    suspicion, ambiguity, neighbor_suspicion : np.ndarray [shape=(n_tracks,)], float64
        See `essentia_ldl.audit.AuditedTrack`.
    suggested : np.ndarray [shape=(n_tracks,)], int
        Class, as a column of `distributions`.
    neighbors : np.ndarray [shape=(n_tracks, k)], int
    temperature : float
        That the distributions were calibrated with; see `calibrated`.
    warnings : tuple of str
        Where suspicion and ambiguity mean less than they seem to.
    neighbor_warnings : tuple of str
        Where neighbours do.
    """

    distributions: FloatArray
    suspicion: FloatArray
    ambiguity: FloatArray
    suggested: IntArray
    neighbors: IntArray
    neighbor_suspicion: FloatArray
    temperature: float
    warnings: tuple[str, ...]
    neighbor_warnings: tuple[str, ...]


def score_tracks(
    embeddings: ArrayLike,
    labels: Sequence[str],
    classes: Sequence[str],
    *,
    groups: ArrayLike | None = None,
    duplicates: Sequence[tuple[int, int]] = (),
    n_neighbors: int = N_NEIGHBORS,
    seed: int = 0,
    progress: Progress | None = None,
) -> Scores:
    """Score the labels of tracks by what other tracks say.

    No score of a track comes from a map that was fitted on it, on a copy of its recording, or on
    another track of its group; one number alone, the temperature, is fitted on all. Same seed,
    same numbers, whatever the number of threads.

    Parameters
    ----------
    embeddings : array-like [shape=(n_tracks, n_values)]
        The mean over the patches of each track.
    labels : sequence of str, length n_tracks
    classes : sequence of str
        The order of the distributions; every label is one of them.
    groups : array-like [shape=(n_tracks,)], optional
        Such as the artist.
    duplicates : sequence of pairs of int
        Tracks with one recording, by index.
    n_neighbors : int
    seed : int
    progress : Progress, optional
        Gets a stage "Judging labels".

    Raises
    ------
    ValueError
        If there are not two tracks of one class that can be told apart, a label is none of the
        classes, the embeddings are not finite, or lengths differ.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> embeddings = np.repeat([[0.0], [5.0]], 10, axis=0) + rng.normal(size=(20, 1))
    >>> labels = ["jazz"] * 10 + ["rock"] * 9 + ["jazz"]
    >>> scores = score_tracks(embeddings, labels, ("jazz", "rock"))
    >>> int(scores.suspicion.argmax()), int(scores.suggested[19])
    (19, 1)
    """
    X = np.asarray(embeddings, dtype=np.float64)
    if X.ndim != 2 or len(X) != len(labels) or not np.isfinite(X).all():
        raise ValueError(f"{len(labels)} labels for embeddings of shape {X.shape}, or not finite")
    codes = _codes(labels, classes)
    units, apart = units_of(codes, recordings_of(len(X), duplicates), groups)
    with threadpool_limits(1):
        judged = out_of_fold(
            X,
            codes,
            len(classes),
            repeated_splits(codes, units, seed),
            progress=progress or Silent(),
        )
    distributions, temperature = calibrated(judged, codes)
    neighbors = similar_tracks(X, units, n_neighbors)
    return Scores(
        distributions,
        suspicion=1 - distributions[np.arange(len(codes)), codes],
        ambiguity=np.asarray(entropy(distributions, axis=1) / np.log(max(len(classes), 2))),
        suggested=_likeliest(distributions, codes),
        neighbors=neighbors,
        neighbor_suspicion=neighbor_suspicion(neighbors, codes),
        temperature=temperature,
        warnings=tuple(_unjudged(codes, units, apart, classes)),
        neighbor_warnings=tuple(_crowded(codes, neighbors.shape[1], classes)),
    )


def scoring_settings() -> dict[str, Any]:
    """Return how `score_tracks` scores, in plain JSON types."""
    classifier = judge()[-1]
    return {
        "n_splits": N_SPLITS,
        "n_repeats": N_REPEATS,
        "classifier": type(classifier).__name__,
        "C": classifier.C,
        "class_weight": classifier.class_weight,
    }


def _codes(labels: Sequence[str], classes: Sequence[str]) -> IntArray:
    column = {name: index for index, name in enumerate(classes)}
    if unknown := sorted(set(labels) - set(column)):
        raise ValueError(f"labels that are none of the classes: {unknown}")
    return np.array([column[label] for label in labels], dtype=np.intp)


def _likeliest(distributions: FloatArray, codes: IntArray) -> IntArray:
    """The given class where none is likelier, and else the likeliest."""
    rows = np.arange(len(codes))
    best = distributions.argmax(axis=1)
    given = distributions[rows, codes] >= distributions[rows, best]
    return np.asarray(np.where(given, codes, best), dtype=np.intp)


def _unjudged(
    codes: IntArray, units: IntArray, apart: IntArray, classes: Sequence[str]
) -> Iterator[str]:
    for code in apart:
        yield (
            f"all tracks of {classes[code]} are of one group, and are judged by each other: "
            "what they share may be the artist (add tracks of others)"
        )
    n_apart = [len(np.unique(units[codes == code])) for code in range(len(classes))]
    for name, n_units in zip(classes, n_apart, strict=True):
        if n_units == 1:
            yield (
                f"{name} has one recording only, so nothing can vouch for its label: its "
                "suspicion says nothing (add tracks)"
            )
    few = [name for name, n_units in zip(classes, n_apart, strict=True) if 1 < n_units < N_SPLITS]
    if few:
        yield (
            f"classes with fewer than {N_SPLITS} recordings apart, by copies and groups, are "
            f"judged by next to nothing: {enumerate_names(few)} (add tracks)"
        )


def _crowded(codes: IntArray, n_neighbors: int, classes: Sequence[str]) -> Iterator[str]:
    """Tell where neighbours are more than a class has tracks."""
    sizes = np.bincount(codes, minlength=len(classes))
    smallest = int(np.where(sizes > 0, sizes, len(codes)).argmin())
    others = int(sizes[smallest]) - 1
    if n_neighbors > others:
        yield (
            f"{n_neighbors} neighbours are more than {classes[smallest]} has other tracks "
            f"({others}): some of them are of other classes, however right its labels"
        )
