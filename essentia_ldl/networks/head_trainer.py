"""Gradient descent on many heads at once: stacked weights, stacked Adam, one graph per epoch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from essentia_ldl.networks.head_batches import Epoch
from essentia_ldl.networks.losses import Loss

Tensor = Any
Array = NDArray[np.float32]

# Keras's defaults.
BETA_1 = 0.9
BETA_2 = 0.999
EPSILON = 1e-7


class HeadTrainer:
    """Trains heads that are stacked along the first axis of their weights.

    A step in which a head takes no part changes neither its weights nor its Adam state, so each
    head ends where a Keras fit of that head alone would end. The weight decay is an L2 penalty's
    gradient added to the loss's gradient, for kernels and biases, before Adam sees it: that of
    ``weight_decay * tf.nn.l2_loss``, which MTG's training code adds to its loss
    (github.com/palonso/essentia-models-classifiers, commit 6bc91a4, ``src/train.py``). Keras's
    own ``weight_decay`` is decoupled, and something else.

    Parameters
    ----------
    weights : sequence of np.ndarray [shape=(n_heads, ...)], float32
        Initial dense kernels, dense biases, output kernels and output biases.
    patches : np.ndarray [shape=(n_patches, n_values)], float32
        The patches of all tracks laid end to end, shared by all heads.
    targets : np.ndarray [shape=(n_rows, n_classes)], float32
        The targets of all heads laid end to end.
    sample_weights : np.ndarray [shape=(n_steps, n_heads, batch_size)], float32
        Weight of each sample in its step's loss; all zero in a step that a head does not make.
    loss : callable
        ``(targets, logits) -> [n_heads, batch_size]``.
    learning_rate, weight_decay : float
    """

    def __init__(
        self,
        weights: Sequence[Array],
        patches: Array,
        targets: Array,
        sample_weights: Array,
        *,
        loss: Loss,
        learning_rate: float,
        weight_decay: float,
    ) -> None:
        self._weights = [tf.Variable(weight) for weight in weights]
        self._means = [tf.Variable(tf.zeros_like(weight)) for weight in self._weights]
        self._squares = [tf.Variable(tf.zeros_like(weight)) for weight in self._weights]
        self._patches = tf.constant(patches)
        self._targets = tf.constant(targets)
        self._sample_weights = tf.constant(sample_weights)
        self._loss = loss
        self._learning_rate = learning_rate
        self._weight_decay = weight_decay

        self._active = sample_weights.any(axis=-1)
        self._steps_done = np.zeros(self._active.shape[1])
        # Autograph would rewrite plain Python that needs no rewriting.
        self._run = tf.function(self._run_steps, autograph=False)

    @property
    def weights(self) -> list[Array]:
        """Current weights, in the order and shapes of those given."""
        return [weight.numpy() for weight in self._weights]

    def train_epoch(self, epoch: Epoch) -> NDArray[np.float64]:
        """Run one epoch of all heads.

        Returns
        -------
        np.ndarray [shape=(n_heads,)]
            Mean loss of each head over its steps, without the weight penalty.
        """
        losses = self._run(epoch.patches, epoch.rows, self._step_sizes()).numpy()
        return np.asarray(losses / self._active.sum(axis=0), dtype=np.float64)

    def _step_sizes(self) -> Array:
        """Adam's bias-corrected step size per step and head; 0 where the head does not step."""
        count = self._steps_done + np.cumsum(self._active, axis=0)
        self._steps_done = count[-1]
        corrected = np.sqrt(1 - BETA_2**count) / (1 - BETA_1**count)
        return np.where(self._active, self._learning_rate * corrected, 0).astype(np.float32)

    def _run_steps(self, patches: Tensor, rows: Tensor, step_sizes: Tensor) -> Tensor:
        """All steps of an epoch; returns each head's sum of losses."""
        n_steps = self._active.shape[0]
        state = [
            [variable.read_value() for variable in group]
            for group in (self._weights, self._means, self._squares)
        ]

        def step(i: Tensor, losses: Tensor, weights: Any, means: Any, squares: Any) -> Any:
            samples = tf.gather(self._patches, patches[i])
            targets = tf.gather(self._targets, rows[i])
            loss, gradients = self._gradients(weights, samples, targets, self._sample_weights[i])
            updated = _adam(weights, gradients, means, squares, step_sizes[i])
            return i + 1, losses + loss, *updated

        _, losses, *state = tf.while_loop(
            lambda i, *_: i < n_steps,
            step,
            (0, tf.zeros(self._active.shape[1]), *state),
            maximum_iterations=n_steps,
        )
        for group, tensors in zip((self._weights, self._means, self._squares), state, strict=True):
            for variable, tensor in zip(group, tensors, strict=True):
                variable.assign(tensor)
        return losses

    def _gradients(
        self, weights: list[Tensor], samples: Tensor, targets: Tensor, sample_weights: Tensor
    ) -> tuple[Tensor, list[Tensor]]:
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(weights)
            values = self._loss(targets, _logits(weights, samples))
            losses = tf.reduce_sum(values * sample_weights, axis=-1)
        gradients = tape.gradient(losses, weights)
        decayed = [
            gradient + self._weight_decay * weight
            for gradient, weight in zip(gradients, weights, strict=True)
        ]
        return losses, decayed


def _logits(weights: list[Tensor], samples: Tensor) -> Tensor:
    """Logits of every head on its own samples, [n_heads, batch_size, n_classes]."""
    dense_kernel, dense_bias, output_kernel, output_bias = weights
    # A broadcast bias would have its gradient summed over the batch by an operation that rounds
    # a head's sum by the head's place in the stack; a product with ones does not. The jumps in the
    # gradient of an absolute error would make another head of the difference.
    ones = tf.ones_like(samples[..., :1])
    hidden = tf.nn.relu(samples @ dense_kernel + ones @ dense_bias[:, None])
    return hidden @ output_kernel + ones @ output_bias[:, None]


def _adam(
    weights: list[Tensor],
    gradients: list[Tensor],
    means: list[Tensor],
    squares: list[Tensor],
    step_size: Tensor,
) -> tuple[list[Tensor], list[Tensor], list[Tensor]]:
    """One Adam step (Kingma & Ba 2015, in Keras's form); exactly none where `step_size` is 0."""
    active = tf.cast(step_size > 0, tf.float32)

    def per_head(values: Tensor, like: Tensor) -> Tensor:
        return tf.reshape(values, [-1] + [1] * (len(like.shape) - 1))

    new_means = [
        m + (g - m) * per_head((1 - BETA_1) * active, m)
        for m, g in zip(means, gradients, strict=True)
    ]
    new_squares = [
        v + (tf.square(g) - v) * per_head((1 - BETA_2) * active, v)
        for v, g in zip(squares, gradients, strict=True)
    ]
    new_weights = [
        w - m * per_head(step_size, w) / (tf.sqrt(v) + EPSILON)
        for w, m, v in zip(weights, new_means, new_squares, strict=True)
    ]
    return new_weights, new_means, new_squares
