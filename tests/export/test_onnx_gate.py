"""A backbone gets its graph for onnxruntime where that is known to answer as Essentia does."""

import json
import shutil
from pathlib import Path

import pytest

from essentia_ldl.errors import ModelError
from essentia_ldl.export import onnx_gate, parity
from essentia_ldl.export.onnx_gate import add_spectrogram_graph
from essentia_ldl.files import sha256_of
from essentia_ldl.progress import Silent
from essentia_ldl.zoo import Backbone, find_backbone
from tests.recorder import Recorder
from tests.small_vggish import SMALL_VGGISH

FAMILY = Path("feature-extractors/musicnn")


@pytest.fixture
def models(built_models: Path, tmp_path: Path) -> Path:
    """A copy of the built backbone, as an earlier version left it: without the second graph."""
    shutil.copytree(built_models / FAMILY, tmp_path / FAMILY)
    next(tmp_path.rglob("*.onnx")).unlink()
    path = tmp_path / FAMILY / "msd-musicnn-1.json"
    metadata = json.loads(path.read_text())
    del metadata["onnxruntime"]
    path.write_text(json.dumps(metadata))
    return tmp_path


@pytest.fixture
def backbone(models: Path) -> Backbone:
    found = find_backbone("msd-musicnn", models)
    assert not found.has_spectrogram_graph()
    return found


def test_a_built_backbone_has_its_graph_and_a_record(built_models: Path) -> None:
    backbone = find_backbone("msd-musicnn", built_models)
    record = backbone.metadata.onnxruntime
    assert record is not None
    assert backbone.has_spectrogram_graph()
    assert backbone.spectrogram_graph.name == "msd-musicnn-1.spectrogram.onnx"
    assert sha256_of(backbone.spectrogram_graph) == record.sha256
    assert record.converted_from == backbone.sha256
    assert 0 < record.max_abs_diff["model/Sigmoid"] <= 1e-5
    assert 0 < record.max_abs_diff["model/dense/BiasAdd"] <= 1e-3
    assert set(record.versions) == {"onnxruntime", "onnx", "tf2onnx"}
    assert all(record.versions.values())


def test_a_backbone_of_an_earlier_version_gets_it_without_being_rebuilt(
    backbone: Backbone, models: Path, built_models: Path, lone_pip: pytest.MonkeyPatch
) -> None:
    from essentia_ldl.export.backbone import build_backbone

    lone_pip.setenv("ESSENTIA_LDL_CACHE", str(models / "without-wheel"))
    written = backbone.graph.stat().st_mtime_ns
    progress = Recorder()
    completed = build_backbone("msd-musicnn", models, progress)
    assert completed.has_spectrogram_graph()
    assert completed == find_backbone("msd-musicnn", models)
    assert backbone.graph.stat().st_mtime_ns == written
    assert [name for name, *_ in progress.stages] == ["converting msd-musicnn"]
    # The same graph gives the same bytes, whenever it is converted.
    first = find_backbone("msd-musicnn", built_models)
    assert completed.spectrogram_graph.read_bytes() == first.spectrogram_graph.read_bytes()

    again = Recorder()
    assert add_spectrogram_graph(completed, again) == completed
    assert not again.stages


def test_a_damaged_graph_does_not_count(built_models: Path, tmp_path: Path) -> None:
    shutil.copytree(built_models / FAMILY, tmp_path / FAMILY)
    backbone = find_backbone("msd-musicnn", tmp_path)
    content = backbone.spectrogram_graph.read_bytes()
    for spoiled in (content[:-1], content[:1000] + b"!" + content[1001:], b""):
        backbone.spectrogram_graph.write_bytes(spoiled)
        assert not backbone.has_spectrogram_graph()
    backbone.spectrogram_graph.write_bytes(content)
    assert backbone.has_spectrogram_graph()


def _check_left_alone(backbone: Backbone, warning: str) -> None:
    progress = Silent()
    before = backbone.graph.with_suffix(".json").read_bytes()
    assert add_spectrogram_graph(backbone, progress) == backbone
    (told,) = progress.warnings
    assert warning in told
    assert backbone.graph.with_suffix(".json").read_bytes() == before
    assert not backbone.spectrogram_graph.exists()


def test_a_package_that_is_missing_is_named(
    backbone: Backbone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onnx_gate, "PACKAGES", ("onnxruntime", "no_such_package"))
    _check_left_alone(backbone, "no_such_package not installed (run `pip install")


def test_a_graph_that_answers_otherwise_is_left_out(
    backbone: Backbone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parity, "ENGINE_TOLERANCES", {"predictions": 1e-12, "embeddings": 1e-12})
    _check_left_alone(backbone, "msd-musicnn stays as it was for onnxruntime: the answers differ")


def test_a_graph_of_an_earlier_conversion_is_made_anew(
    backbone: Backbone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onnx_gate, "REVISION", onnx_gate.REVISION - 1)
    earlier = add_spectrogram_graph(backbone)
    monkeypatch.undo()
    progress = Recorder()
    later = add_spectrogram_graph(earlier, progress)
    assert progress.stages
    assert later.metadata.onnxruntime is not None
    assert later.metadata.onnxruntime.revision == onnx_gate.REVISION


def test_a_folder_that_cannot_be_written_costs_the_graph_alone(
    backbone: Backbone, monkeypatch: pytest.MonkeyPatch
) -> None:
    # For root every folder can be written: a folder in the file's place cannot.
    backbone.spectrogram_graph.mkdir()
    progress = Silent()
    assert add_spectrogram_graph(backbone, progress) == backbone
    (told,) = progress.warnings
    assert "stays as it was for onnxruntime" in told


@pytest.mark.shared
def test_vggish_is_checked_from_audio_on(shared: Path, tmp_path: Path) -> None:
    from essentia_ldl.export.onnx_graph import spectrogram_graph

    graph = shared / "zoo" / "small_vggish_init.pb"
    converted = tmp_path / "a.onnx"
    converted.write_bytes(spectrogram_graph(graph, SMALL_VGGISH))
    differences = parity.check_spectrogram_graph(converted, graph, SMALL_VGGISH)
    assert set(differences) == {"model/Sigmoid", "model/vggish/fc2/Relu"}
    converted.write_bytes(b"no graph")
    with pytest.raises(ModelError, match="onnxruntime cannot run"):
        parity.check_spectrogram_graph(converted, graph, SMALL_VGGISH)
