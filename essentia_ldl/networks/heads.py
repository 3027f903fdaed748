"""Classification heads on frozen embeddings: all folds, variants and repeats trained at once.

A head is what the zoo ships: dense 100 ReLU, then softmax, trained with Adam on one random patch
per track and epoch; a track's prediction is the mean over its patches. The settings are those of
MTG's training code (github.com/palonso/essentia-models-classifiers, commit 6bc91a4,
``src/config_file.yaml``), which also halves the learning rate and keeps the best epoch by a
validation set; the paper names none, and here is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields

import numpy as np
from numpy.typing import ArrayLike, NDArray

from essentia_ldl.errors import CollectionError, ModelError, OptionError
from essentia_ldl.networks.head_batches import HeadBatches
from essentia_ldl.networks.interrupts import held_interrupts
from essentia_ldl.networks.losses import stacked_loss
from essentia_ldl.networks.task import TrainingTask, check_tasks, seed_sequence
from essentia_ldl.progress import Progress, Silent

Embeddings = Sequence[NDArray[np.float32]]

# Essentia's answers come from a CPU, and float32 there is whole float32.
_DEVICE = "CPU:0"


@dataclass(frozen=True)
class HeadSettings:
    """How every head is trained, beside its task and the number of epochs.

    Attributes
    ----------
    optimizer : str
        Always Adam; stated for records.
    learning_rate : float
    batch_size : int
    weight_decay : float
        L2 penalty's gradient per unit of weight; see `HeadTrainer`.
    n_hidden : int
        Units of the hidden layer.

    Examples
    --------
    >>> from dataclasses import asdict
    >>> asdict(HeadSettings())["weight_decay"]
    1e-05
    """

    optimizer: str = field(default="Adam", init=False)
    learning_rate: float = 1e-3
    batch_size: int = 32
    weight_decay: float = 1e-5
    n_hidden: int = 100


@dataclass(frozen=True, eq=False)
class Head:
    """Weights of one head, all float32.

    Attributes
    ----------
    dense_kernel : np.ndarray [shape=(n_values, n_hidden)]
    dense_bias : np.ndarray [shape=(n_hidden,)]
    output_kernel : np.ndarray [shape=(n_hidden, n_classes)]
    output_bias : np.ndarray [shape=(n_classes,)]
    """

    dense_kernel: NDArray[np.float32]
    dense_bias: NDArray[np.float32]
    output_kernel: NDArray[np.float32]
    output_bias: NDArray[np.float32]


def initial_head(key: Sequence[int], n_values: int, n_hidden: int, n_classes: int) -> Head:
    """Untrained head of a key: Glorot-uniform kernels and zero biases, Keras's defaults."""
    generator = np.random.default_rng(_seeds(key)[0])

    def kernel(fan_in: int, fan_out: int) -> NDArray[np.float32]:
        limit = np.sqrt(6 / (fan_in + fan_out))
        return generator.uniform(-limit, limit, (fan_in, fan_out)).astype(np.float32)

    return Head(
        dense_kernel=kernel(n_values, n_hidden),
        dense_bias=np.zeros(n_hidden, np.float32),
        output_kernel=kernel(n_hidden, n_classes),
        output_bias=np.zeros(n_classes, np.float32),
    )


def train_heads(
    embeddings: Embeddings,
    tasks: Sequence[TrainingTask],
    *,
    epochs: int = 150,
    settings: HeadSettings = HeadSettings(),
    progress: Progress | None = None,
) -> tuple[Head, ...]:
    """Train many heads as one batched computation.

    Each head equals, up to rounding, what a Keras fit of it alone would give: heads with fewer
    tracks make fewer steps and have their own short last batch. The same arguments give the same
    bytes on one machine. It runs on the CPU, whose kernels add in a fixed order; a GPU would
    also round float32 products to 10 bits.

    Parameters
    ----------
    embeddings : sequence of np.ndarray [shape=(n_patches_i, n_values)], float32
        Patches of every track, of which an epoch uses one each.
    tasks : sequence of TrainingTask
        All with the same number of classes.
    epochs : int
        150 in the paper, for transfer learning.
    settings : HeadSettings, optional
    progress : Progress, optional
        Gets one stage, with a step per epoch.

    Returns
    -------
    tuple of Head
        In the order of `tasks`.

    Raises
    ------
    CollectionError
        If a track has no patch, or one with NaN or infinite values.
    OptionError
        If a loss is unknown, or Keras runs on another backend than TensorFlow.
    ModelError
        If training diverges.
    ValueError
        If the arrays do not fit each other.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> y = np.array([0, 1, 0, 1])
    >>> embeddings = [rng.normal(4 * label, size=(3, 8)).astype(np.float32) for label in y]
    >>> task = TrainingTask(np.arange(4), np.eye(2)[y], "categorical_crossentropy", key=(0,))
    >>> heads = train_heads(embeddings, [task], epochs=40)
    >>> predict_tracks(heads, embeddings)[0].argmax(axis=1)
    array([0, 1, 0, 1])
    """
    if not tasks:
        return ()
    _check_backend()
    patches, n_patches = _lay_end_to_end(embeddings)
    check_tasks(tasks, len(n_patches))
    # The loss works on runs of heads with one name: sort them, and put them back at the end.
    order = sorted(range(len(tasks)), key=lambda position: tasks[position].loss)
    ordered = [tasks[position] for position in order]
    shape = patches.shape[1], settings.n_hidden, ordered[0].targets.shape[1]
    heads = [initial_head(task.key, *shape) for task in ordered]
    batches = HeadBatches(
        [task.train for task in ordered],
        [_seeds(task.key)[1] for task in ordered],
        n_patches,
        settings.batch_size,
    )
    trained = _fit(
        heads,
        batches,
        patches,
        ordered,
        epochs=epochs,
        settings=settings,
        progress=progress or Silent(),
    )
    return tuple(trained[position] for position in np.argsort(order))


