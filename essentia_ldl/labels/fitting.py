"""Many label enhancers fitted at once, in worker processes."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator

from essentia_ldl.progress import Progress
from essentia_ldl.workers import run_in_workers


@dataclass(frozen=True)
class FitRequest:
    """One enhancer to fit on some tracks.

    Attributes
    ----------
    enhancer : estimator
        Unfitted.
    X : np.ndarray [shape=(n_tracks, n_features)]
    y : np.ndarray [shape=(n_tracks,)], int
        Class indices, 0 to n_classes - 1.
    n_classes : int
    """

    enhancer: BaseEstimator
    X: NDArray[np.float64]
    y: NDArray[np.intp]
    n_classes: int


def fit_label_distributions(
    requests: Sequence[FitRequest], *, jobs: int | None, progress: Progress
) -> list[NDArray[np.float64]]:
    """Fit every request and return its label distributions, in the order of the requests.

    Warnings of the enhancers are passed to `progress`, each once.

    Returns
    -------
    list of np.ndarray [shape=(n_tracks, n_classes)]
    """
    results: list[NDArray[np.float64]] = [np.empty(0)] * len(requests)
    messages: dict[str, None] = {}
    with progress.stage("Fitting label distributions", len(requests)) as advance:
        for index, distributions, told in run_in_workers(_fit, enumerate(requests), jobs=jobs):
            results[index] = distributions
            messages |= dict.fromkeys(told)
            advance(1)
    for message in messages:
        progress.warn(message)
    return results


def _fit(item: tuple[int, FitRequest]) -> tuple[int, NDArray[np.float64], list[str]]:
    index, request = item
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", category=UserWarning)
        fitted = request.enhancer.fit(request.X, request.y)
    distributions = np.zeros((len(request.y), request.n_classes))
    distributions[:, fitted.classes_] = fitted.label_distributions_
    return index, distributions, [str(warning.message) for warning in caught]
