"""Wrong labels, made on purpose."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.int64]
Values = NDArray[np.float64]

UNIFORM = "uniform"
SIMILAR = "similar"
KINDS = (UNIFORM, SIMILAR)
RATES = (0.1, 0.2, 0.35)


@dataclass(frozen=True)
class Noise:
    """How labels are made wrong.

    Attributes
    ----------
    kind : {"uniform", "similar"}
        Whether any track gets any other class, or tracks and classes that are easily mistaken
        are likelier; without meaning where `rate` is 0.
    rate : float
        Share of the training tracks whose label is made wrong.
    """

    kind: str
    rate: float

    def __str__(self) -> str:
        return f"{self.rate:.0%} {self.kind}" if self.rate else "clean"


CLEAN = Noise(UNIFORM, 0.0)
NOISES = (CLEAN, *(Noise(kind, rate) for rate in RATES for kind in KINDS))


@dataclass(frozen=True, eq=False)
class Likeness:
    """What is easily mistaken for what.

    Attributes
    ----------
    tracks : np.ndarray [shape=(n,)]
        How likely each track is to be mistaken, relative to the others; above 0.
    classes : np.ndarray [shape=(n_classes, n_classes)]
        How likely a class (row) is mistaken for another (column), relative to its other columns;
        0 on the diagonal.
    """

    tracks: Values
    classes: Values

    def of(self, rows: NDArray[np.intp]) -> Likeness:
        """Return that of some of the tracks."""
        return Likeness(self.tracks[rows], self.classes)


def flipped(labels: Labels, noise: Noise, likeness: Likeness, rng: np.random.Generator) -> Labels:
    """Make exactly the noise's share of labels wrong, rounded to whole tracks.

    With generators in one state, the tracks that are flipped at a low rate are among those that
    are at a higher one, and get the same class.

    Parameters
    ----------
    labels : np.ndarray [shape=(n,)], int
        Right classes, of the training tracks alone.
    noise : Noise
    likeness : Likeness
        Of these tracks; "uniform" noise looks at the number of classes alone.
    rng : np.random.Generator

    Returns
    -------
    np.ndarray [shape=(n,)], int
        A copy.

    Examples
    --------
    >>> labels, rng = np.array([0, 0, 1, 1]), np.random.default_rng(0)
    >>> likeness = Likeness(np.ones(4), 1 - np.eye(2))
    >>> int((flipped(labels, Noise("uniform", 0.5), likeness, rng) != labels).sum())
    2
    """
    n, n_classes = len(labels), len(likeness.classes)
    if noise.kind == SIMILAR:
        weights, confusion = likeness.tracks, likeness.classes
    else:
        weights, confusion = np.ones(n), 1 - np.eye(n_classes)
    # Efraimidis and Spirakis's keys: the first of this order are a weighted sample.
    keys = rng.standard_exponential(n) / weights
    chosen = np.argsort(keys, kind="stable")[: round(noise.rate * n)]
    cumulative = np.cumsum(confusion / confusion.sum(axis=1, keepdims=True), axis=1)[labels]
    drawn = (rng.random((n, 1)) >= cumulative[:, :-1]).sum(axis=1)
    wrong = labels.copy()
    wrong[chosen] = drawn[chosen]
    return wrong
