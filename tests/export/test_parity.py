from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from essentia_ldl.errors import ModelError, ParityError
from essentia_ldl.export.parity import (
    answers,
    check_backbone,
    check_head,
    head_tolerance,
    max_abs_diff,
    probe_signal,
    probe_signal_for,
)
from essentia_ldl.files import write_bytes
from essentia_ldl.zoo import Backbone, find_backbone, registered_backbones

Arrays = NDArray[np.float32]


@pytest.fixture(scope="module")
def head(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Arrays, Arrays]:
    """A head with random weights: its graph, embeddings and probabilities."""
    import keras

    from essentia_ldl.export.freeze import freeze_keras

    network = keras.Sequential(
        [
            keras.Input((200,)),
            keras.layers.Dense(100, activation="relu"),
            keras.layers.Dense(5, activation="softmax"),
        ]
    )
    path = tmp_path_factory.mktemp("head") / "head.pb"
    write_bytes(path, freeze_keras(network, ["model/Softmax"]))
    embeddings = np.random.default_rng(0).normal(size=(70, 200)).astype(np.float32)
    return path, embeddings, np.asarray(network.predict_on_batch(embeddings))


@pytest.fixture(scope="module")
def backbone(built_models: Path) -> Backbone:
    return find_backbone("msd-musicnn", built_models)


def test_difference_is_infinite_where_there_is_nothing_to_compare() -> None:
    one = np.ones((2, 3), dtype=np.float32)
    assert max_abs_diff(one, one + 0.5) == 0.5
    assert max_abs_diff(one, np.full_like(one, np.nan)) == np.inf
    assert max_abs_diff(np.full_like(one, np.nan), one) == np.inf
    assert max_abs_diff(one, one[:1]) == np.inf
    assert max_abs_diff(one[:0], one[:0]) == np.inf


def test_a_faithful_head_is_accepted(head: tuple[Path, Arrays, Arrays]) -> None:
    assert check_head(*head) <= 1e-6


@pytest.mark.parametrize("wrong", [2e-6, np.nan])
def test_a_head_that_answers_otherwise_is_refused(
    head: tuple[Path, Arrays, Arrays], wrong: float
) -> None:
    path, embeddings, expected = head
    changed = expected.astype(np.float64)
    changed[3, 1] += wrong
    with pytest.raises(ParityError, match="answers differ by") as caught:
        check_head(path, embeddings, changed)
    assert caught.value.subject == str(path)
    assert check_head(path, embeddings, expected, tolerance=1e-3) <= 1e-6


def test_embeddings_of_another_size_are_refused(head: tuple[Path, Arrays, Arrays]) -> None:
    path, embeddings, expected = head
    with pytest.raises(ModelError, match="Essentia cannot run"):
        check_head(path, np.ascontiguousarray(embeddings[:, :100]), expected)


@pytest.mark.parametrize("spoil", [lambda content: content[:-50], lambda _: b"", lambda _: b"x"])
def test_a_corrupted_graph_is_refused(
    head: tuple[Path, Arrays, Arrays], tmp_path: Path, spoil: object
) -> None:
    assert callable(spoil)
    path, embeddings, expected = head
    broken = tmp_path / "broken.pb"
    broken.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(ModelError, match="no frozen TensorFlow graph") as caught:
        check_head(broken, embeddings, expected)
    assert caught.value.subject == str(broken)


@pytest.mark.parametrize("n_values", [200, 1280, 2304])
def test_sure_heads_on_any_backbone_are_accepted(
    tmp_path: Path, rng: np.random.Generator, n_values: int
) -> None:
    """Heads with a scaler folded into them, on values whose mean is as large as their spread."""
    from essentia_ldl.export.head_graph import head_graph
    from essentia_ldl.networks.heads import initial_head, predict_patches

    head = initial_head((0,), n_values, 100, 9)
    bias = np.asarray(head.dense_bias - head.dense_kernel.sum(axis=0), dtype=np.float32)
    head = replace(head, dense_bias=bias, output_kernel=4 * head.output_kernel)
    embeddings = np.asarray(1 + rng.normal(size=(70, n_values)), dtype=np.float32)
    expected = predict_patches(head, embeddings)
    assert expected.max(axis=1).mean() > 0.7
    path = tmp_path / "head.pb"
    path.write_bytes(head_graph(head))
    assert check_head(path, embeddings, expected) <= head_tolerance(n_values)
    with pytest.raises(ParityError):
        check_head(path, embeddings, np.asarray(expected + 2e-5, dtype=np.float32))


def test_the_probe_is_the_same_every_time_and_fills_more_than_one_block(backbone: Backbone) -> None:
    np.testing.assert_array_equal(probe_signal(), probe_signal())
    assert {values.shape for values in answers(backbone.graph, backbone.metadata).values()} == {
        (13, 50),
        (13, 200),
    }


@pytest.mark.parametrize(
    ("name", "n_samples"), [("msd-musicnn", 21 * 16000), ("discogs-maest-30s-pw", 479745)]
)
def test_the_probe_fills_a_patch_of_every_network(name: str, n_samples: int) -> None:
    probe = probe_signal_for(registered_backbones()[name])
    assert probe.size == n_samples
    assert probe.dtype == np.float32


def test_a_backbone_that_answers_otherwise_is_refused(backbone: Backbone) -> None:
    def zeros(patches: Arrays) -> dict[str, Arrays]:
        assert patches.shape == (13, 187, 96)
        return {
            "model/Sigmoid": np.zeros((13, 50), np.float32),
            "model/dense/BiasAdd": np.zeros((13, 200), np.float32),
        }

    with pytest.raises(ParityError, match="answers differ by"):
        check_backbone(backbone.graph, backbone.metadata, zeros)


def test_outputs_must_have_the_size_that_metadata_give(backbone: Backbone) -> None:
    schema = backbone.metadata.schema_
    wrong = schema.outputs[1].model_copy(update={"shape": [100]})
    metadata = backbone.metadata.model_copy(
        update={"schema_": schema.model_copy(update={"outputs": [wrong]})}
    )
    with pytest.raises(ModelError, match="does not give 100 finite numbers"):
        answers(backbone.graph, metadata)


def test_an_algorithm_that_essentia_lacks_is_named(backbone: Backbone) -> None:
    inference = backbone.metadata.inference.model_copy(update={"algorithm": "PredictMusic"})
    metadata = backbone.metadata.model_copy(update={"inference": inference})
    with pytest.raises(ModelError, match="PredictMusic"):
        answers(backbone.graph, metadata)
