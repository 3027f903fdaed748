from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from essentia_ldl.errors import ModelError
from essentia_ldl.export.joining import join_graphs
from tests.small_graphs import write_effnet, write_graph


@pytest.fixture
def backbone(tmp_path: Path) -> bytes:
    """Doubles its input, and hands it on through Identity."""

    def build() -> None:
        value = tf.compat.v1.placeholder(tf.float32, [None, 2], name="model/Placeholder")
        doubled = tf.multiply(value, 2.0, name="model/Mul")
        tf.identity(doubled, name="model/embedding")

    return write_graph(tmp_path / "backbone.pb", build).read_bytes()


@pytest.fixture
def head(tmp_path: Path) -> bytes:
    """Adds one; its nodes have the backbone's names."""

    def build() -> None:
        value = tf.compat.v1.placeholder(tf.float32, [None, 2], name="model/Placeholder")
        raised = tf.add(value, 1.0, name="model/Mul")
        tf.nn.relu(raised, name="model/Softmax")

    return write_graph(tmp_path / "head.pb", build).read_bytes()


def _join(backbone: bytes, head: bytes, embedding: str = "model/embedding") -> bytes:
    return join_graphs(
        backbone, head, embedding=embedding, head_input="model/Placeholder",
        outputs_of_backbone={"model/embedding": embedding},
        outputs_of_head={"model/Softmax": "model/Softmax"},
    )  # fmt: skip


def test_what_one_gives_the_other_takes(backbone: bytes, head: bytes) -> None:
    joined = _join(backbone, head)
    definition = tf.compat.v1.GraphDef.FromString(joined)
    assert [node.name for node in definition.node if node.op == "Placeholder"] == [
        "model/Placeholder"
    ]
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(definition, name="")
        with tf.compat.v1.Session(graph=graph) as session:
            embedding, output = session.run(
                ["model/embedding:0", "model/Softmax:0"],
                {"model/Placeholder:0": np.array([[1, -3]], np.float32)},
            )
    assert embedding.tolist() == [[2, -6]]
    assert output.tolist() == [[3, 0]]
    assert _join(backbone, head) == joined


@pytest.mark.parametrize("broken", [0, 1])
def test_a_damaged_graph_is_refused(backbone: bytes, head: bytes, broken: int) -> None:
    graphs = [backbone, head]
    graphs[broken] = graphs[broken][:-3]
    with pytest.raises(ModelError, match="is damaged"):
        _join(graphs[0], graphs[1])


def test_a_node_that_is_not_there_is_named(backbone: bytes, head: bytes) -> None:
    with pytest.raises(ModelError, match="the graph of the backbone has no node model/nothing"):
        _join(backbone, head, "model/nothing")


def test_functions_are_refused(head: bytes, tmp_path: Path) -> None:
    effnet = write_effnet(tmp_path / "effnet.pb").read_bytes()
    with pytest.raises(ModelError, match="the graph of the backbone has functions"):
        _join(effnet, head)
