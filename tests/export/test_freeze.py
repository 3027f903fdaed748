import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from essentia_ldl.errors import ModelError
from essentia_ldl.features.algorithms import run_head
from essentia_ldl.files import sha256_of, write_bytes
from essentia_ldl.workers import run_in_worker

MUSICNN = "feature-extractors/musicnn/msd-musicnn-1.pb"

# Other networks were made in this process before: Keras counts on from them in its names.
ANOTHER_PROCESS = """
import hashlib, sys
import keras
from essentia_ldl.export.freeze import freeze_keras
from essentia_ldl.networks.checkpoint import load_checkpoint
from essentia_ldl.networks.musicnn import musicnn
from essentia_ldl.networks.vgg import vgg
vgg(), musicnn()
network = musicnn()
load_checkpoint(network, sys.argv[1])
both = keras.Model(network.input, [network.output, network.get_layer("dense").output])
frozen = freeze_keras(both, ["model/Sigmoid", "model/dense/BiasAdd"])
print(hashlib.sha256(frozen).hexdigest())
"""


def _graph(content: bytes) -> Any:
    import tensorflow as tf

    return tf.compat.v1.GraphDef.FromString(content)


def test_a_frozen_graph_is_what_libtensorflow_2_5_loads(built_models: Path) -> None:
    graph = _graph((built_models / MUSICNN).read_bytes())
    assert not graph.library.function
    assert graph.versions.producer == 134
    names = [node.name for node in graph.node]
    assert len(set(names)) == len(names)
    assert all(name.startswith("model/") for name in names)
    assert {"model/Placeholder", "model/Sigmoid", "model/dense/BiasAdd"} <= set(names)
    keys = {key for node in graph.node for key in node.attr}
    assert not [key for key in keys if key.startswith(("_", "grad_"))]
    assert not {"NoOp", "Identity", "ReadVariableOp"} & {node.op for node in graph.node}
    (placeholder,) = (node for node in graph.node if node.op == "Placeholder")
    assert [side.size for side in placeholder.attr["shape"].shape.dim] == [-1, 187, 96]
    before: set[str] = set()
    for node in graph.node:
        assert {source.partition(":")[0] for source in node.input} <= before
        before.add(node.name)


def test_another_process_writes_the_same_bytes(built_models: Path, checkpoints: Path) -> None:
    command = [sys.executable, "-c", ANOTHER_PROCESS, str(checkpoints / "MSD_musicnn")]
    digest = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    assert digest == sha256_of(built_models / MUSICNN)


def test_outputs_are_named_in_order(tmp_path: Path, rng: np.random.Generator) -> None:
    import keras

    from essentia_ldl.export.freeze import freeze_keras

    inputs = keras.Input((6,))
    hidden = keras.layers.Dense(4)(inputs)
    outputs = keras.layers.Softmax()(keras.layers.Dense(3)(keras.layers.ReLU()(hidden)))
    network = keras.Model(inputs, [hidden, outputs])
    path = tmp_path / "head.pb"
    write_bytes(path, freeze_keras(network, ["model/dense/BiasAdd", "model/Softmax"]))
    assert path.read_bytes() == freeze_keras(network, ["model/dense/BiasAdd", "model/Softmax"])

    values = rng.normal(size=(5, 6)).astype(np.float32)
    expected = network.predict_on_batch(values)
    for node, answer in zip(["model/dense/BiasAdd", "model/Softmax"], expected, strict=True):
        actual = run_in_worker(run_head, values, path, "model/Placeholder", node)
        np.testing.assert_allclose(actual, answer, atol=1e-6)


def test_the_number_of_names_must_be_that_of_the_outputs() -> None:
    import keras

    from essentia_ldl.export.freeze import freeze_keras

    network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    with pytest.raises(ValueError, match="zip"):
        freeze_keras(network, ["model/Softmax", "model/dense/BiasAdd"])


def test_a_graph_with_functions_is_refused() -> None:
    from essentia_ldl.export.freeze import canonical_graph

    graph = _graph(b"")
    graph.library.function.add()
    with pytest.raises(ModelError, match="functions"):
        canonical_graph(graph, {})


def test_a_graph_needs_one_placeholder() -> None:
    from essentia_ldl.export.freeze import canonical_graph

    graph = _graph(b"")
    for name in ("a", "b"):
        graph.node.add(name=name, op="Placeholder")
    graph.node.add(name="sum", op="AddV2", input=["a", "b"])
    with pytest.raises(ModelError, match="2 placeholders"):
        canonical_graph(graph, {"model/out": "sum:0"})
