"""The short form of an audit, as a training run's report has it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from essentia_ldl.audit.scores import score_tracks
from essentia_ldl.progress import Progress, Silent

N_LISTED = 10


def short_audit(
    paths: Sequence[str],
    labels: Sequence[str],
    classes: Sequence[str],
    embeddings: ArrayLike,
    *,
    groups: ArrayLike | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> dict[str, list[dict[str, Any]]]:
    """Name the most suspicious and the most ambiguous tracks.

    Parameters
    ----------
    paths, labels : sequence of str, length n_tracks
    classes : sequence of str
    embeddings : array-like [shape=(n_tracks, n_values)]
        The mean over the patches of each track.
    groups : array-like [shape=(n_tracks,)], optional
    seed : int
    progress : Progress, optional
        Gets a stage "Judging labels", and warnings.

    Returns
    -------
    dict
        ``{"suspicious": [...], "ambiguous": [...]}``: ten tracks each, or all where there are
        fewer, the worst first, as ``{"path", "label", "suggested_label", "suspicion",
        "ambiguity", "distribution": {class: probability}}``.

    Raises
    ------
    ValueError
        See `score_tracks`.

    Examples
    --------
    >>> embeddings = [[0.0], [0.1], [0.2], [5.0], [5.1], [5.2], [5.3]]
    >>> labels = ["jazz"] * 3 + ["rock"] * 3 + ["jazz"]
    >>> found = short_audit([*"abcdefg"], labels, ("jazz", "rock"), embeddings)
    >>> found["suspicious"][0]["path"], found["suspicious"][0]["suggested_label"]
    ('g', 'rock')
    """
    progress = progress or Silent()
    scores = score_tracks(embeddings, labels, classes, groups=groups, seed=seed, progress=progress)
    for warning in scores.warnings:
        progress.warn(warning)

    def listed(values: NDArray[np.float64]) -> list[dict[str, Any]]:
        return [
            {
                "path": paths[row],
                "label": labels[row],
                "suggested_label": classes[scores.suggested[row]],
                "suspicion": float(scores.suspicion[row]),
                "ambiguity": float(scores.ambiguity[row]),
                "distribution": dict(zip(classes, scores.distributions[row].tolist(), strict=True)),
            }
            for row in np.argsort(-values, kind="stable")[:N_LISTED].tolist()
        ]

    return {"suspicious": listed(scores.suspicion), "ambiguous": listed(scores.ambiguity)}
