"""What an experiment trains with: one interface for heads on embeddings and for whole networks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.features import Features
from essentia_ldl.networks.heads import HeadSettings, predict_tracks, train_heads
from essentia_ldl.networks.loading import load_tensorflow
from essentia_ldl.networks.task import TrainingTask
from essentia_ldl.progress import Progress


@dataclass(frozen=True, eq=False)
class Learned:
    """What was learnt.

    Attributes
    ----------
    probabilities : np.ndarray [shape=(n_tasks - 1, n_tracks, n_classes)]
        Of every task but the last: class probabilities of the tracks that it did not learn from.
        Rows of the others may be NaN.
    model : Head or TrainedNetwork
        Of the last task.
    """

    probabilities: NDArray[np.float64]
    model: Any


class Learner(Protocol):
    """Trains what it trains, once per task."""

    def learn(
        self, features: Features, tasks: Sequence[TrainingTask], *, epochs: int, progress: Progress
    ) -> Learned:
        """Train all tasks, the last of which gives the model to keep.

        Raises
        ------
        EssentiaLDLError
            If the features cannot be learnt from, or training diverges.
        """

    def record(self) -> dict[str, Any]:
        """Settings for reports, JSON-ready."""


@dataclass(frozen=True)
class HeadLearner:
    """Trains heads on embeddings, all as one batch."""

    settings: HeadSettings = field(default_factory=HeadSettings)

    def learn(
        self, features: Features, tasks: Sequence[TrainingTask], *, epochs: int, progress: Progress
    ) -> Learned:
        """Train a head per task; see `train_heads`."""
        load_tensorflow()
        *heads, final = train_heads(
            features.embeddings, tasks, epochs=epochs, settings=self.settings, progress=progress
        )
        return Learned(predict_tracks(heads, features.embeddings), final)

    def record(self) -> dict[str, Any]:
        """Settings for reports."""
        return asdict(self.settings)


@dataclass(frozen=True)
class NetworkSettings:
    """How every network is trained, beside its task and the number of epochs.

    Attributes
    ----------
    optimizer : str
        Always Adam; stated for records.
    learning_rate : float
    batch_size : int
        Samples of a batch at most.
    weight_decay : float
        L2 penalty's gradient per unit of weight.
    patch_hop : int
        Frames from one patch that training may draw to the next.
    """

    optimizer: str = field(default="Adam", init=False)
    learning_rate: float = 1e-3
    batch_size: int = 32
    weight_decay: float = 1e-5
    patch_hop: int = 1
