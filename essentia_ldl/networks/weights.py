"""A network's weights as plain arrays by name: kept, compared and set in any process."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.networks.architectures import Architecture
from essentia_ldl.networks.task import seed_sequence

if TYPE_CHECKING:
    import keras

#: Arrays by the path of their variable, such as ``conv2d_1/kernel``.
Weights = Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True, eq=False)
class TrainedNetwork:
    """A network and its weights.

    Attributes
    ----------
    architecture : Architecture
    n_classes : int
    weights : mapping of str to np.ndarray, float32
        All of them.
    """

    architecture: Architecture
    n_classes: int
    weights: Weights

    def build(self) -> keras.Model:
        """Build the network, with these weights set."""
        network = self.architecture.build(self.n_classes)
        set_weights(network, self.weights)
        return network


def get_weights(network: keras.Model) -> dict[str, NDArray[np.float32]]:
    """Return every weight of a network, batch norms' statistics among them."""
    return {weight.path: as_array(weight) for weight in network.weights}


def as_array(variable: keras.Variable) -> NDArray[Any]:
    """Return the value of a Keras variable."""
    from keras import ops

    return np.asarray(ops.convert_to_numpy(ops.convert_to_tensor(variable)))


def set_weights(network: keras.Model, weights: Weights) -> None:
    """Set every weight of a network.

    Raises
    ------
    KeyError
        If one is not given.
    """
    for weight in network.weights:
        weight.assign(weights[weight.path])


def initial_weights(network: keras.Model, key: Sequence[int]) -> dict[str, NDArray[np.float32]]:
    """Fresh weights of a key: Glorot-uniform kernels, and Keras's defaults for the rest.

    They come from NumPy, so that they do not depend on Keras's backend or on what the process
    did before.
    """
    generator = np.random.default_rng(seed_sequence(key).spawn(2)[0])
    return {
        weight.path: _glorot(generator, tuple(weight.shape))
        if weight.path.endswith("/kernel")
        else _default(weight.path, tuple(weight.shape))
        for weight in network.weights
    }


def pretrained_weights(
    network: keras.Model, published: Weights, key: Sequence[int]
) -> dict[str, NDArray[np.float32]]:
    """Published weights where they fit in shape, which the output layer's do not; else fresh ones.

    Parameters
    ----------
    network : keras.Model
    published : mapping
        Weights of a network of the same architecture with other classes.
    key : sequence of int
        Seeds the fresh ones.
    """
    output_layer = network.get_layer("predictions").input._keras_history.operation.name
    fresh = initial_weights(network, key)
    return {
        path: values if path.startswith(f"{output_layer}/") else published[path]
        for path, values in fresh.items()
    }


def _glorot(generator: np.random.Generator, shape: tuple[int, ...]) -> NDArray[np.float32]:
    *window, n_in, n_out = shape
    limit = math.sqrt(6 / (math.prod(window) * (n_in + n_out)))
    return generator.uniform(-limit, limit, shape).astype(np.float32)


def _default(path: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
    ones = path.endswith(("/gamma", "/moving_variance"))
    return np.full(shape, float(ones), np.float32)
