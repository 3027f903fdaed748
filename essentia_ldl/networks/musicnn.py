"""MusiCNN: musically motivated convolutions with a densely connected middle part.

Pons et al., "End-to-end learning for music audio tagging at scale", ISMIR 2018, in the form of
the published MSD_musicnn checkpoint (787,159 trainable parameters for 50 tags).
"""

from __future__ import annotations

import keras
from keras import layers, ops

from essentia_ldl.zoo.frontends import MUSICNN

#: Layer whose output is the backbone's embedding, taken before its rectifier.
EMBEDDING_LAYER = "dense"

_N_FRAMES, _N_BANDS = MUSICNN.patch_shape
_TIMBRAL_FILTERS = 204  # 1.6 x 128
_TEMPORAL_FILTERS = 51  # 1.6 x 32
_MIDDLE_FILTERS = 64


def musicnn(n_classes: int = 50, *, activation: str = "sigmoid") -> keras.Model:
    """Build MusiCNN with fresh weights.

    Layers are named as in the published checkpoints, so that weights can be set by name.

    Parameters
    ----------
    n_classes : int
        Number of outputs.
    activation : str
        Activation of the output layer: ``sigmoid`` for tags, ``softmax`` for classes.

    Returns
    -------
    keras.Model
        From mel patches [shape=(n_patches, 187, 96)] to [shape=(n_patches, n_classes)].
    """
    patches = keras.Input((_N_FRAMES, _N_BANDS), name="patches")
    image = layers.BatchNormalization(name="batch_normalization")(
        layers.Reshape((_N_FRAMES, _N_BANDS, 1), name="image")(patches)
    )
    pooled = _temporal_pooling(_middle(_front_end(image)))
    logits = layers.Dense(n_classes, name="dense_1")(_penultimate(pooled))
    predictions = layers.Activation(activation, name="predictions")(logits)
    return keras.Model(patches, predictions, name="musicnn")


def _front_end(image: keras.KerasTensor) -> keras.KerasTensor:
    """Give timbral (tall) and temporal (long) features of every frame, (187, 561)."""
    padded = _pad_time(image)
    features = [
        _block(padded, 0, _TIMBRAL_FILTERS, (7, int(0.4 * _N_BANDS)), "valid"),
        _block(padded, 1, _TIMBRAL_FILTERS, (7, int(0.7 * _N_BANDS)), "valid"),
        _block(image, 2, _TEMPORAL_FILTERS, (128, 1), "same"),
        _block(image, 3, _TEMPORAL_FILTERS, (64, 1), "same"),
        _block(image, 4, _TEMPORAL_FILTERS, (32, 1), "same"),
    ]
    # Maximum over all frequencies: a pattern counts wherever it lies.
    return ops.concatenate([ops.max(feature, axis=2) for feature in features], axis=2)


def _middle(features: keras.KerasTensor) -> keras.KerasTensor:
    """Three convolutions over time, each seeing all features; every stage's output, (187, 753)."""
    front = ops.expand_dims(features, 3)
    first = _wide_block(front, 5)
    second = ops.add(_wide_block(first, 6), first)
    third = ops.add(_wide_block(second, 7), second)
    return ops.concatenate([front, first, second, third], axis=2)


def _temporal_pooling(features: keras.KerasTensor) -> keras.KerasTensor:
    """Maximum and mean of every feature, interleaved: max 0, mean 0, max 1, mean 1, ..."""
    both = ops.concatenate([ops.max(features, axis=1), ops.mean(features, axis=1)], axis=2)
    return layers.Flatten(name="flatten")(both)


def _penultimate(pooled: keras.KerasTensor) -> keras.KerasTensor:
    x = layers.BatchNormalization(name="batch_normalization_9")(pooled)
    x = layers.Dropout(0.5, name="dropout")(x)
    x = layers.Dense(200, name=EMBEDDING_LAYER)(x)
    x = layers.Activation("relu", name="dense_relu")(x)
    x = layers.BatchNormalization(name="batch_normalization_10")(x)
    return layers.Dropout(0.5, name="dropout_1")(x)


def _block(
    x: keras.KerasTensor, number: int, filters: int, size: tuple[int, int], padding: str
) -> keras.KerasTensor:
    """Convolution, rectifier, batch norm: the checkpoint normalises after the rectifier."""
    suffix = f"_{number}" if number else ""
    convolution = layers.Conv2D(
        filters, size, padding=padding, activation="relu", name=f"conv2d{suffix}"
    )
    return layers.BatchNormalization(name=f"batch_normalization_{number + 1}")(convolution(x))


def _wide_block(x: keras.KerasTensor, number: int) -> keras.KerasTensor:
    """Convolve 7 frames by all features; the filters become the features, (187, 64, 1)."""
    x = _block(_pad_time(x), number, _MIDDLE_FILTERS, (7, x.shape[2]), "valid")
    return ops.transpose(x, (0, 1, 3, 2))


def _pad_time(x: keras.KerasTensor) -> keras.KerasTensor:
    return ops.pad(x, ((0, 0), (3, 3), (0, 0), (0, 0)))
