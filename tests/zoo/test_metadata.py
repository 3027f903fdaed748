import json
import pickle
from pathlib import Path
from typing import Any

import pytest

from essentia_ldl.errors import ModelError
from essentia_ldl.zoo import ModelMetadata

# The form of the zoo's own msd-musicnn-1.json: a batch dimension in the outputs' shapes, a key
# that is not ours, numbers for text.
ZOO: dict[str, Any] = {
    "name": "MSD MusiCNN",
    "type": "auto-tagging",
    "version": 1,
    "classes": ["rock", "00s"],
    "model_types": ["frozen_model"],
    "dataset": {"name": "MSD", "size": 200000, "metrics": {"ROC-AUC": 0.88}, "split": "usual"},
    "schema": {
        "inputs": [{"name": "model/Placeholder", "type": "float", "shape": [187, 96]}],
        "outputs": [
            {"name": "model/Sigmoid", "shape": [1, 50], "output_purpose": "predictions"},
            {"name": "model/dense/BiasAdd", "shape": [1, 200], "output_purpose": "embeddings"},
        ],
    },
    "inference": {"sample_rate": 16000, "algorithm": "TensorflowPredictMusiCNN"},
}


def test_outputs_are_found_by_purpose() -> None:
    schema = ModelMetadata.model_validate(ZOO).schema_
    embeddings = schema.output("embeddings")
    assert embeddings is not None
    assert (embeddings.name, embeddings.size) == ("model/dense/BiasAdd", 200)
    assert schema.output("classes") is None


def test_a_written_file_reads_back_with_unknown_keys(tmp_path: Path) -> None:
    metadata = ModelMetadata.model_validate(ZOO)
    path = tmp_path / "model.json"
    path.write_text(json.dumps(metadata.to_dict()))
    assert ModelMetadata.read(path) == metadata
    assert metadata.to_dict()["dataset"]["split"] == "usual"
    assert "label_enhancement" not in metadata.to_dict()
    assert list(metadata.to_dict())[:2] == ["name", "type"]


def test_the_record_of_a_second_graph_is_kept() -> None:
    record = {
        "sha256": "0" * 64,
        "converted_from": "1" * 64,
        "max_abs_diff": {"model/Sigmoid": 3e-7},
        "versions": {"onnxruntime": "1.23.0"},
        "revision": 2,
    }
    metadata = ModelMetadata.model_validate({**ZOO, "onnxruntime": record})
    assert metadata.onnxruntime is not None
    assert metadata.onnxruntime.max_abs_diff == {"model/Sigmoid": 3e-7}
    assert metadata.to_dict()["onnxruntime"] == record
    assert "onnxruntime" not in ModelMetadata.model_validate(ZOO).to_dict()


def test_no_classes_may_be_written_as_empty_text() -> None:
    assert ModelMetadata.model_validate({**ZOO, "classes": ""}).classes == []


@pytest.mark.parametrize("n_tokens", [None, "n_tokens", -1])
def test_a_dimension_may_be_of_any_size(n_tokens: object) -> None:
    outputs = [{"name": "tokens", "shape": [1, n_tokens, 768]}]
    schema = {**ZOO["schema"], "outputs": outputs}
    (output,) = ModelMetadata.model_validate({**ZOO, "schema": schema}).schema_.outputs
    assert output.shape == [1, -1, 768]
    assert output.size == 768


def test_workers_can_be_given_it() -> None:
    metadata = ModelMetadata.model_validate(ZOO)
    assert pickle.loads(pickle.dumps(metadata)) == metadata


def _inference(**changes: int) -> bytes:
    inference = {"sample_rate": 16000, "algorithm": "TensorflowPredictMusiCNN", **changes}
    return json.dumps(ZOO | {"inference": inference}).encode()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not JSON"),
        (b"\x80\x81", "not JSON"),
        (b'{"name": ', "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "no JSON object"),
        (b"{}", "name: Field required"),
        (json.dumps(ZOO | {"schema": {"inputs": [], "outputs": []}}).encode(), "schema.inputs"),
        (json.dumps(ZOO | {"schema": {"inputs": [{"name": "x", "shape": []}]}}).encode(), "shape"),
        (json.dumps(ZOO | {"inference": {"sample_rate": "x"}}).encode(), "sample_rate"),
        (_inference(sample_rate=0), "sample_rate"),
        (_inference(resample_quality=99), "resample_quality"),
        (json.dumps(ZOO | {"sha256": "0"}).encode(), "sha256"),
    ],
)
def test_a_bad_file_is_named_with_what_is_wrong(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=reason) as caught:
        ModelMetadata.read(path)
    assert caught.value.subject == str(path)
    assert caught.value.remedy


def test_an_absent_file_or_a_folder_is_named(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "absent.json"):
        with pytest.raises(ModelError, match="cannot be read") as caught:
            ModelMetadata.read(path)
        assert caught.value.subject == str(path)
