"""The losses a head can be trained with, and one loss over heads that differ in theirs.

A loss takes targets and logits, both ``[..., n_classes]``, and returns one value per sample
``[...]``. Logits instead of probabilities keep the logarithm exact where a softmax underflows;
Keras does the same behind a softmax layer. The names are Keras's, spelled in full.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from types import MappingProxyType
from typing import Any

from essentia_ldl.errors import OptionError

Tensor = Any
Loss = Callable[[Tensor, Tensor], Tensor]


def categorical_crossentropy(targets: Tensor, logits: Tensor) -> Tensor:
    """Cross-entropy, ``-sum_j d_j log p_j``: the paper's loss for one-hot labels."""
    import tensorflow as tf

    return -tf.reduce_sum(targets * tf.nn.log_softmax(logits), axis=-1)


def mean_absolute_error(targets: Tensor, logits: Tensor) -> Tensor:
    """Mean of ``|d_j - p_j|`` over the classes: the paper's loss for S_A and S_B."""
    import tensorflow as tf

    return tf.reduce_mean(tf.abs(targets - tf.nn.softmax(logits)), axis=-1)


def kullback_leibler_divergence(targets: Tensor, logits: Tensor) -> Tensor:
    """Divergence of the prediction from the target, ``sum_j d_j log(d_j / p_j)``.

    It is the cross-entropy less the target's own entropy, so both train the same weights; its
    value is zero for a perfect prediction. Classes with ``d_j = 0`` add nothing (Keras clips
    them to 1e-7 instead).
    """
    import tensorflow as tf

    entropy = -tf.reduce_sum(tf.math.xlogy(targets, targets), axis=-1)
    return categorical_crossentropy(targets, logits) - entropy


LOSSES: Mapping[str, Loss] = MappingProxyType(
    {
        "categorical_crossentropy": categorical_crossentropy,
        "mean_absolute_error": mean_absolute_error,
        "kullback_leibler_divergence": kullback_leibler_divergence,
    }
)


def find_loss(name: str) -> Loss:
    """Return the loss of that name.

    Raises
    ------
    OptionError
        If there is none.
    """
    try:
        return LOSSES[name]
    except KeyError:
        raise OptionError(
            "no such loss", subject=name, remedy=f"use one of {', '.join(LOSSES)}"
        ) from None


def stacked_loss(names: Sequence[str]) -> Loss:
    """One loss for heads stacked along the first axis, each with the loss named for it.

    Parameters
    ----------
    names : sequence of str, length n_heads
        A run of equal names costs one operation, so sort heads by loss where there are many.

    Returns
    -------
    callable
        ``(targets [n_heads, n, n_classes], logits likewise) -> [n_heads, n]``

    Raises
    ------
    OptionError
        If a name is unknown.
    """
    runs = [(find_loss(name), len(list(run))) for name, run in groupby(names)]
    sizes = [size for _, size in runs]

    def loss(targets: Tensor, logits: Tensor) -> Tensor:
        import tensorflow as tf

        pieces = zip(runs, tf.split(targets, sizes), tf.split(logits, sizes), strict=True)
        return tf.concat([function(d, z) for (function, _), d, z in pieces], axis=0)

    return loss
