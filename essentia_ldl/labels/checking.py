"""The memorisation check of many enhancers at once, in worker processes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.labels.fitting import FitRequest, fit_all
from essentia_ldl.labels.memorisation import Memorisation, below_blend, by_chance
from essentia_ldl.progress import Progress

# Every permutation costs a fit. One settles the matter, but where it means little: of few tracks,
# and with a share that is not far above the one that is flagged.
_FEW = 500
_DOUBTFUL = 0.3

_STAGE = "Checking label distributions"


def check_memorisation(
    requests: Sequence[FitRequest], *, seed: int, jobs: int | None, progress: Progress
) -> list[Memorisation]:
    """Refit enhancers on permuted labels; see `memorisation_check`.

    Of an enhancer that is blended with the labels, the part below the blend is checked. Every
    enhancer sees the same permutations: one, and where that leaves a doubt among few tracks, so
    many more that 500 labels are permuted in all.

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
    asked = [replace(request, enhancer=below_blend(request.enhancer)) for request in requests]
    permuted = [_permuted(request, seed, 0) for request in asked]
    values = _own_class([*asked, *permuted], jobs, progress)
    found = []
    for request, own, first in zip(asked, values, values[len(asked) :], strict=False):
        result = Memorisation(own, first, by_chance(request.labels))
        n_more = -(-_FEW // len(request.labels)) - 1
        if n_more > 0 and result.flagged and result.share < _DOUBTFUL:
            more = [_permuted(request, seed, number) for number in range(1, n_more + 1)]
            mean = float(np.mean([first, *_own_class(more, jobs, progress)]))
            result = replace(result, permuted=mean)
        found.append(result)
    return found


def _permuted(request: FitRequest, seed: int, number: int) -> FitRequest:
    rng = np.random.default_rng((seed, number))
    return replace(request, labels=rng.permutation(request.labels))


def _own_class(requests: Sequence[FitRequest], jobs: int | None, progress: Progress) -> list[float]:
    """Mean probability of each request's own labels."""
    fitted = fit_all(requests, _STAGE, jobs=jobs, progress=progress)
    return [
        _mean_of_label(request, result.distributions)
        for request, result in zip(requests, fitted, strict=True)
    ]


def _mean_of_label(request: FitRequest, distributions: NDArray[np.float64]) -> float:
    column_of = {name: column for column, name in enumerate(request.classes)}
    columns = [column_of[label] for label in request.labels.tolist()]
    return float(distributions[np.arange(len(columns)), columns].mean())
