"""Pairs of classes that are taken for each other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.audit.result import Overlap


def overlaps_of(
    distributions: NDArray[np.float64],
    codes: NDArray[np.intp],
    suggested: NDArray[np.intp],
    classes: Sequence[str],
) -> tuple[Overlap, ...]:
    """Find the pairs of classes that exchange tracks, the most confused first.

    Parameters
    ----------
    distributions : np.ndarray [shape=(n_tracks, n_classes)]
        Out of fold.
    codes, suggested : np.ndarray [shape=(n_tracks,)]
        Each track's given and suggested class, as columns of `distributions`.
    classes : sequence of str
        Names of the columns.

    Returns
    -------
    tuple of Overlap
        A pair is in it where a track of one is suggested to be of the other.

    Examples
    --------
    >>> distributions = np.array([[0.5, 0.5, 0.0], [0.75, 0.25, 0.0], [0.0, 0.0, 1.0]])
    >>> overlaps_of(distributions, np.array([0, 1, 2]), np.array([0, 0, 2]), ("a", "b", "c"))
    (Overlap(first='a', second='b', confusion=0.625, n_tracks=1),)
    """
    n_classes = len(classes)
    given = np.eye(n_classes)[codes]
    sizes = np.maximum(given.sum(axis=0), 1)[:, None]
    mass = given.T @ distributions / sizes
    exchanged = given.T @ np.eye(n_classes)[suggested]
    found = [
        Overlap(
            classes[a],
            classes[b],
            confusion=float(mass[a, b] + mass[b, a]) / 2,
            n_tracks=int(exchanged[a, b] + exchanged[b, a]),
        )
        for a, b in combinations(range(n_classes), 2)
    ]
    return tuple(
        sorted((pair for pair in found if pair.n_tracks), key=lambda pair: -pair.confusion)
    )
