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


def test_missing_backbone_has_a_remedy_and_an_exit_code(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ESSENTIA_LDL_CACHE", str(tmp_path))
    monkeypatch.delenv("ESSENTIA_LDL_MODELS", raising=False)
    ended = program("doctor")
    assert ended.code == 1
    assert "essentia-ldl backbones build msd-musicnn" in ended.out
