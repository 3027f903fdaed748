"""Weights out of the TensorFlow 1 checkpoints that the musicnn package carries."""

from __future__ import annotations

import os

import keras
import tensorflow as tf

from essentia_ldl.errors import ModelError

# What training kept beside the network's own variables.
_OPTIMIZER = ("Adam", "Adam_1", "beta1_power", "beta2_power")


def load_checkpoint(model: keras.Model, folder: str | os.PathLike[str]) -> None:
    """Set every weight of `model` to the checkpoint's variable of the same name.

    Parameters
    ----------
    model : keras.Model
        A network whose layers are named as in the checkpoint.
    folder : path
        The checkpoint's folder, with ``.index`` and ``.data-00000-of-00001``.

    Raises
    ------
    ModelError
        If the checkpoint cannot be read, or its variables are not exactly the network's.
    """
    try:
        # The slash makes the nameless files the prefix; the folder's own index file names a path
        # on the author's machine.
        reader = tf.compat.v1.train.NewCheckpointReader(f"{os.fspath(folder)}{os.sep}")
        shapes = {
            name: tuple(shape)
            for name, shape in reader.get_variable_to_shape_map().items()
            if name.rpartition("/")[2] not in _OPTIMIZER
        }
        expected = {weight.path: tuple(weight.shape) for weight in model.weights}
        if shapes != expected:
            differing = sorted(name for name, _ in set(shapes.items()) ^ set(expected.items()))
            raise ModelError(
                f"the checkpoint is not of this network: {', '.join(dict.fromkeys(differing))}",
                subject=folder,
            )
        for weight in model.weights:
            weight.assign(reader.get_tensor(weight.path))
    except (tf.errors.OpError, IndexError) as error:
        raise ModelError(
            f"the checkpoint cannot be read: {error}",
            subject=folder,
            remedy="delete the downloaded package and build again",
        ) from error
