"""A network that trains in no time, of the real ones' form: convolutions, then a dense part."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.features import Features
from essentia_ldl.networks.architectures import Architecture
from essentia_ldl.networks.task import TrainingTask

if TYPE_CHECKING:
    import keras


def _build(n_classes: int) -> "keras.Model":
    import keras
    from keras import layers

    patches = keras.Input((187, 96), name="patches")
    x = layers.Conv1D(4, 32, strides=32, activation="relu", name="conv1d")(patches)
    x = layers.BatchNormalization(name="batch_normalization")(x)
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dropout(0.5, name="dropout")(x)
    x = layers.Dense(8, name="dense")(x)
    x = layers.BatchNormalization(momentum=0.8, name="batch_normalization_1")(x)
    logits = layers.Dense(n_classes, name="dense_1")(x)
    return keras.Model(patches, layers.Activation("softmax", name="predictions")(logits))


TINY = Architecture(
    "tiny",
    "Tiny",
    _build,
    features_layer="flatten",
    penultimate_layer="dense",
    penultimate_node="model/dense/BiasAdd",
    penultimate_size=8,
    backbone="none",
)


def two_timbres(n_tracks: int = 12) -> tuple[Features, NDArray[np.int64]]:
    """Mel bands of tracks of two classes, whose energy lies low or high; 187 to 400 frames."""
    rng = np.random.default_rng(0)
    y = np.arange(n_tracks) % 2
    bands = []
    for label in y:
        track = rng.uniform(0, 1, (int(rng.integers(187, 400)), 96))
        track[:, 48 * label : 48 * (label + 1)] += 1.5
        bands.append(track.astype(np.float16))
    return Features(mfcc_s=None, mfcc_p=None, mel_bands=tuple(bands)), y


def tasks_of(
    y: NDArray[np.int64], losses: Sequence[str] = ("categorical_crossentropy",)
) -> list[TrainingTask]:
    """For each loss a task that leaves the last two tracks out, and one that learns from all."""
    one_hot = np.eye(2)[y]
    n = len(y) - 2
    tasks = [
        TrainingTask(np.arange(n), one_hot[:n], loss, (3, i), f"labels {loss}")
        for i, loss in enumerate(losses)
    ]
    return [*tasks, TrainingTask(np.arange(len(y)), one_hot, losses[0], (4,), "all tracks")]
