"""Many label enhancers fitted at once, in worker processes where it is work."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning

from essentia_ldl.labels.base import LabelEnhancer, LabelWarning, align
from essentia_ldl.progress import Progress
from essentia_ldl.workers import run_in_workers


@dataclass(frozen=True, eq=False)
class FitRequest:
    """One enhancer to fit on some tracks.

    Attributes
    ----------
    name : str
        What warnings about it begin with.
    enhancer : LabelEnhancer
        Unfitted.
    X : np.ndarray [shape=(n_tracks, n_features)] or None
        None for an enhancer that looks at no features: it is fitted in this process, as there is
        less to compute than to send.
    labels : np.ndarray [shape=(n_tracks,)], str
    classes : tuple of str
        Columns of the result; classes that no track has get zeros.
    """

    name: str
    enhancer: LabelEnhancer
    X: NDArray[np.float64] | None
    labels: NDArray[np.str_]
    classes: tuple[str, ...]


def fit_label_distributions(
    requests: Sequence[FitRequest], *, jobs: int | None, progress: Progress
) -> list[NDArray[np.float64]]:
    """Fit every request and return its label distributions, in the order of the requests.

    Warnings are passed to `progress`; of those that differ in numbers and class names only, as
    the folds of one variant give them, the first.

    Returns
    -------
    list of np.ndarray [shape=(n_tracks, n_classes)]
    """
    here = [(index, request) for index, request in enumerate(requests) if request.X is None]
    there = [(index, request) for index, request in enumerate(requests) if request.X is not None]
    fitted: list[_Fitted] = []
    with progress.stage("Fitting label distributions", len(requests)) as advance:
        for result in chain(map(_fit, here), run_in_workers(_fit, there, jobs=jobs)):
            fitted.append(result)
            advance(1)
    fitted.sort(key=lambda result: result.index)
    for message in _without_repeats(chain.from_iterable(result.told for result in fitted)):
        progress.warn(message)
    return [result.distributions for result in fitted]


@dataclass(frozen=True, eq=False)
class _Fitted:
    index: int
    distributions: NDArray[np.float64]
    told: list[str]


def _fit(item: tuple[int, FitRequest]) -> _Fitted:
    index, request = item
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", category=LabelWarning)
        warnings.simplefilter("always", category=ConvergenceWarning)
        fitted = request.enhancer.fit(request.X, request.labels)
    distributions = align(fitted.label_distributions_, fitted.classes_, request.classes)
    told = [f"{request.name}: {warning.message}" for warning in caught]
    return _Fitted(index, distributions, told)


def _without_repeats(messages: Iterable[str]) -> list[str]:
    """Keep the first of messages that are equal but for their numbers and quoted names."""
    first: dict[str, str] = {}
    for message in messages:
        first.setdefault(re.sub(r"""[\d.]+|'[^']*'|"[^"]*"|\\.""", "#", message), message)
    return list(first.values())
