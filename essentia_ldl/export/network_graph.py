"""A trained network as a frozen graph, and what it answers: Keras with TensorFlow behind it."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf

from essentia_ldl.errors import ModelError
from essentia_ldl.export.freeze import freeze_keras
from essentia_ldl.export.parity import Values
from essentia_ldl.networks.weights import TrainedNetwork
from essentia_ldl.zoo import nodes


def network_nodes(network: TrainedNetwork) -> list[str]:
    """Outputs of a network's graph: class probabilities, and the penultimate layer."""
    return [nodes.HEAD_OUTPUT, network.architecture.penultimate_node]


def freeze_network(network: TrainedNetwork) -> bytes:
    """Freeze a network into a graph from patches to the outputs of `network_nodes`.

    Returns
    -------
    bytes
        A serialised GraphDef. The same weights give the same bytes, in any process.

    Raises
    ------
    ModelError
        If Keras runs on another backend than TensorFlow, or the network cannot be frozen.
    """
    if keras.config.backend() != "tensorflow":
        raise ModelError(
            "only TensorFlow freezes graphs", subject=f"KERAS_BACKEND={keras.config.backend()}"
        )
    return freeze_keras(_with_outputs(network), network_nodes(network))


def run_network(network: TrainedNetwork, patches: Values) -> dict[str, Values]:
    """Values of every output by node name, computed on the CPU.

    Parameters
    ----------
    network : TrainedNetwork
    patches : np.ndarray [shape=(n_patches, 187, 96)], float32
    """
    with tf.device("CPU:0"):
        values = _with_outputs(network)(patches, training=False)
    named = zip(network_nodes(network), values, strict=True)
    return {node: np.asarray(value) for node, value in named}


def _with_outputs(network: TrainedNetwork) -> keras.Model:
    whole = network.build()
    penultimate = whole.get_layer(network.architecture.penultimate_layer)
    return keras.Model(whole.input, [whole.output, penultimate.output])
