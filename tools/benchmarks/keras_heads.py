"""The same heads as `essentia_ldl.networks.heads` trains, one by one with Keras."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.networks.head_batches import HeadBatches
from essentia_ldl.networks.heads import Embeddings, Head, HeadSettings, initial_head
from essentia_ldl.networks.task import TrainingTask, seed_sequence

Batch = tuple[NDArray[np.float32], NDArray[np.float32]]

_SETTINGS = HeadSettings()


def fit_same_batches(embeddings: Embeddings, task: TrainingTask, epochs: int) -> Head:
    """``keras.Model.fit`` from `train_heads`'s initial weights, with its batches in their order.

    All batches are laid out before the fit and reach it through one tf.data pipeline: of the
    ways to feed these batches to ``fit`` that were tried, the cheapest.
    """
    import tensorflow as tf

    model = compiled_model(task, embeddings[0].shape[1])
    batches = list(batches_of(embeddings, task, epochs))
    shapes = tuple(tf.TensorSpec((None, values.shape[1])) for values in batches[0])
    pipeline = tf.data.Dataset.from_generator(lambda: iter(batches), output_signature=shapes)
    model.fit(pipeline, epochs=epochs, steps_per_epoch=len(batches) // epochs, verbose=0)
    return Head(*model.get_weights())


def fit_arrays(embeddings: Embeddings, task: TrainingTask, epochs: int) -> Head:
    """``keras.Model.fit`` on two arrays, the call of Keras's introduction.

    Each track gives its first patch in every epoch, since arrays stay the same throughout.
    """
    model = compiled_model(task, embeddings[0].shape[1])
    patches = np.stack([embeddings[track][0] for track in task.train])
    model.fit(patches, task.targets, batch_size=_SETTINGS.batch_size, epochs=epochs, verbose=0)
    return Head(*model.get_weights())


def compiled_model(task: TrainingTask, n_values: int) -> Any:
    """Keras model of a head, untrained: layers, penalty, optimiser and loss are `train_heads`'s."""
    import keras

    def dense(units: int, activation: str) -> Any:
        penalty = keras.regularizers.L2(_SETTINGS.weight_decay / 2)
        return keras.layers.Dense(
            units, activation, kernel_regularizer=penalty, bias_regularizer=penalty
        )

    n_hidden, n_classes = _SETTINGS.n_hidden, task.targets.shape[1]
    model = keras.Sequential(
        [keras.Input((n_values,)), dense(n_hidden, "relu"), dense(n_classes, "softmax")]
    )
    model.compile(keras.optimizers.Adam(_SETTINGS.learning_rate), loss=task.loss)
    start = initial_head(task.key, n_values, n_hidden, n_classes)
    model.set_weights(
        [start.dense_kernel, start.dense_bias, start.output_kernel, start.output_bias]
    )
    return model


def batches_of(embeddings: Embeddings, task: TrainingTask, epochs: int) -> Iterator[Batch]:
    """Yield the patches and targets of every step that `train_heads` makes with a head."""
    patches = np.concatenate(embeddings)
    n_patches = np.array([len(track) for track in embeddings])
    # The second of a key's seeds is that of its batches: see `essentia_ldl.networks.heads`.
    seed = seed_sequence(task.key).spawn(2)[1]
    drawn = HeadBatches([task.train], [seed], n_patches, _SETTINGS.batch_size)
    targets = task.targets.astype(np.float32)
    for _ in range(epochs):
        epoch = drawn.draw()
        for step, weights in enumerate(drawn.weights[:, 0]):
            shown = weights > 0
            yield patches[epoch.patches[step, 0, shown]], targets[epoch.rows[step, 0, shown]]
