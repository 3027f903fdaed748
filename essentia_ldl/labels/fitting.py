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

from essentia_ldl.errors import CollectionError
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
    groups : np.ndarray [shape=(n_tracks,)] or None
        What tracks share with others, such as the artist; None where that is not known.
    """

    name: str
    enhancer: LabelEnhancer
    X: NDArray[np.float64] | None
    labels: NDArray[np.str_]
    classes: tuple[str, ...]
    groups: NDArray[np.str_] | None = None


@dataclass(frozen=True, eq=False)
class Fitted:
    """What became of one request.

    Attributes
    ----------
    index : int
        Of the request.
    distributions : np.ndarray [shape=(n_tracks, n_classes)]
    told : list of str
        Warnings.
    """

    index: int
    distributions: NDArray[np.float64]
    told: list[str]


def fit_label_distributions(
    requests: Sequence[FitRequest], *, jobs: int | None, progress: Progress
) -> list[NDArray[np.float64]]:
    """Fit every request and return its label distributions, in the order of the requests.

    Warnings are passed to `progress`; of those that differ in numbers and class names only, as
    the folds of one variant give them, the first.

    Returns
    -------
    list of np.ndarray [shape=(n_tracks, n_classes)]

    Raises
    ------
    CollectionError
        If an enhancer cannot be fitted on its tracks.
    """
    fitted = fit_all(requests, "Fitting label distributions", jobs=jobs, progress=progress)
    for message in _without_repeats(chain.from_iterable(result.told for result in fitted)):
        progress.warn(message)
    return [result.distributions for result in fitted]


def fit_all(
    requests: Sequence[FitRequest], stage: str, *, jobs: int | None, progress: Progress
) -> list[Fitted]:
    """Fit every request within a stage of that name, and pass no warning on.

    Returns
    -------
    list of Fitted
        In the order of the requests.

    Raises
    ------
    CollectionError
        If an enhancer cannot be fitted on its tracks.
    """
    here = [(index, request) for index, request in enumerate(requests) if request.X is None]
    there = [(index, request) for index, request in enumerate(requests) if request.X is not None]
    fitted: list[Fitted] = []
    with progress.stage(stage, len(requests)) as advance:
        for result in chain(map(_fit, here), run_in_workers(_fit, there, jobs=jobs)):
            fitted.append(result)
            advance(1)
    return sorted(fitted, key=lambda result: result.index)


def _fit(item: tuple[int, FitRequest]) -> Fitted:
    index, request = item
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", category=LabelWarning)
        warnings.simplefilter("always", category=ConvergenceWarning)
        try:
            fitted = request.enhancer.fit(request.X, request.labels, request.groups)
        except ValueError as error:
            raise CollectionError(
                f"labels cannot be made of {len(request.labels)} tracks: {error}",
                subject=request.name,
                remedy="add tracks, use fewer --folds, or leave these --labels out",
            ) from error
    distributions = align(fitted.label_distributions_, fitted.classes_, request.classes)
    told = [f"{request.name}: {warning.message}" for warning in caught]
    return Fitted(index, distributions, told)


def _without_repeats(messages: Iterable[str]) -> list[str]:
    """Keep the first of messages that are equal but for their numbers and quoted names."""
    first: dict[str, str] = {}
    for message in messages:
        first.setdefault(re.sub(r"""[\d.]+|'[^']*'|"[^"]*"|\\.""", "#", message), message)
    return list(first.values())
