"""The memorisation check of many enhancers at once, in worker processes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.labels.fitting import FitRequest, fit_all
from essentia_ldl.labels.memorisation import Memorisation, below_blend, by_chance
from essentia_ldl.progress import Progress

# Labels permuted in all: of few tracks one permutation says little, of many it says enough, and
# every one costs a fit.
_LABELS = 500
_MOST_PERMUTATIONS = 20


def n_permutations(n_tracks: int) -> int:
    """Permutations that a check of `n_tracks` tracks needs.

    Examples
    --------
    >>> n_permutations(1000), n_permutations(100), n_permutations(10)
    (1, 5, 20)
    """
    return min(_MOST_PERMUTATIONS, math.ceil(_LABELS / n_tracks))


def check_memorisation(
    requests: Sequence[FitRequest], *, seed: int, jobs: int | None, progress: Progress
) -> list[Memorisation]:
    """Refit enhancers on permuted labels; see `memorisation_check`.

    Of an enhancer that is blended with the labels, the part below the blend is checked. Every
    enhancer sees the same permutations.

    Parameters
    ----------
    requests : sequence of FitRequest
        With features.
    seed : int
    jobs : int or None
    progress : Progress
        Gets a stage "Checking label distributions".

    Returns
    -------
    list of Memorisation
        In the order of the requests.

    Raises
    ------
    ValueError
        If all labels of a request are of one class.
    CollectionError
        If an enhancer cannot be fitted on its tracks.
    """
    asked = []
    for request in requests:
        given = replace(request, enhancer=below_blend(request.enhancer))
        rng = np.random.RandomState(seed)
        permuted = [
            replace(given, labels=rng.permutation(request.labels))
            for _ in range(n_permutations(len(request.labels)))
        ]
        asked.append([given, *permuted])
    everything = [request for alike in asked for request in alike]
    fitted = iter(fit_all(everything, "Checking label distributions", jobs=jobs, progress=progress))
    return [
        _memorisation([_own_class(request, next(fitted).distributions) for request in alike], alike)
        for alike in asked
    ]


def _memorisation(own_class: Sequence[float], alike: Sequence[FitRequest]) -> Memorisation:
    given, *permuted = own_class
    return Memorisation(given, float(np.mean(permuted)), by_chance(alike[0].labels))


def _own_class(request: FitRequest, distributions: NDArray[np.float64]) -> float:
    column_of = {name: column for column, name in enumerate(request.classes)}
    columns = [column_of[label] for label in request.labels.tolist()]
    return float(distributions[np.arange(len(columns)), columns].mean())
