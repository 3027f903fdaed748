"""Errors planted, looked for, and counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from tools.planted.finders import Finder
from tools.planted.materials import Material


@dataclass(frozen=True)
class Finding:
    """How one finder fared on one material, over all seeds.

    Attributes
    ----------
    material, finder : str
    n_tracks, n_planted : int
    auroc : tuple of float
        Area under the ROC curve of each seed: how often a wrong label is more suspicious than a
        right one.
    precision : tuple of float
        Of each seed: the share of wrong labels among the first `n_planted`.
    """

    material: str
    finder: str
    n_tracks: int
    n_planted: int
    auroc: tuple[float, ...]
    precision: tuple[float, ...]


def plant(
    labels: NDArray[np.str_], share: float, seed: int
) -> tuple[NDArray[np.str_], NDArray[np.bool_]]:
    """Give a share of the tracks another class, each other class alike.

    Returns
    -------
    planted : np.ndarray [shape=(n_tracks,)] of str
    wrong : np.ndarray [shape=(n_tracks,)] of bool

    Examples
    --------
    >>> planted, wrong = plant(np.array(["jazz", "pop"] * 10), 0.1, seed=0)
    >>> int(wrong.sum()), bool((planted[wrong] != np.array(["jazz", "pop"] * 10)[wrong]).all())
    (2, True)
    """
    rng = np.random.default_rng(seed)
    classes, codes = np.unique(labels, return_inverse=True)
    chosen = rng.choice(len(labels), size=round(share * len(labels)), replace=False)
    moved = codes.copy()
    moved[chosen] += rng.integers(1, len(classes), size=len(chosen))
    wrong = np.zeros(len(labels), dtype=np.bool_)
    wrong[chosen] = True
    return classes[moved % len(classes)], wrong


def measure(
    material: Material, finder: Finder, *, share: float, seeds: Sequence[int]
) -> Iterator[Finding]:
    """Let a finder look for errors in a material, with each seed's errors planted anew."""
    found: dict[str, list[tuple[float, float]]] = {}
    n_planted = round(share * len(material.labels))
    for seed in seeds:
        labels, wrong = plant(material.labels, share, seed)
        for name, suspicion in finder(material, labels, seed).items():
            first = np.argsort(-suspicion, kind="stable")[:n_planted]
            scores = float(roc_auc_score(wrong, suspicion)), float(wrong[first].mean())
            found.setdefault(name, []).append(scores)
    for name, scores_of_seeds in found.items():
        auroc, precision = zip(*scores_of_seeds, strict=True)
        yield Finding(material.name, name, len(material.labels), n_planted, auroc, precision)
