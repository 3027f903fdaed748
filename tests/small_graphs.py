"""Small graphs with the signatures of the zoo's, with random weights, written by TensorFlow.

TensorFlow is loaded late: worker processes import the test modules that import this one.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from essentia_ldl.zoo import ModelMetadata, registered_backbones

N_VALUES = 24
N_TOKENS = 119  # For 1,876 frames: one for each 16, and CLS and DIST in front.


def write_graph(path: Path, build: Callable[[], object]) -> Path:
    """Write the graph that `build` adds its operations to."""
    import tensorflow as tf

    graph = tf.Graph()
    with graph.as_default():
        build()
    path.write_bytes(graph.as_graph_def().SerializeToString())
    return path


def write_effnet(path: Path, seed: int = 0) -> Path:
    """Write a graph as discogs-effnet-bs64: batches of 64, and both outputs of one function."""
    import tensorflow as tf

    rng = np.random.default_rng(seed)
    weights = _weights(rng, 96, N_VALUES)
    styles = _weights(rng, N_VALUES, 5)

    @tf.function(input_signature=[tf.TensorSpec([64, 128, 96], tf.float32)])  # type: ignore[untyped-decorator]
    def network(bands: Any) -> Any:
        embeddings = tf.linalg.matmul(tf.reduce_mean(bands, 1), weights)
        return tf.nn.sigmoid(tf.linalg.matmul(tf.nn.relu(embeddings), styles)), embeddings

    function = network.get_concrete_function()

    def build() -> None:
        name = "serving_default_melspectrogram"
        function(tf.compat.v1.placeholder(tf.float32, [64, 128, 96], name=name))

    return write_graph(path, build)


def write_maest(path: Path, n_frames: int = 1876, seed: int = 0) -> Path:
    """Write a graph as discogs-maest: the tokens of twelve blocks, each by an output of its own."""
    import tensorflow as tf

    rng = np.random.default_rng(seed)
    weights = _weights(rng, 96, N_VALUES)
    special = rng.normal(size=(1, 2, N_VALUES)).astype(np.float32)

    def build() -> None:
        bands = tf.compat.v1.placeholder(tf.float32, [1, n_frames, 96], name="melspectrogram")
        signal = tf.linalg.matmul(bands[:, : n_frames // 16 * 16 : 16], weights)
        tokens = tf.concat([tf.constant(special), signal], 1)
        tf.identity(tokens[:, 0], name="PartitionedCall/Identity")
        for block in range(1, 13):
            attention = tf.nn.softmax(tf.einsum("bij,bkj->bik", tokens, tokens) / N_VALUES)
            tokens = tokens + tf.math.erf(tf.linalg.matmul(attention, tokens))
            tf.identity(tokens, name=f"PartitionedCall/Identity_{block}")
        tf.nn.sigmoid(tokens[:, 0], name="PartitionedCall/Identity_13")

    return write_graph(path, build)


def write_vggish(path: Path, seed: int = 0) -> Path:
    """Write a graph as audioset-vggish."""
    import tensorflow as tf

    rng = np.random.default_rng(seed)
    weights = _weights(rng, 64, 128)

    def build() -> None:
        bands = tf.compat.v1.placeholder(tf.float32, [None, 96, 64], name="model/Placeholder")
        product = tf.linalg.matmul(tf.reduce_mean(bands, 1), weights)
        tf.identity(product, name="model/vggish/embeddings")

    return write_graph(path, build)


def small_metadata(name: str) -> ModelMetadata:
    """Metadata of a registered backbone, for the small graph of its signature."""
    content = registered_backbones()[name].to_dict()
    for output in content["schema"]["outputs"]:
        if output["output_purpose"] == "predictions":
            output["shape"][-1] = 5
        elif name.startswith("discogs"):
            output["shape"][-1] = N_VALUES
    return ModelMetadata.model_validate(content)


def _weights(rng: np.random.Generator, n_rows: int, n_columns: int) -> Any:
    return (rng.normal(size=(n_rows, n_columns)) / np.sqrt(n_rows)).astype(np.float32)
