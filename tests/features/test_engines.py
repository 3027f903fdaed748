import shutil
from pathlib import Path

import pytest

from essentia_ldl.errors import BackboneError, OptionError
from essentia_ldl.features import engines
from essentia_ldl.features.engines import choose_engine, engine_record, obstacle_to_onnxruntime
from essentia_ldl.versions import package_version
from essentia_ldl.zoo import Backbone, find_backbone


@pytest.fixture
def unconverted(backbone: Backbone, tmp_path: Path) -> Backbone:
    """The backbone as an earlier version left it."""
    metadata = backbone.metadata.model_copy(update={"onnxruntime": None})
    return Backbone(metadata, tmp_path / "msd-musicnn-1.pb", backbone.sha256)


def test_what_was_seen_to_agree_is_the_default(backbone: Backbone) -> None:
    assert obstacle_to_onnxruntime(backbone) is None
    assert choose_engine(backbone) == choose_engine(backbone, "onnxruntime") == "onnxruntime"
    assert choose_engine(backbone, "essentia") == "essentia"


def test_other_engines_are_refused(backbone: Backbone) -> None:
    with pytest.raises(OptionError, match="must be essentia or onnxruntime, not 'tensorrt'"):
        choose_engine(backbone, "tensorrt")


def test_a_backbone_without_the_graph_runs_in_essentia(unconverted: Backbone) -> None:
    assert choose_engine(unconverted) == "essentia"
    with pytest.raises(BackboneError, match="msd-musicnn: has no graph for onnxruntime") as caught:
        choose_engine(unconverted, "onnxruntime")
    json = unconverted.graph.with_suffix(".json")
    assert caught.value.remedy == f"run: essentia-ldl backbones build {json}"


def test_a_backbone_in_its_usual_place_goes_by_its_name(
    unconverted: Backbone, built_models: Path, backbone: Backbone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ESSENTIA_LDL_MODELS", str(built_models))
    usual = Backbone(unconverted.metadata, backbone.graph, backbone.sha256)
    obstacle = obstacle_to_onnxruntime(usual)
    assert obstacle is not None
    assert obstacle.remedy == "run: essentia-ldl backbones build msd-musicnn"


@pytest.mark.parametrize("damage", ["cut", "absent", "of another graph"])
def test_a_graph_that_is_not_whole_is_not_used(
    backbone: Backbone, tmp_path: Path, damage: str
) -> None:
    for path in backbone.graph.parent.iterdir():
        shutil.copy(path, tmp_path)
    damaged = find_backbone(str(tmp_path / "msd-musicnn-1.json"))
    if damage == "absent":
        damaged.spectrogram_graph.unlink()
    elif damage == "cut":
        damaged.spectrogram_graph.write_bytes(damaged.spectrogram_graph.read_bytes()[:-1])
    else:
        damaged = Backbone(damaged.metadata, damaged.graph, "0" * 64)
    assert choose_engine(damaged) == "essentia"
    with pytest.raises(BackboneError, match="is missing or damaged") as caught:
        choose_engine(damaged, "onnxruntime")
    assert "backbones build" in caught.value.remedy


def test_without_onnxruntime_essentia_runs(
    backbone: Backbone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(engines.PACKAGES, "onnxruntime", "no-such-package")
    assert choose_engine(backbone) == "essentia"
    with pytest.raises(OptionError, match="onnxruntime is not installed") as caught:
        choose_engine(backbone, "onnxruntime")
    assert "pip install" in caught.value.remedy


def test_reports_name_the_engine_and_its_version() -> None:
    assert engine_record("onnxruntime") == {
        "name": "onnxruntime",
        "version": package_version("onnxruntime"),
    }
    assert engine_record("essentia")["version"] == package_version("essentia-tensorflow")