def predict_patches(head: Head, patches: ArrayLike) -> NDArray[np.float32]:
    """Class probabilities of every patch: the numbers that the exported graph must give.

    Computed by TensorFlow in float32 on the CPU, as Essentia does: on the sure head of
    ``tests/export/test_head_graph.py`` the two differ by 1.2e-7, and both by 9e-7 from float64,
    as float32 is coarse where logits are large.

    Parameters
    ----------
    head : Head
    patches : array-like [shape=(n_patches, n_values)]

    Returns
    -------
    np.ndarray [shape=(n_patches, n_classes)], float32
        Rows sum to 1 within float32 rounding.
    """
    import tensorflow as tf

    with tf.device(_DEVICE):
        hidden = tf.nn.relu(tf.constant(patches, tf.float32) @ head.dense_kernel + head.dense_bias)
        probabilities = tf.nn.softmax(hidden @ head.output_kernel + head.output_bias)
    return np.asarray(probabilities.numpy())


def predict_tracks(heads: Sequence[Head], embeddings: Embeddings) -> NDArray[np.float64]:
    """Class probabilities of every track under every head: the mean over its patches.

    Parameters
    ----------
    heads : sequence of Head
        At least one.
    embeddings : sequence of np.ndarray [shape=(n_patches_i, n_values)], float32

    Returns
    -------
    np.ndarray [shape=(n_heads, n_tracks, n_classes)]
        Rows sum to 1 within float32 rounding.

    Raises
    ------
    CollectionError
        If a track has no patch, or one with NaN or infinite values.
    """
    patches, n_patches = _lay_end_to_end(embeddings)
    first = np.cumsum(n_patches) - n_patches
    sums = [
        np.add.reduceat(predict_patches(head, patches), first, dtype=np.float64) for head in heads
    ]
    return np.stack(sums) / n_patches[:, None]


def _check_backend() -> None:
    import keras

    backend = keras.config.backend()
    if backend != "tensorflow":
        raise OptionError(
            "heads on embeddings train with TensorFlow alone",
            subject=f"KERAS_BACKEND={backend}",
            remedy="take it away, or train a network (--network), which runs on any backend",
        )


def _seeds(key: Sequence[int]) -> list[np.random.SeedSequence]:
    """Seeds of a head's weights, and of its order and patches."""
    return seed_sequence(key).spawn(2)


def _fit(
    heads: Sequence[Head],
    batches: HeadBatches,
    patches: NDArray[np.float32],
    tasks: Sequence[TrainingTask],
    *,
    epochs: int,
    settings: HeadSettings,
    progress: Progress,
) -> list[Head]:
    import tensorflow as tf

    from essentia_ldl.networks.head_trainer import HeadTrainer

    names = [field.name for field in fields(Head)]
    with (
        held_interrupts() as check_interrupt,
        tf.device(_DEVICE),
        progress.stage("Training heads", epochs) as advance,
    ):
        trainer = HeadTrainer(
            [np.stack([getattr(head, name) for head in heads]) for name in names],
            patches,
            np.concatenate([task.targets for task in tasks]).astype(np.float32),
            batches.weights,
            loss=stacked_loss([task.loss for task in tasks]),
            learning_rate=settings.learning_rate,
            weight_decay=settings.weight_decay,
        )
        for epoch in range(epochs):
            losses = trainer.train_epoch(batches.draw())
            if not np.isfinite(losses).all():
                raise ModelError(
                    f"training diverged in epoch {epoch + 1}: the loss is no longer a number",
                    subject=f"{tasks[int(np.argmin(np.isfinite(losses)))]}",
                    remedy="check that the embeddings and the label distributions are not huge",
                )
            advance(1)
            check_interrupt()
    return [Head(*weights) for weights in zip(*trainer.weights, strict=True)]


def _lay_end_to_end(embeddings: Embeddings) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """All patches as one array, and how many each track has."""
    n_patches = np.array([len(track) for track in embeddings], dtype=np.int64)
    bad = [
        track
        for track, patches in enumerate(embeddings)
        if not len(patches) or not np.isfinite(patches).all()
    ]
    if bad:
        raise CollectionError(
            "no patch" if not n_patches[bad[0]] else "NaN or infinite values",
            subject=f"embeddings of track {bad[0]}",
            remedy="leave that track out, or delete its cache entry and extract it again",
        )
    return np.concatenate(embeddings).astype(np.float32, copy=False), n_patches
