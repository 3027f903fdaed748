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


def flipped(labels: Labels, noise: Noise, posterior: Values, rng: np.random.Generator) -> Labels:
    """Make exactly the noise's share of labels wrong, rounded to whole tracks.

    With generators in one state, the tracks that are flipped at a low rate are among those that
    are at a higher one, and get the same class.

    Parameters
    ----------
    labels : np.ndarray [shape=(n,)], int
        Right classes, of the training tracks alone.
    noise : Noise
    posterior : np.ndarray [shape=(n, n_classes)]
        How likely each class is for each track, from a classifier that knows right labels and has
        not learned from the track. For "similar" noise with more than two classes, which tracks
        are flipped is drawn evenly, and the new class by the mean posterior of the tracks of the
        old one. With two classes there is no choice of a new one, and the track is drawn by the
        rank of the other class's probability: the nearest to the other class is twice as likely as
        the middle one.
    rng : np.random.Generator

    Returns
    -------
    np.ndarray [shape=(n,)], int
        A copy.

    Examples
    --------
    >>> labels, rng = np.array([0, 0, 1, 1]), np.random.default_rng(0)
    >>> wrong = flipped(labels, Noise("uniform", 0.5), np.full((4, 2), 0.5), rng)
    >>> int((wrong != labels).sum())
    2
    """
    n, n_classes = posterior.shape
    one_hot = np.eye(n_classes)[labels]
    similar = noise.kind == SIMILAR
    weights = _ranks(1 - posterior[np.arange(n), labels]) if similar and n_classes == 2 else None
    if similar:
        confusion = one_hot.T @ posterior / one_hot.sum(axis=0)[:, None]
    else:
        confusion = np.ones((n_classes, n_classes))
    np.fill_diagonal(confusion, 0)
    # Efraimidis and Spirakis's keys: the first of this order are a weighted sample.
    keys = rng.standard_exponential(n) / (1 if weights is None else weights)
    chosen = np.argsort(keys, kind="stable")[: round(noise.rate * n)]
    cumulative = np.cumsum(confusion / confusion.sum(axis=1, keepdims=True), axis=1)[labels]
    drawn = (rng.random((n, 1)) >= cumulative[:, :-1]).sum(axis=1)
    wrong = labels.copy()
    wrong[chosen] = drawn[chosen]
    return wrong


def _ranks(values: Values) -> Values:
    """Rank of each value, 1 for the smallest."""
    order = np.argsort(values, kind="stable")
    return np.asarray(np.argsort(order, kind="stable") + 1, dtype=np.float64)
