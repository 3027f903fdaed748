import hashlib
from pathlib import Path

import pytest

from essentia_ldl.errors import ModelError, OutputError
from essentia_ldl.export.deployment import DeployedModel, deploy_model
from essentia_ldl.export.frozen_model import FrozenModel


def test_everything_lies_where_the_zoo_has_it(deployed: DeployedModel) -> None:
    name, folder = deployed.model.name, deployed.pb.parent
    assert {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} >= {
        f"{name}.pb",
        f"{name}.json",
        f"{name}.onnx",
        f"{name}.py",
        f"{name}-tfjs/model.json",
        f"{name}-tfjs/group1-shard1of1.bin",
    }


def test_the_json_lists_what_is_there(deployed: DeployedModel) -> None:
    model = FrozenModel.read(deployed.json)
    assert model == deployed.model
    assert model.metadata.model_types == ["frozen_model", "onnx", "tfjs"]
    recorded = model.metadata.to_dict()["conversions"]
    onnx = deployed.converted["onnx"].read_bytes()
    assert recorded["onnx"]["sha256"] == hashlib.sha256(onnx).hexdigest()
    assert recorded["onnx"]["max_abs_diff"] <= 1e-5
    for name, digest in recorded["tfjs"]["sha256"].items():
        content = deployed.converted["tfjs"].with_name(name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == digest


def test_what_lies_there_already_stays_listed(joined_model: FrozenModel, tmp_path: Path) -> None:
    first = deploy_model(joined_model, tmp_path, formats=["tfjs"])
    again = deploy_model(FrozenModel.read(first.json), tmp_path)
    assert again.converted == {}
    assert again.model.metadata.model_types == ["frozen_model", "tfjs"]
    first.converted["tfjs"].write_text("{}")
    replaced = deploy_model(again.model, tmp_path)
    assert replaced.model.metadata.model_types == ["frozen_model"], "these are other bytes"
    elsewhere = deploy_model(again.model, tmp_path / "other")
    assert elsewhere.model.metadata.model_types == ["frozen_model"]
    assert "conversions" not in elsewhere.model.metadata.to_dict()
    assert elsewhere.pb.read_bytes() == first.pb.read_bytes()


@pytest.mark.parametrize("conversions", [["onnx"], {"onnx": 1}, {"tfjs": {"sha256": {"../a": ""}}}])
def test_conversions_by_other_hands_are_refused(
    joined_model: FrozenModel, tmp_path: Path, conversions: object
) -> None:
    with pytest.raises(ModelError, match=r"full-1.json: has 'conversions' in a form"):
        deploy_model(joined_model.described(conversions=conversions), tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_is_named(
    joined_model: FrozenModel, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="cannot be written"):
        deploy_model(joined_model, tmp_path / "file", formats=["tfjs"])
