"""Heads to train: a made-up cross-validation of folds x variants x repeats."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from essentia_ldl.evaluation import make_folds
from essentia_ldl.labels import KNNSmoothing, LabelWarning
from essentia_ldl.networks.heads import Embeddings, Head, train_heads
from essentia_ldl.networks.loading import load_tensorflow
from essentia_ldl.networks.task import TrainingTask

N_VALUES, N_PATCHES, N_FOLDS, N_NEIGHBORS = 200, 12, 5, 10
# Of the variants none, s_a and s_b.
LOSSES = ("categorical_crossentropy", "mean_absolute_error", "mean_absolute_error")


@dataclass(frozen=True)
class Workload:
    """The heads of a cross-validation, and the one that is exported.

    Examples
    --------
    >>> print(Workload(n_tracks=48, n_repeats=3, epochs=150))
    46 heads, 48 tracks, 150 epochs
    """

    n_tracks: int
    n_repeats: int
    epochs: int
    n_classes: int = 8

    @property
    def n_heads(self) -> int:
        """Heads to train."""
        return N_FOLDS * self.n_repeats * len(LOSSES) + 1

    def __str__(self) -> str:
        return f"{self.n_heads} heads, {self.n_tracks} tracks, {self.epochs} epochs"


@lru_cache(maxsize=1)
def made_up(work: Workload) -> tuple[Embeddings, Sequence[TrainingTask]]:
    """Embeddings in which classes can be told apart, and the tasks of all heads.

    Labels are one-hot in the first variant, and smoothed over ten neighbours in some of the
    embeddings' dimensions in the others.
    """
    rng = np.random.default_rng(0)
    y = np.arange(work.n_tracks) % work.n_classes
    centres = rng.normal(scale=0.3, size=(work.n_classes, N_VALUES))
    embeddings = [
        (rng.normal(size=(N_PATCHES, N_VALUES)) + centres[label]).astype(np.float32) for label in y
    ]
    space = np.stack([track.mean(axis=0) for track in embeddings])[:, :10]
    with warnings.catch_warnings():
        # Ten neighbours reach across classes of six tracks, as they do in small collections.
        warnings.simplefilter("ignore", LabelWarning)
        soft = KNNSmoothing(N_NEIGHBORS).fit_transform(space, y)
    one_hot = np.eye(work.n_classes)[y]
    folds = make_folds(y, n_splits=N_FOLDS, n_repeats=work.n_repeats, seed=0)
    tasks = [
        TrainingTask(
            fold.train,
            (soft if variant else one_hot)[fold.train],
            loss,
            (0, 1, fold.repeat, fold.fold),
        )
        for variant, loss in enumerate(LOSSES)
        for fold in folds
    ]
    final = TrainingTask(np.arange(work.n_tracks), one_hot, LOSSES[0], (0, 2, 0, 0))
    return embeddings, [*tasks, final]


def prepare(work: Workload) -> None:
    """Load TensorFlow and make the data up."""
    load_tensorflow()
    made_up(work)


def train(work: Workload) -> tuple[Head, ...]:
    """Train all heads as one batch: this package's route."""
    embeddings, tasks = made_up(work)
    return train_heads(embeddings, tasks, epochs=work.epochs)
