from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.typing import NDArray

from essentia_ldl.networks.head_batches import HeadBatches
from essentia_ldl.networks.heads import Head, initial_head
from essentia_ldl.networks.losses import find_loss, stacked_loss
from essentia_ldl.networks.task import seed_sequence

if TYPE_CHECKING:
    from essentia_ldl.networks.head_trainer import HeadTrainer

Array = NDArray[np.float32]
N_VALUES, N_HIDDEN, N_CLASSES, BATCH_SIZE = 20, 10, 3, 16
LEARNING_RATE, WEIGHT_DECAY = 1e-3, 1e-2  # a penalty large enough to show
SIZES = [40, 16, 55, 5]
LOSSES = [
    "categorical_crossentropy",
    "mean_absolute_error",
    "mean_absolute_error",
    "kullback_leibler_divergence",
]


@pytest.fixture
def patches(rng: np.random.Generator) -> Array:
    """Two patches of each of 60 tracks."""
    return rng.normal(size=(120, N_VALUES)).astype(np.float32)


@pytest.fixture
def targets(rng: np.random.Generator) -> list[Array]:
    return [rng.dirichlet(np.ones(N_CLASSES), size=n).astype(np.float32) for n in SIZES]


def weights_of(head: Head) -> list[Array]:
    return [head.dense_kernel, head.dense_bias, head.output_kernel, head.output_bias]


def start(head: int) -> list[Array]:
    return weights_of(initial_head((head,), N_VALUES, N_HIDDEN, N_CLASSES))


def batches_of(heads: list[int]) -> HeadBatches:
    trains = [np.arange(60)[-SIZES[head] :] for head in heads]
    return HeadBatches(
        trains, [seed_sequence((head,)) for head in heads], np.full(60, 2), BATCH_SIZE
    )


def trainer_of(
    patches: Array, targets: list[Array], heads: list[int], batches: HeadBatches
) -> HeadTrainer:
    from essentia_ldl.networks.head_trainer import HeadTrainer

    return HeadTrainer(
        [np.stack(weights) for weights in zip(*map(start, heads), strict=True)],
        patches,
        np.concatenate([targets[head] for head in heads]),
        batches.weights,
        loss=stacked_loss([LOSSES[head] for head in heads]),
        learning_rate=LEARNING_RATE,
        weight_decay=WEIGHT_DECAY,
    )


def train_stacked(
    patches: Array, targets: list[Array], heads: list[int], epochs: int
) -> list[list[Array]]:
    batches = batches_of(heads)
    trainer = trainer_of(patches, targets, heads, batches)
    for _ in range(epochs):
        trainer.train_epoch(batches.draw())
    return [list(weights) for weights in zip(*trainer.weights, strict=True)]


def train_keras(patches: Array, targets: Array, head: int, epochs: int) -> list[Array]:
    """The same batches of one head through a Keras model, optimiser, loss and penalty."""
    import keras

    def dense(units: int, activation: str) -> keras.layers.Dense:
        penalty = keras.regularizers.L2(WEIGHT_DECAY / 2)
        return keras.layers.Dense(
            units, activation, kernel_regularizer=penalty, bias_regularizer=penalty
        )

    model = keras.Sequential(
        [keras.Input((N_VALUES,)), dense(N_HIDDEN, "relu"), dense(N_CLASSES, "softmax")]
    )
    loss = {"kullback_leibler_divergence": "kl_divergence"}.get(LOSSES[head], LOSSES[head])
    # Tracing costs more than these few steps.
    model.compile(keras.optimizers.Adam(LEARNING_RATE), loss=loss, run_eagerly=True)
    model.set_weights(start(head))
    batches = batches_of([head])
    for _ in range(epochs):
        epoch = batches.draw()
        for step, weights in enumerate(batches.weights[:, 0]):
            shown = weights > 0
            model.train_on_batch(
                patches[epoch.patches[step, 0, shown]], targets[epoch.rows[step, 0, shown]]
            )
    return list(model.get_weights())


def test_heads_of_different_sizes_equal_keras_fits(patches: Array, targets: list[Array]) -> None:
    stacked = train_stacked(patches, targets, [0, 1, 2, 3], epochs=10)

    for head, weights in enumerate(stacked):
        expected = train_keras(patches, targets[head], head, epochs=10)
        moved = max(np.abs(a - b).max() for a, b in zip(start(head), expected, strict=True))
        assert moved > 0.005
        for actual, wanted in zip(weights, expected, strict=True):
            np.testing.assert_allclose(actual, wanted, atol=3e-6)


def test_absent_steps_change_nothing(patches: Array, targets: list[Array]) -> None:
    # Head 3 makes one step where head 2 makes four.
    beside, alone = (train_stacked(patches, targets, heads, 5) for heads in ([3, 2], [3]))

    for actual, wanted in zip(beside[0], alone[0], strict=True):
        np.testing.assert_allclose(actual, wanted, atol=1e-7)


def test_reports_the_mean_loss_of_each_head(patches: Array, targets: list[Array]) -> None:
    import tensorflow as tf

    heads = [1, 3]  # one step each, so the loss is that of the untrained weights
    batches = batches_of(heads)
    epoch = batches.draw()

    losses = trainer_of(patches, targets, heads, batches).train_epoch(epoch)

    for position, head in enumerate(heads):
        shown = batches.weights[0, position] > 0
        kernel, bias, output_kernel, output_bias = start(head)
        hidden = np.maximum(patches[epoch.patches[0, position, shown]] @ kernel + bias, 0)
        rows = np.concatenate([targets[h] for h in heads])[epoch.rows[0, position, shown]]
        values = find_loss(LOSSES[head])(
            tf.constant(rows), tf.constant(hidden @ output_kernel + output_bias)
        )
        np.testing.assert_allclose(losses[position], np.mean(values), rtol=1e-5)
