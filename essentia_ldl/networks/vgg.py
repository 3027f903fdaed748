"""VGG: five layers of small convolutions over the mel patch as over an image.

In the form of the published MSD_vgg checkpoint (605,748 trainable parameters for 50 tags; Choi
et al., "Automatic tagging using deep convolutional neural networks", ISMIR 2016, is its model).
"""

from __future__ import annotations

import keras
from keras import layers

from essentia_ldl.zoo.frontends import MUSICNN

#: Layer whose output is the backbone's embedding.
EMBEDDING_LAYER = "flatten"

# It takes the patches of MusiCNN, not those of VGGish.
_N_FRAMES, _N_BANDS = MUSICNN.patch_shape
_FILTERS = 128

# Pool sizes (frames, bands), strides alike, as the checkpoint's own graph has them. The sizes
# that musicnn 0.1.0 gives in its source are others; both flatten to 256 values, so weights load
# under either and only the answers tell.
_POOLS = ((4, 1), (1, 4), (2, 2), (2, 2), (4, 4))


def vgg(n_classes: int = 50, *, activation: str = "sigmoid") -> keras.Model:
    """Build VGG with fresh weights.

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
    x = layers.Reshape((_N_FRAMES, _N_BANDS, 1), name="image")(patches)
    x = layers.BatchNormalization(name="batch_normalization")(x)
    for number, pool in enumerate(_POOLS, start=1):
        x = layers.Conv2D(_FILTERS, 3, padding="same", activation="relu", name=f"{number}CNN")(x)
        x = layers.BatchNormalization(name=f"batch_normalization_{number}")(x)
        x = layers.MaxPooling2D(pool, name=f"pool_{number}")(x)
        if number < len(_POOLS):
            x = layers.Dropout(0.25, name=f"dropout_{number}")(x)
    x = layers.Flatten(name=EMBEDDING_LAYER)(x)
    x = layers.Dropout(0.5, name=f"dropout_{len(_POOLS)}")(x)
    logits = layers.Dense(n_classes, name="dense")(x)
    predictions = layers.Activation(activation, name="predictions")(logits)
    return keras.Model(patches, predictions, name="vgg")
