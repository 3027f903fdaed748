import json
import shutil
from pathlib import Path

import pytest

from essentia_ldl.zoo import find_backbone
from tests.recorder import Recorder
from tools.benchmarks import embeddings, machine
from tools.benchmarks.case import Setting, Unavailable
from tools.benchmarks.results import Finding

pytest.importorskip("onnxruntime", reason="the case compares it with Essentia")


def test_engines_are_compared_on_the_same_sound(
    built_models: Path, short_music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ESSENTIA_LDL_MODELS", str(built_models))
    song = next(short_music.rglob("*.flac"))

    signal, compared = embeddings.compare_engines(
        find_backbone("msd-musicnn"), song, 1, lambda steps: None
    )

    assert signal.size == 30 * 16000
    assert compared.name == "30 s of sound, 19 patches"
    assert compared.ratio is not None
    assert compared.differences["embeddings"] < 1e-3
    assert compared.differences["tag activations"] < 1e-4


def test_memory_of_a_worker(
    built_models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ESSENTIA_LDL_MODELS", str(built_models))
    finding = embeddings.memory_of_a_worker(tmp_path, 20)
    assert finding.details["resident_late"] >= 50e6
    assert "after 2 tracks" in finding.text


def test_one_core_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "cores", lambda: 1)
    steps: list[int] = []
    finding = embeddings.two_workers(signal=None, n_tracks=4, rounds=2, advance=steps.append)  # type: ignore[arg-type]
    assert isinstance(finding, Finding)
    assert "one core" in finding.text
    assert steps == [4]


def test_a_backbone_without_the_second_engine_is_said(
    built_models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = find_backbone("msd-musicnn", built_models).graph
    shutil.copy(graph, tmp_path)
    metadata = json.loads(graph.with_suffix(".json").read_text())
    metadata.pop("onnxruntime", None)
    (tmp_path / graph.with_suffix(".json").name).write_text(json.dumps(metadata))
    monkeypatch.setenv("ESSENTIA_LDL_MODELS", str(tmp_path))
    with pytest.raises(Unavailable, match="backbones build"):
        list(embeddings.measure(Setting(tmp_path, Recorder())))
