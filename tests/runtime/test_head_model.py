"""What is refused before anything is classified."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from essentia_ldl.errors import BackboneError, ModelError
from essentia_ldl.runtime.model import HeadModel

WriteModel = Callable[..., Path]
_SCHEMA = {
    "inputs": [{"name": "model/Placeholder", "shape": [200]}],
    "outputs": [{"name": "model/Softmax", "shape": [3], "output_purpose": "predictions"}],
}


def test_a_good_model_is_read(model_json: Path, built_models: Path) -> None:
    model = HeadModel.read(model_json, built_models)
    assert model.classes == ("jazz", "pop", "rock")
    assert model.graph == model_json.with_suffix(".pb")
    assert model.node_out == "model/Softmax"
    assert model.embedding.backbone.name == "msd-musicnn"
    assert model.embedding.sample_rate == 16000


def test_a_missing_json_is_named() -> None:
    with pytest.raises(ModelError, match=r"/nowhere/a\.json: cannot be read: No such file"):
        HeadModel.read("/nowhere/a.json")


@pytest.mark.parametrize("content", ["", "{", "[]", '{"name": "x"}', "\ufffd\0"])
def test_a_damaged_json_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(content)
    with pytest.raises(ModelError, match=r"a\.json"):
        HeadModel.read(path)


def test_a_missing_graph_is_named(model_json: Path, built_models: Path) -> None:
    graph = model_json.with_suffix(".pb")
    graph.unlink()
    with pytest.raises(ModelError, match="cannot be read: No such file") as caught:
        HeadModel.read(model_json, built_models)
    assert caught.value.subject == str(graph)
    assert "beside its JSON" in caught.value.remedy


def test_a_graph_other_than_recorded_is_refused(
    write_model: WriteModel, built_models: Path
) -> None:
    with pytest.raises(ModelError, match="is damaged"):
        HeadModel.read(write_model(sha256="0" * 64), built_models)


@pytest.mark.parametrize(
    ("classes", "problem"),
    [
        (["jazz", "pop"], "2 classes for 3 outputs"),
        (["jazz", "pop", "rock", "soul"], "4 classes for 3 outputs"),
        (["jazz", "pop", "pop"], "names a class twice"),
        ([], "0 classes"),
    ],
)
def test_classes_that_do_not_fit_are_refused(
    write_model: WriteModel, built_models: Path, classes: list[str], problem: str
) -> None:
    with pytest.raises(ModelError, match=problem):
        HeadModel.read(write_model(classes=classes), built_models)


@pytest.mark.parametrize(
    "inference",
    [
        {"sample_rate": 16000, "algorithm": "TensorflowPredictMusiCNN"},
        {"sample_rate": 16000, "algorithm": "TensorflowPredict2D"},
    ],
)
def test_what_is_no_head_is_refused(
    write_model: WriteModel, built_models: Path, inference: dict[str, Any]
) -> None:
    with pytest.raises(ModelError, match="no classification head"):
        HeadModel.read(write_model(inference=inference), built_models)


def test_an_output_without_purpose_is_refused(write_model: WriteModel, built_models: Path) -> None:
    schema = json.loads(json.dumps(_SCHEMA))
    del schema["outputs"][0]["output_purpose"]
    with pytest.raises(ModelError, match="output_purpose"):
        HeadModel.read(write_model(schema=schema), built_models)


def test_a_head_for_another_backbone_is_refused(
    write_model: WriteModel, built_models: Path
) -> None:
    schema = {**_SCHEMA, "inputs": [{"name": "model/Placeholder", "shape": [256]}]}
    with pytest.raises(ModelError, match="takes 256 values per patch, and msd-musicnn gives 200"):
        HeadModel.read(write_model(schema=schema), built_models)


def test_an_unknown_backbone_is_named(write_model: WriteModel, built_models: Path) -> None:
    embedding_model = {"algorithm": "TensorflowPredictMusiCNN", "model_name": "nothing-1"}
    inference = {
        "sample_rate": 16000,
        "algorithm": "TensorflowPredict2D",
        "embedding_model": embedding_model,
    }
    with pytest.raises(BackboneError, match="nothing-1"):
        HeadModel.read(write_model(inference=inference), built_models)
