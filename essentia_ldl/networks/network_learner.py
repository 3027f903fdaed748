"""Whole networks trained on mel patches, one after the other, each of which can be resumed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from essentia_ldl.features import Features
from essentia_ldl.networks.architectures import Architecture
from essentia_ldl.networks.interrupts import held_interrupts
from essentia_ldl.networks.learner import Learned, NetworkSettings
from essentia_ldl.networks.loading import load_keras
from essentia_ldl.networks.modes import Mode
from essentia_ldl.networks.task import TrainingTask, check_tasks
from essentia_ldl.networks.training_store import TrainingStore
from essentia_ldl.networks.weights import Weights
from essentia_ldl.progress import Progress


@dataclass(frozen=True, eq=False)
class NetworkLearner:
    """Trains networks on mel patches.

    Parameters
    ----------
    architecture : Architecture
    mode : Mode
    published : mapping of str to np.ndarray
        Weights that a pre-trained network starts from; empty where the mode needs none.
    store : TrainingStore
        Where networks are kept while they train, and after.
    """

    architecture: Architecture
    mode: Mode
    published: Weights
    store: TrainingStore

    @property
    def settings(self) -> NetworkSettings:
        """How every network is trained."""
        return NetworkSettings(learning_rate=self.mode.learning_rate, patch_hop=self.mode.patch_hop)

    def record(self) -> dict[str, Any]:
        """Settings for reports."""
        return asdict(self.settings)

    def learn(
        self, features: Features, tasks: Sequence[TrainingTask], *, epochs: int, progress: Progress
    ) -> Learned:
        """Train a network per task, and predict the tracks that it did not learn from.

        What an earlier run finished is taken over; what it began is gone on with.

        Parameters
        ----------
        features : Features
            With mel bands.
        tasks : sequence of TrainingTask
            All with the same number of classes.
        epochs : int
        progress : Progress
            Gets a stage with a step per epoch that is left to do.

        Raises
        ------
        OptionError
            If a loss is unknown.
        ModelError
            If training diverges.
        ValueError
            If the arrays do not fit each other.
        """
        n_tracks, n_classes = len(features.mel_bands), tasks[0].targets.shape[1]
        check_tasks(tasks, n_tracks)
        load_keras()
        from essentia_ldl.networks.network_session import NetworkSession

        with held_interrupts() as check_interrupt:
            session = NetworkSession(self, features.mel_bands, n_classes, epochs, progress)
            session.prepare(check_interrupt)
            probabilities = np.full((len(tasks) - 1, n_tracks, n_classes), np.nan)
            left = sum(map(session.epochs_left, tasks))
            with progress.stage("Training networks", left) as advance:
                for number, task in enumerate(tasks):
                    session.train(task, advance, check_interrupt)
                    if number < len(probabilities):
                        for track in np.setdiff1d(np.arange(n_tracks), task.train):
                            probabilities[number, track] = session.predict(task, track)
                            check_interrupt()
            return Learned(probabilities, session.trained(tasks[-1]))
