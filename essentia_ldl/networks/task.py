"""What one head or network is trained on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.networks.losses import find_loss


@dataclass(frozen=True, eq=False)
class TrainingTask:
    """What one head or network is trained on.

    Attributes
    ----------
    train : np.ndarray [shape=(n,)], int
        The tracks it learns from, as positions in the features.
    targets : np.ndarray [shape=(n, n_classes)]
        Their label distributions.
    loss : str
        A name in `essentia_ldl.networks.losses.LOSSES`.
    key : tuple of int
        Non-negative numbers that seed its weights, order and patches, alone: tasks with one key
        start alike, and no other task changes what this one draws.
    name : str
        What errors call it; by default its key.
    """

    train: NDArray[np.int64]
    targets: NDArray[np.float64]
    loss: str
    key: tuple[int, ...]
    name: str = ""

    def __str__(self) -> str:
        return self.name or f"head {self.key}"


def seed_sequence(key: Sequence[int]) -> np.random.SeedSequence:
    """Randomness of one task, from its key alone.

    NumPy pads short keys with zeros, so that (1,) and (1, 0) would be one seed; the length in
    front keeps them apart.
    """
    return np.random.SeedSequence((len(key), *key))


def check_tasks(tasks: Sequence[TrainingTask], n_tracks: int) -> None:
    """Find out before training, not within it.

    Raises
    ------
    OptionError
        If a loss is unknown.
    ValueError
        If the arrays do not fit each other.
    """
    n_classes = tasks[0].targets.shape[1]
    for task in tasks:
        find_loss(task.loss)
        if not len(task.train):
            raise ValueError(f"{task} has no track to learn from")
        if task.targets.shape != (len(task.train), n_classes):
            raise ValueError(
                f"{task} has targets of shape {task.targets.shape}, "
                f"expected {(len(task.train), n_classes)}"
            )
        if not np.isfinite(task.targets).all():
            raise ValueError(f"{task} has NaN or infinite targets")
        if task.train.min() < 0 or task.train.max() >= n_tracks:
            raise ValueError(f"{task} learns from tracks beyond the {n_tracks} given")
