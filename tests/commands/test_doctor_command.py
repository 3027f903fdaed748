import shutil
from pathlib import Path

import pytest

from essentia_ldl.versions import package_version
from tests.commands.conftest import Program


def test_healthy_installation(
    program: Program, built_models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ESSENTIA_LDL_MODELS", str(built_models))
    ended = program("doctor")
    assert ended.code == 0, ended.out
    assert "2.5.0" in ended.out, "the libtensorflow inside Essentia"
    assert str(package_version("tensorflow")) in ended.out
    assert str(package_version("metric-learn")) in ended.out
    assert str(package_version("onnxruntime")) in ended.out
    assert "agrees with Essentia: model/Sigmoid within " in ended.out


def test_a_backbone_that_was_not_converted_has_a_remedy_and_is_no_failure(
    program: Program, built_models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(built_models, tmp_path / "models")
    next((tmp_path / "models").rglob("msd-musicnn-1.spectrogram.onnx")).unlink()
    monkeypatch.setenv("ESSENTIA_LDL_MODELS", str(tmp_path / "models"))
    ended = program("doctor")
    assert ended.code == 0, ended.out
    (line,) = (line for line in ended.out.splitlines() if "msd-musicnn in onnxruntime" in line)
    assert "is missing or damaged" in line
    assert "run: essentia-ldl backbones build msd-musicnn" in line


def test_missing_backbone_has_a_remedy_and_an_exit_code(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ESSENTIA_LDL_CACHE", str(tmp_path))
    monkeypatch.delenv("ESSENTIA_LDL_MODELS", raising=False)
    ended = program("doctor")
    assert ended.code == 1
    assert "essentia-ldl backbones build msd-musicnn" in ended.out
    assert "`essentia-ldl backbones` tells how" in ended.out, "what is only to be downloaded"
