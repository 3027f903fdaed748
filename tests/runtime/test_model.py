"""What is refused before anything is classified."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from essentia_ldl.errors import BackboneError, ModelError
from essentia_ldl.runtime.kinds import Kind
from essentia_ldl.runtime.model import Model
from essentia_ldl.runtime.network import Head
from essentia_ldl.zoo import Backbone

WriteModel = Callable[..., Path]
_SCHEMA = {
    "inputs": [{"name": "model/Placeholder", "shape": [200]}],
    "outputs": [{"name": "model/Softmax", "shape": [3], "output_purpose": "predictions"}],
}


def test_a_good_model_is_read(model_json: Path, built_models: Path) -> None:
    model = Model.read(model_json, built_models)
    assert model.classes == ("jazz", "pop", "rock")
    assert model.kind is Kind.DISTRIBUTION
    assert model.sample_rate == 16000
    assert isinstance(model.network, Head)
    assert model.network.graph == model_json.with_suffix(".pb")
    assert model.network.node_out == "model/Softmax"
    assert model.network.embedding.backbone.name == "msd-musicnn"


def test_a_missing_json_is_named() -> None:
    with pytest.raises(ModelError, match=r"/nowhere/a\.json: cannot be read: No such file"):
        Model.read("/nowhere/a.json")


@pytest.mark.parametrize("content", ["", "{", "[]", '{"name": "x"}', "\ufffd\0"])
def test_a_damaged_json_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(content)
    with pytest.raises(ModelError, match=r"a\.json"):
        Model.read(path)


def test_a_missing_graph_is_named(model_json: Path, built_models: Path) -> None:
    graph = model_json.with_suffix(".pb")
    graph.unlink()
    with pytest.raises(ModelError, match="cannot be read: No such file") as caught:
        Model.read(model_json, built_models)
    assert caught.value.subject == str(graph)
    assert "beside its JSON" in caught.value.remedy


def test_a_graph_other_than_recorded_is_refused(
    write_model: WriteModel, built_models: Path
) -> None:
    with pytest.raises(ModelError, match="is damaged"):
        Model.read(write_model(sha256="0" * 64), built_models)


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
        Model.read(write_model(classes=classes), built_models)


@pytest.mark.parametrize(
    ("inference", "problem"),
    [
        ({"algorithm": "TensorflowPredict2D"}, "TensorflowPredict2D on sound"),
        ({"algorithm": "TempoCNN"}, "TempoCNN on sound"),
        (
            {
                "algorithm": "TensorflowPredict",
                "embedding_model": {"algorithm": "x", "model_name": "y"},
            },
            "TensorflowPredict on embeddings",
        ),
    ],
)
def test_what_is_no_model_on_sound_is_refused(
    write_model: WriteModel, built_models: Path, inference: dict[str, Any], problem: str
) -> None:
    with pytest.raises(ModelError, match=problem) as caught:
        Model.read(write_model(inference={"sample_rate": 16000, **inference}), built_models)
    assert "TensorflowPredictEffnetDiscogs" in caught.value.remedy


def test_patches_that_the_algorithm_does_not_cut_are_refused(
    write_model: WriteModel, built_models: Path
) -> None:
    inference = {"sample_rate": 16000, "algorithm": "TensorflowPredictMusiCNN"}
    with pytest.raises(ModelError, match=r"takes patches of \[200\].* gives \[187, 96\]"):
        Model.read(write_model(inference=inference), built_models)


def test_an_output_without_purpose_is_refused(write_model: WriteModel, built_models: Path) -> None:
    schema = json.loads(json.dumps(_SCHEMA))
    del schema["outputs"][0]["output_purpose"]
    with pytest.raises(ModelError, match="output_purpose"):
        Model.read(write_model(schema=schema), built_models)


def test_a_head_for_another_backbone_is_refused(
    write_model: WriteModel, built_models: Path
) -> None:
    schema = {**_SCHEMA, "inputs": [{"name": "model/Placeholder", "shape": [256]}]}
    with pytest.raises(ModelError, match="takes 256 values per patch, and msd-musicnn gives 200"):
        Model.read(write_model(schema=schema), built_models)


def test_a_head_of_another_algorithm_is_refused(
    write_model: WriteModel, built_models: Path
) -> None:
    inference = _inference("msd-musicnn-1", algorithm="TensorflowPredictVGGish")
    with pytest.raises(ModelError, match="takes embeddings of TensorflowPredictVGGish"):
        Model.read(write_model(inference=inference), built_models)


def test_an_unknown_backbone_is_named_and_where_to_put_it(
    write_model: WriteModel, built_models: Path
) -> None:
    with pytest.raises(BackboneError, match="nothing-1: this backbone is not here") as caught:
        Model.read(write_model(inference=_inference("nothing-1")), built_models)
    assert "nothing-1.pb and nothing-1.json beside the model" in caught.value.remedy
    assert "--models FOLDER" in caught.value.remedy


def test_a_known_backbone_that_is_absent_can_be_built(
    model_json: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ESSENTIA_LDL_MODELS", str(tmp_path / "no"))
    monkeypatch.setenv("ESSENTIA_LDL_CACHE", str(tmp_path / "no"))
    with pytest.raises(BackboneError, match="backbones build msd-musicnn"):
        Model.read(model_json)


def test_a_backbone_beside_the_model_is_found(
    write_model: WriteModel, built_models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model_json = write_model(inference=_inference("my-own-3"))
    built = built_models / "feature-extractors" / "musicnn" / "msd-musicnn-1.pb"
    for suffix in (".pb", ".json"):
        shutil.copy(built.with_suffix(suffix), model_json.with_name(f"my-own-3{suffix}"))
    monkeypatch.chdir(model_json.parent)
    backbone = _backbone(Model.read(model_json.name))
    assert backbone.name == "my-own"
    assert backbone.graph == model_json.with_name("my-own-3.pb")
    backbone.graph.write_bytes(b"cut")
    with pytest.raises(BackboneError, match="is damaged") as caught:
        Model.read(model_json)
    assert "my-own-3.pb" in caught.value.remedy


@pytest.mark.parametrize(
    ("training", "in_doubt"),
    [
        ({}, False),
        ({"backbone": "msd-musicnn"}, False),
        ({"backbone": {"name": "msd-musicnn"}}, False),
        ({"backbone": {"sha256": "f" * 64}}, True),
    ],
)
def test_other_bytes_than_in_training_are_a_doubt(
    write_model: WriteModel, built_models: Path, training: dict[str, Any], in_doubt: bool
) -> None:
    model = Model.read(write_model(training=training), built_models)
    assert bool(model.network.doubt) == in_doubt
    same = {"backbone": {"sha256": _backbone(model).sha256}}
    assert Model.read(write_model(training=same), built_models).network.doubt == ""


def _backbone(model: Model) -> Backbone:
    assert isinstance(model.network, Head)
    return model.network.embedding.backbone


def _inference(model_name: str, algorithm: str = "TensorflowPredictMusiCNN") -> dict[str, Any]:
    return {
        "sample_rate": 16000,
        "algorithm": "TensorflowPredict2D",
        "embedding_model": {"algorithm": algorithm, "model_name": model_name},
    }
