"""One run of network training: what is built and compiled once for all of its tasks."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
from numpy.typing import NDArray

from essentia_ldl.errors import ModelError, OutputError
from essentia_ldl.networks.losses import find_loss
from essentia_ldl.networks.network_trainer import (
    NetworkTrainer,
    State,
    best_precision,
    predict_in_batches,
)
from essentia_ldl.networks.patches import Inputs, MelPatches, PatchFeatures
from essentia_ldl.networks.task import TrainingTask
from essentia_ldl.networks.training_store import digest
from essentia_ldl.networks.weights import (
    TrainedNetwork,
    initial_weights,
    pretrained_weights,
    set_weights,
)
from essentia_ldl.progress import Advance, Progress
from essentia_ldl.versions import package_version

if TYPE_CHECKING:
    from essentia_ldl.networks.network_learner import NetworkLearner

Check = Callable[[], None]

#: Raised by one with every change of this package's code that changes what training gives.
TRAINING_REVISION = 1

#: Epochs that are shorter than this are not kept one by one: that would take longer than they do.
_SECONDS_BETWEEN_SAVES = 5.0


class NetworkSession:
    """Networks of one architecture, trained one after the other on one collection.

    Parameters
    ----------
    learner : NetworkLearner
    bands : sequence of np.ndarray [shape=(n_frames_i, 96)], float16
        Mel bands of every track.
    n_classes, epochs : int
    progress : Progress
    """

    def __init__(
        self,
        learner: NetworkLearner,
        bands: Sequence[NDArray[np.float16]],
        n_classes: int,
        epochs: int,
        progress: Progress,
    ) -> None:
        self._learner = learner
        self._epochs = epochs
        self._progress = progress
        self._n_classes = n_classes
        with best_precision() as self._precision:
            self._network = learner.architecture.build(n_classes)
        self._patches = MelPatches(bands, learner.settings.patch_hop)
        self._digests = [digest(track) for track in bands]
        self._trainers: dict[tuple[str, int], NetworkTrainer] = {}
        self._keeps = True

    def prepare(self, check: Check) -> None:
        """Cut the network where the mode says; compute what its frozen part gives."""
        logits = self._network.get_layer("predictions").input
        if not self._learner.mode.frozen:
            self._inputs: Inputs = self._patches
            self._trained = keras.Model(self._network.input, logits)
            return
        cut = self._network.get_layer(self._learner.architecture.features_layer).output
        convolutions = keras.Model(self._network.input, cut)
        set_weights(convolutions, self._learner.published)
        self._inputs = PatchFeatures(self._features(convolutions, check))
        self._trained = keras.Model(cut, logits)

    def epochs_left(self, task: TrainingTask) -> int:
        """Epochs that a task still needs."""
        return self._epochs - self._learner.store.load(self._key(task))[0]

    def train(self, task: TrainingTask, advance: Advance, check: Check) -> None:
        """Train a task's network to the end, from where an earlier run left it.

        Raises
        ------
        ModelError
            If training diverges.
        """
        key = self._key(task)
        done, state = self._learner.store.load(key)
        trainer = self._trainer(task)
        if done == self._epochs:
            trainer.start(state)
            return
        if done:
            trainer.restore(state)
        else:
            trainer.start(self._fresh(task))
        kept, kept_at = done, float("-inf")
        for epoch in range(done, self._epochs):
            loss = trainer.train_epoch(task, self._inputs, epoch, check)
            if not np.isfinite(loss):
                raise self._diverged(task, epoch, kept)
            last = epoch + 1 == self._epochs
            if last or time.monotonic() - kept_at >= _SECONDS_BETWEEN_SAVES:
                state = trainer.weights() if last else trainer.state()
                if not all(np.isfinite(values).all() for values in state.values()):
                    raise self._diverged(task, epoch, kept)
                self._keep(key, epoch + 1, state)
                kept, kept_at = epoch + 1, time.monotonic()
            advance(1)

    def predict(self, task: TrainingTask, track: int) -> NDArray[np.float64]:
        """Class probabilities of a track, by the network that was trained last."""
        return self._trainer(task).predict_track(self._inputs, track)

    def trained(self, task: TrainingTask) -> TrainedNetwork:
        """The network that was trained last, whole."""
        weights = self._fresh(task) | self._trainer(task).weights()
        return TrainedNetwork(self._learner.architecture, self._n_classes, weights)

    def _trainer(self, task: TrainingTask) -> NetworkTrainer:
        kind = task.loss, len(task.train)
        if kind not in self._trainers:
            self._trainers[kind] = NetworkTrainer(
                # Each with an optimizer of its own, over the same variables.
                keras.Model(self._trained.input, self._trained.output),
                find_loss(task.loss),
                self._learner.settings,
            )
        return self._trainers[kind]

    def _fresh(self, task: TrainingTask) -> dict[str, NDArray[np.float32]]:
        if not self._learner.mode.pretrained:
            return initial_weights(self._network, task.key)
        return pretrained_weights(self._network, self._learner.published, task.key)

    def _features(self, convolutions: keras.Model, check: Check) -> list[NDArray[np.float32]]:
        """Convolutional features of the patches of every track, each computed once and kept."""
        features = []
        store = self._learner.store
        common = self._origin()
        with self._progress.stage("Computing patches' features", len(self._digests)) as advance:
            for track, content in enumerate(self._digests):
                key = f"features-{digest(common, content)}"
                known = store.load(key)[1].get("features")
                if known is None:
                    known = predict_in_batches(convolutions, self._patches.track(track))
                    self._keep(key, 0, {"features": known})
                features.append(known)
                advance(1)
                check()
        return features

    def _keep(self, key: str, epoch: int, state: State) -> None:
        if not self._keeps:
            return
        try:
            self._learner.store.save(key, epoch, state)
        except OutputError as error:
            self._keeps = False
            self._progress.warn(f"networks are not kept, so a broken run starts anew: {error}")

    def _origin(self) -> dict[str, Any]:
        """What decides a network's answers, beside its weights and its input."""
        backend = keras.config.backend()
        published = sorted(self._learner.published.items())
        return {
            "revision": TRAINING_REVISION,
            "architecture": self._learner.architecture.name,
            "published": digest(*(part for item in published for part in item)),
            "precision": self._precision,
            "keras": [keras.__version__, backend, package_version(backend)],
        }

    def _key(self, task: TrainingTask) -> str:
        decisive = {
            **self._origin(),
            "mode": self._learner.mode.name,
            "settings": asdict(self._learner.settings),
            "epochs": self._epochs,
            "loss": task.loss,
            "key": task.key,
            "tracks": [self._digests[track] for track in task.train],
        }
        return f"{self._learner.architecture.name}-{digest(decisive, task.targets)}"

    def _diverged(self, task: TrainingTask, epoch: int, kept: int) -> ModelError:
        path = self._learner.store.path(self._key(task))
        left = f"; as it was after epoch {kept}, it is kept in {path}" if kept else ""
        return ModelError(
            f"training diverged in epoch {epoch + 1}: its numbers overflow{left}",
            subject=f"{self._learner.architecture.title}, {task}",
            remedy="try another --loss, or --mode frozen, which trains the dense part alone; and "
            "look for tracks that are noise",
        )
