import hashlib
from pathlib import Path
from typing import Any

import pytest

from essentia_ldl.errors import ModelError, ParityError
from essentia_ldl.export.essentia_answers import Answers
from essentia_ldl.export.frozen_model import FrozenModel
from essentia_ldl.export.full_model import full_model
from essentia_ldl.export.joining import join_graphs
from essentia_ldl.zoo import Backbone, find_backbone
from tests.small_vggish import SMALL_VGGISH


@pytest.fixture(scope="module")
def backbone(built_models: Path) -> Backbone:
    return find_backbone("msd-musicnn", built_models)


def test_it_answers_as_the_two_steps_do(
    joined_model: FrozenModel,
    head_says: Answers,
    essentia_says: Answers,
) -> None:
    difference = joined_model.metadata.parity_max_abs_diff
    assert difference is not None
    assert difference <= 1e-6
    one, two = essentia_says, head_says
    for node in ("model/Softmax", "model/dense/BiasAdd"):
        there = f"model/head/{node.removeprefix('model/')}" if "dense" in node else node
        assert abs(one.outputs[there] - two.outputs[node]).max() <= 1e-5
    assert abs(one.outputs["model/dense/BiasAdd"] - two.inputs).max() <= 1e-5


def test_its_metadata_say_what_it_is(
    joined_model: FrozenModel, head_model: FrozenModel, backbone: Backbone
) -> None:
    metadata = joined_model.metadata
    assert joined_model.name == "genre_demo-msd-musicnn-full-1"
    assert not joined_model.is_head
    assert metadata.classes == head_model.metadata.classes
    assert metadata.sha256 == hashlib.sha256(joined_model.graph).hexdigest()
    assert metadata.inference.algorithm == "TensorflowPredictMusiCNN"
    assert metadata.inference.embedding_model is None
    assert [node.shape for node in metadata.schema_.inputs] == [[187, 96]]
    assert [(node.name, node.size, node.output_purpose) for node in metadata.schema_.outputs] == [
        ("model/Softmax", 3, "predictions"),
        ("model/dense/BiasAdd", 200, "embeddings"),
        ("model/head/dense/BiasAdd", 100, ""),
    ]
    assert metadata.provenance == {
        "head": {"name": head_model.name, "sha256": head_model.metadata.sha256},
        "backbone": {"name": "msd-musicnn-1", "sha256": backbone.sha256},
    }


def test_one_that_answers_otherwise_is_refused(
    head_model: FrozenModel, backbone: Backbone, monkeypatch: pytest.MonkeyPatch
) -> None:
    def joins_the_layer_before(*graphs: bytes, **nodes: Any) -> bytes:
        nodes["outputs_of_head"] = {"model/Softmax": "model/dense_1/BiasAdd"}
        return join_graphs(*graphs, **nodes)

    monkeypatch.setattr("essentia_ldl.export.full_model.join_graphs", joins_the_layer_before)
    head = head_model.described(
        schema_=head_model.metadata.schema_.model_copy(update={"outputs": [head_model.predictions]})
    )
    with pytest.raises(ParityError, match="joined with its backbone, it answers otherwise"):
        full_model(head, backbone)


def test_other_patches_are_refused(head_model: FrozenModel, backbone: Backbone) -> None:
    inference = backbone.metadata.inference.model_copy(
        update={"algorithm": "TensorflowPredictEffnetDiscogs"}
    )
    metadata = backbone.metadata.model_copy(update={"inference": inference})
    with pytest.raises(ModelError, match="takes other patches"):
        full_model(head_model, Backbone(metadata, backbone.graph, backbone.sha256))


@pytest.mark.shared
def test_vggish_takes_its_own_patches(shared: Path, backbone: Backbone) -> None:
    from essentia_ldl.export.classifier import head_metadata
    from essentia_ldl.export.head_graph import head_graph
    from essentia_ldl.networks.heads import initial_head

    vggish = Backbone(SMALL_VGGISH, shared / "zoo" / "small_vggish_init.pb", "0" * 64)
    head = initial_head((1,), vggish.embedding_size, 100, 2)
    metadata = head_metadata(
        head, "mood", ("calm", "wild"), vggish, dataset={}, label_enhancement={}, training={}
    )
    joined = full_model(FrozenModel("mood-small-1", metadata, head_graph(head)), vggish)
    assert joined.metadata.schema_.inputs[0].shape == [96, 64]
    assert joined.metadata.inference.algorithm == "TensorflowPredictVGGish"
    assert joined.metadata.parity_max_abs_diff is not None
