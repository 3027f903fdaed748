import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from essentia_ldl.features.algorithms import run_head
from essentia_ldl.files import write_bytes
from essentia_ldl.networks.heads import Head, initial_head, predict_patches, train_heads
from essentia_ldl.networks.task import TrainingTask
from essentia_ldl.workers import run_in_worker
from essentia_ldl.zoo import nodes

Array = NDArray[np.float32]


@pytest.fixture(scope="module")
def embeddings() -> Array:
    """Values as large as a MusiCNN's, whose standard deviation is 2.3 and maximum 11."""
    rng = np.random.default_rng(0)
    return (rng.normal(size=(150, 200)) * 2.3 + rng.normal(size=200)).astype(np.float32)


@pytest.fixture(scope="module")
def head(embeddings: Array) -> Head:
    """A head that is sure of itself: its logits are large, where float32 is coarse."""
    y = np.random.default_rng(1).integers(5, size=len(embeddings))
    task = TrainingTask(np.arange(len(y)), np.eye(5)[y], "mean_absolute_error", (0,))
    return train_heads([patch[None] for patch in embeddings], [task])[0]


@pytest.fixture(scope="module")
def graph(head: Head, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from essentia_ldl.export.head_graph import head_graph

    path = tmp_path_factory.mktemp("head") / "head.pb"
    write_bytes(path, head_graph(head))
    return path


def test_essentia_gives_the_numbers_of_training(head: Head, graph: Path, embeddings: Array) -> None:
    between = (embeddings[:-1] + embeddings[1:]) / 2  # where classes are close
    probes = np.concatenate([embeddings, between])

    answer = run_in_worker(run_head, probes, graph)

    expected = predict_patches(head, probes)
    assert (expected.max(axis=1) > 0.99).any()
    assert (expected.max(axis=1) < 0.6).any()
    np.testing.assert_allclose(answer, expected, rtol=0, atol=1e-6)


def test_penultimate_output(head: Head, graph: Path, embeddings: Array) -> None:
    answer = run_in_worker(run_head, embeddings, graph, nodes.INPUT, nodes.HEAD_PENULTIMATE)

    expected = embeddings.astype(np.float64) @ head.dense_kernel + head.dense_bias
    assert answer.shape == (150, 100)
    np.testing.assert_allclose(answer, expected, rtol=1e-6, atol=1e-5)


def test_one_patch(head: Head, graph: Path, embeddings: Array) -> None:
    answer = run_in_worker(run_head, embeddings[:1], graph)

    np.testing.assert_allclose(answer, predict_patches(head, embeddings[:1]), rtol=0, atol=1e-6)


def test_two_classes_and_other_sizes(tmp_path: Path) -> None:
    from essentia_ldl.export.head_graph import head_graph

    small, path = initial_head((0,), 256, 7, 2), tmp_path / "small.pb"
    patches = np.random.default_rng(0).normal(size=(3, 256)).astype(np.float32)
    write_bytes(path, head_graph(small))

    answer = run_in_worker(run_head, patches, path)

    np.testing.assert_allclose(answer, predict_patches(small, patches), rtol=0, atol=1e-6)


def test_nodes(graph: Path) -> None:
    import tensorflow as tf

    content = tf.compat.v1.GraphDef.FromString(graph.read_bytes())

    assert [(node.name, node.op, list(node.input)) for node in content.node] == [
        ("model/Placeholder", "Placeholder", []),
        ("model/dense/kernel", "Const", []),
        ("model/dense/bias", "Const", []),
        ("model/dense/MatMul", "MatMul", ["model/Placeholder", "model/dense/kernel"]),
        ("model/dense/BiasAdd", "BiasAdd", ["model/dense/MatMul", "model/dense/bias"]),
        ("model/dense/Relu", "Relu", ["model/dense/BiasAdd"]),
        ("model/dense_1/kernel", "Const", []),
        ("model/dense_1/bias", "Const", []),
        ("model/dense_1/MatMul", "MatMul", ["model/dense/Relu", "model/dense_1/kernel"]),
        ("model/dense_1/BiasAdd", "BiasAdd", ["model/dense_1/MatMul", "model/dense_1/bias"]),
        ("model/Softmax", "Softmax", ["model/dense_1/BiasAdd"]),
    ]
    attributes = {key for node in content.node for key in node.attr}
    assert attributes == {
        "T", "data_format", "dtype", "shape", "transpose_a", "transpose_b", "value",
    }  # fmt: skip
    assert [d.size for d in content.node[0].attr["shape"].shape.dim] == [-1, 200]
    assert content.versions.producer == 134
    assert not content.library.function


def test_todays_tensorflow_runs_it_too(head: Head, graph: Path, embeddings: Array) -> None:
    import tensorflow as tf

    content = tf.compat.v1.GraphDef.FromString(graph.read_bytes())
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        tf.import_graph_def(content, name="")
        answer = session.run("model/Softmax:0", {"model/Placeholder:0": embeddings})

    assert answer.shape == (150, 5)
    np.testing.assert_allclose(answer, predict_patches(head, embeddings), rtol=0, atol=1e-6)


def train_and_export() -> str:
    from essentia_ldl.export.head_graph import head_graph

    rng = np.random.default_rng(3)
    embeddings = list(rng.normal(size=(60, 2, 20)).astype(np.float32))
    sizes = [(60, "mean_absolute_error"), (41, "categorical_crossentropy")]
    tasks = [
        TrainingTask(np.arange(n), rng.dirichlet(np.ones(4), size=n), loss, (1, i))
        for i, (n, loss) in enumerate(sizes)
    ]
    heads = train_heads(embeddings, tasks, epochs=20)
    return hashlib.sha256(b"".join(map(head_graph, heads))).hexdigest()


_IN_ANOTHER_PROCESS = "from tests.export.test_head_graph import train_and_export as f; print(f())"


def test_another_process_trains_and_writes_the_same_bytes(pytestconfig: pytest.Config) -> None:
    elsewhere = subprocess.run(
        [sys.executable, "-c", _IN_ANOTHER_PROCESS],
        capture_output=True,
        text=True,
        check=True,
        cwd=pytestconfig.rootpath,
    ).stdout.strip()

    assert elsewhere == train_and_export()
