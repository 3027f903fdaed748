"""The training of a head in NumPy's float64: what float32 routes are both to come near to."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.networks.heads import Embeddings, Head, HeadSettings, initial_head
from essentia_ldl.networks.task import TrainingTask
from tools.benchmarks.keras_heads import batches_of

Array = NDArray[np.float64]

_SETTINGS = HeadSettings()
# Adam's, as Keras has them.
_BETA_1, _BETA_2, _EPSILON = 0.9, 0.999, 1e-7


def fit_in_float64(embeddings: Embeddings, task: TrainingTask, epochs: int) -> Head:
    """Train from `train_heads`'s initial weights with its batches; rounded to float32 at the end.

    The loss is ``categorical_crossentropy`` or ``mean_absolute_error``.
    """
    n_values, n_classes = embeddings[0].shape[1], task.targets.shape[1]
    start = initial_head(task.key, n_values, _SETTINGS.n_hidden, n_classes)
    weights = [array.astype(np.float64) for array in vars(start).values()]
    means = [np.zeros_like(weight) for weight in weights]
    squares = [np.zeros_like(weight) for weight in weights]
    for step, (patches, targets) in enumerate(batches_of(embeddings, task, epochs), 1):
        step_size = _SETTINGS.learning_rate * np.sqrt(1 - _BETA_2**step) / (1 - _BETA_1**step)
        gradients = _gradients(weights, patches.astype(np.float64), targets, task.loss)
        for i, gradient in enumerate(gradients):
            decayed = gradient + _SETTINGS.weight_decay * weights[i]
            means[i] += (1 - _BETA_1) * (decayed - means[i])
            squares[i] += (1 - _BETA_2) * (decayed**2 - squares[i])
            weights[i] -= step_size * means[i] / (np.sqrt(squares[i]) + _EPSILON)
    return Head(*(weight.astype(np.float32) for weight in weights))


def _gradients(
    weights: list[Array], patches: Array, targets: NDArray[np.float32], loss: str
) -> list[Array]:
    dense_kernel, dense_bias, output_kernel, output_bias = weights
    hidden = np.maximum(patches @ dense_kernel + dense_bias, 0)
    logits = hidden @ output_kernel + output_bias
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    predicted = powers / powers.sum(axis=1, keepdims=True)
    if loss == "categorical_crossentropy":
        by_logit = predicted - targets
    else:
        signs = np.sign(predicted - targets) / targets.shape[1]
        by_logit = predicted * (signs - (signs * predicted).sum(axis=1, keepdims=True))
    by_logit /= len(patches)
    by_hidden = (by_logit @ output_kernel.T) * (hidden > 0)
    return [
        patches.T @ by_hidden,
        by_hidden.sum(axis=0),
        hidden.T @ by_logit,
        by_logit.sum(axis=0),
    ]
