"""The losses that heads and networks train with, and one loss over heads that differ in theirs.

A loss takes targets and logits, both ``[..., n_classes]``, and returns one value per sample
``[...]``. Logits instead of probabilities keep the logarithm exact where a softmax underflows;
Keras does the same behind a softmax layer. The names are Keras's, spelled in full, where Keras
has the loss. They are written in Keras's operations, so they run on each of its backends.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate, groupby
from types import MappingProxyType
from typing import Any

from essentia_ldl.errors import OptionError

Tensor = Any
Loss = Callable[[Tensor, Tensor], Tensor]

#: Zhang and Sabuncu's q: 0 is cross-entropy, 1 mean absolute error (times a constant).
GENERALIZED_Q = 0.7


def categorical_crossentropy(targets: Tensor, logits: Tensor) -> Tensor:
    """Cross-entropy, ``-sum_j d_j log p_j``: the paper's loss for one-hot labels."""
    from keras import ops

    return -ops.sum(targets * ops.log_softmax(logits), axis=-1)


def mean_absolute_error(targets: Tensor, logits: Tensor) -> Tensor:
    """Mean of ``|d_j - p_j|`` over the classes: the paper's loss for S_A and S_B."""
    from keras import ops

    return ops.mean(ops.abs(targets - ops.softmax(logits)), axis=-1)


def kullback_leibler_divergence(targets: Tensor, logits: Tensor) -> Tensor:
    """Divergence of the prediction from the target, ``sum_j d_j log(d_j / p_j)``.

    It is the cross-entropy less the target's own entropy, so both train the same weights; its
    value is zero for a perfect prediction. Classes with ``d_j = 0`` add nothing (Keras clips
    them to 1e-7 instead).
    """
    from keras import ops

    known = ops.where(targets > 0, targets, ops.ones_like(targets))
    entropy = -ops.sum(targets * ops.log(known), axis=-1)
    return categorical_crossentropy(targets, logits) - entropy


def generalized_crossentropy(targets: Tensor, logits: Tensor) -> Tensor:
    """Between cross-entropy and absolute error, ``sum_j d_j (1 - p_j^q) / q`` with q = 0.7.

    It learns where absolute error alone hardly does, and wrong labels weigh less in it than in
    cross-entropy (Zhang & Sabuncu, "Generalized cross entropy loss for training deep neural
    networks with noisy labels", NeurIPS 2018, equation 6; theirs is for one-hot labels).
    """
    from keras import ops

    # As exp(q log p): the power's own gradient is infinite where p underflows.
    powers = ops.exp(GENERALIZED_Q * ops.log_softmax(logits))
    return ops.sum(targets * (1 - powers), axis=-1) / GENERALIZED_Q


LOSSES: Mapping[str, Loss] = MappingProxyType(
    {
        "categorical_crossentropy": categorical_crossentropy,
        "mean_absolute_error": mean_absolute_error,
        "kullback_leibler_divergence": kullback_leibler_divergence,
        "generalized_crossentropy": generalized_crossentropy,
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
    if len(runs) == 1:
        return runs[0][0]
    *ends, _ = accumulate(size for _, size in runs)

    def loss(targets: Tensor, logits: Tensor) -> Tensor:
        from keras import ops

        pieces = zip(runs, ops.split(targets, ends), ops.split(logits, ends), strict=True)
        return ops.concatenate([function(d, z) for (function, _), d, z in pieces], axis=0)

    return loss
