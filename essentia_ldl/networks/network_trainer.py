"""Gradient descent on one network, in Keras's own operations: it runs on each of its backends."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from essentia_ldl.networks.learner import NetworkSettings
from essentia_ldl.networks.losses import Loss
from essentia_ldl.networks.patches import Array, Inputs, draw_epoch
from essentia_ldl.networks.task import TrainingTask, seed_sequence
from essentia_ldl.networks.weights import Weights, as_array, get_weights, set_weights

State = dict[str, NDArray[Any]]

_OPTIMIZER = "optimizer/"
_PREDICTED_AT_ONCE = 16
_FILLED_UP_TO = 4


class PenalisedAdam(keras.optimizers.Adam):  # type: ignore[misc]
    """Adam with an L2 penalty's gradient added before it, as `HeadTrainer` has it.

    Keras's own ``weight_decay`` is decoupled from the gradient, and something else.
    """

    def __init__(self, learning_rate: float, penalty: float) -> None:
        super().__init__(learning_rate)
        self._penalty = penalty

    def apply(self, grads: Any, trainable_variables: Any = None) -> Any:
        """Make one step; `grads` are the loss's own."""
        variables = trainable_variables or self._trainable_variables
        penalised = [
            gradient + self._penalty * ops.cast(variable, gradient.dtype)
            for gradient, variable in zip(grads, variables, strict=True)
        ]
        return super().apply(penalised, trainable_variables)


class NetworkTrainer:
    """Trains a network, from task to task anew; what Keras compiles is compiled once.

    It is compiled for the first size of a batch, and then for any. The two round differently, so
    tasks share a trainer only where they have equally many tracks, and batches of equal sizes.

    Parameters
    ----------
    network : keras.Model
        From inputs to logits.
    loss : callable
    settings : NetworkSettings
    """

    def __init__(self, network: keras.Model, loss: Loss, settings: NetworkSettings) -> None:
        self._network = network
        self._settings = settings
        network.compile(
            optimizer=PenalisedAdam(settings.learning_rate, settings.weight_decay), loss=loss
        )
        network.optimizer.build(network.trainable_variables)
        self._fresh_optimizer = self._optimizer_state()
        self._dropouts = [
            layer for layer in network.layers if isinstance(layer, keras.layers.Dropout)
        ]

    def start(self, weights: Weights) -> None:
        """Take these weights, and an optimizer that has seen nothing yet."""
        self.restore({**weights, **self._fresh_optimizer})

    def state(self) -> State:
        """Everything that the next epoch depends on, beside its number."""
        return get_weights(self._network) | self._optimizer_state()

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Go on from a state of this network.

        Raises
        ------
        KeyError, ValueError
            If it is another network's.
        """
        set_weights(self._network, state)
        for i, variable in enumerate(self._network.optimizer.variables):
            variable.assign(state[f"{_OPTIMIZER}{i}"])

    def weights(self) -> dict[str, NDArray[np.float32]]:
        """The network's weights."""
        return get_weights(self._network)

    def train_epoch(
        self, task: TrainingTask, inputs: Inputs, epoch: int, check: Callable[[], None]
    ) -> float:
        """Run one epoch.

        Parameters
        ----------
        task : TrainingTask
        inputs : Inputs
        epoch : int
            Its number, which decides what is drawn and dropped.
        check : callable
            Called after every step; may raise to break off.

        Returns
        -------
        float
            Mean loss, without the weight penalty.
        """
        self._seed_dropout((*task.key, epoch))
        self._network.reset_metrics()
        mean = float("nan")
        for rows, targets in draw_epoch(task, inputs, epoch, self._settings.batch_size):
            mean = float(self._network.train_on_batch(rows, targets))
            check()
        return mean

    def predict_patches(self, rows: Array) -> Array:
        """Class probabilities of some patches, [shape=(n_patches, n_classes)]."""
        logits = predict_in_batches(self._network, rows)
        return np.asarray(ops.convert_to_numpy(ops.softmax(ops.convert_to_tensor(logits))))

    def predict_track(self, inputs: Inputs, track: int) -> NDArray[np.float64]:
        """Class probabilities of a track: the mean over the patches that Essentia cuts."""
        probabilities = self.predict_patches(inputs.track(track))
        return np.asarray(probabilities.mean(axis=0, dtype=np.float64))

    def _optimizer_state(self) -> State:
        variables = enumerate(self._network.optimizer.variables)
        return {f"{_OPTIMIZER}{i}": as_array(v) for i, v in variables}

    def _seed_dropout(self, key: tuple[int, ...]) -> None:
        seeds = seed_sequence(key).spawn(len(self._dropouts))
        for layer, seed in zip(self._dropouts, seeds, strict=True):
            # 31 bits: PyTorch holds seeds as signed numbers.
            state = layer.seed_generator.state
            state.assign((seed.generate_state(2) >> 1).astype(state.dtype))


def predict_in_batches(network: keras.Model, rows: Array) -> Array:
    """What a network answers in inference mode, in float32, a row for each row.

    It runs operation by operation: what Keras compiles rounds otherwise for the first size of a
    batch than for later ones, and answers would depend on what had been asked before. The last
    batch is filled up to a multiple of four, as JAX compiles every operation for each size.
    """
    answers = []
    for start in range(0, len(rows), _PREDICTED_AT_ONCE):
        batch = rows[start : start + _PREDICTED_AT_ONCE]
        padding = [(0, -len(batch) % _FILLED_UP_TO), *[(0, 0)] * (batch.ndim - 1)]
        answer = ops.convert_to_numpy(network(np.pad(batch, padding), training=False))
        answers.append(answer[: len(batch)].astype(np.float32))
    return np.concatenate(answers)


@contextmanager
def best_precision() -> Iterator[str]:
    """Build networks in mixed precision where an accelerator is seen; gives the policy's name.

    Weights stay float32 whichever it is.
    """
    before = keras.config.dtype_policy()
    policy = "mixed_float16" if _accelerated() else "float32"
    keras.config.set_dtype_policy(policy)
    try:
        yield policy
    finally:
        keras.config.set_dtype_policy(before)


def _accelerated() -> bool:
    try:
        devices = keras.distribution.list_devices()
    except (AttributeError, NotImplementedError, RuntimeError):
        return False  # A backend that cannot tell.
    return any(device.startswith(("gpu", "cuda")) for device in devices)
