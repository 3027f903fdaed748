import json
import shutil
from pathlib import Path

import pytest

from essentia_ldl.export import onnx_export
from essentia_ldl.export.deployment import DeployedModel
from essentia_ldl.export.frozen_model import FrozenModel
from tests.commands.conftest import Program


@pytest.fixture
def copy(head_json: Path, tmp_path: Path) -> Path:
    for suffix in (".pb", ".json"):
        shutil.copy(head_json.with_suffix(suffix), tmp_path)
    return tmp_path / head_json.name


def test_a_head_becomes_one_graph_in_every_format(
    program: Program, head_json: Path, built_models: Path, deployed: DeployedModel, tmp_path: Path
) -> None:
    ended = program(
        "export",
        head_json,
        "-o",
        tmp_path,
        "--full",
        "--onnx",
        "--tfjs",
        f"--models={built_models}",
    )  # fmt: skip
    assert ended.code == 0, ended.err
    for path in (deployed.pb, deployed.json, *deployed.converted.values()):
        written = tmp_path / path.relative_to(deployed.pb.parent)
        assert written.read_bytes() == path.read_bytes(), "the same bytes, whoever writes them"
        assert str(written) in ended.out


def test_a_head_is_completed_where_it_lies(
    program: Program, copy: Path, built_models: Path
) -> None:
    graph = copy.with_suffix(".pb").read_bytes()
    ended = program("export", copy, "--tfjs", f"--models={built_models}")
    assert ended.code == 0, ended.err
    assert copy.with_suffix(".pb").read_bytes() == graph
    assert FrozenModel.read(copy).metadata.model_types == ["frozen_model", "tfjs"]
    assert "TensorflowPredict2D" in copy.with_suffix(".py").read_text()


def test_a_full_model_passes_through(
    program: Program, joined_model: FrozenModel, tmp_path: Path
) -> None:
    _, model_json = joined_model.write(tmp_path)
    ended = program("export", model_json, "--full", "--tfjs")
    assert ended.code == 0, ended.err
    assert f"{model_json}: is one graph already" in ended.out
    assert (tmp_path / f"{joined_model.name}-tfjs" / "model.json").is_file()
    assert "TensorflowPredictMusiCNN" in model_json.with_suffix(".py").read_text()


def test_another_backbone_than_in_training_is_a_doubt(
    program: Program, copy: Path, built_models: Path
) -> None:
    content = json.loads(copy.read_text())
    content["training"] = {"backbone": {"sha256": "f" * 64}}
    copy.write_text(json.dumps(content))
    ended = program("export", copy, f"--models={built_models}")
    assert ended.code == 0
    assert "answers may differ from training's" in ended.err


def test_mistakes_end_in_one_line(
    program: Program,
    copy: Path,
    built_models: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    models = f"--models={built_models}"
    content = json.loads(copy.read_text())
    (tmp_path / "file").touch()

    def fails(message: str, *options: object) -> None:
        ended = program("export", copy, *options)
        assert ended.code == 1
        assert message in ended.err
        assert ended.err.count("\n") == 1

    fails(f"{tmp_path / 'file'}: cannot be written", "-o", tmp_path / "file", models)
    ended = program("export", copy.with_suffix(".pb"))
    assert ended.code == 1
    assert f"is a graph, whose nodes and classes are in its JSON (give {copy})" in ended.err
    with monkeypatch.context() as patch:
        patch.setattr(onnx_export, "PACKAGES", ("no_such_package",))
        fails("--onnx: needs no_such_package, not installed here", "--onnx", models)
    with monkeypatch.context() as patch:
        patch.setenv("ESSENTIA_LDL_MODELS", str(tmp_path / "none"))
        patch.setenv("ESSENTIA_LDL_CACHE", str(tmp_path / "none"))
        fails("msd-musicnn: this backbone is not here yet", "--full")
    copy.write_text(json.dumps(content | {"type": "regression model"}))
    fails("is a regression model", models)
    copy.write_text(json.dumps(content | {"sha256": "0" * 64}))
    fails("is damaged: its bytes are not those recorded", models)
    copy.write_text("{")
    fails("is not JSON", models)
